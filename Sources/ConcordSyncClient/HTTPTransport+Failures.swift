import AsyncHTTPClient
import ConcordEncoding
import ConcordSync
import NIOSSL

extension HTTPTransport {
    /// What an error of the libraries below means.
    func failure(_ error: any Error) -> SyncFailure {
        switch error {
        case let failure as SyncFailure: return failure
        case is TooSlow: return slow(nil)
        case let error as HTTPClientError where Self.timeouts.contains(error): return slow(error)
        case is CancellationError, HTTPClientError.cancelled as HTTPClientError:
            return SyncFailure(.cancelled, "the exchange with \(address) was cancelled")
        case let error as NIOSSLError: return insecure(error, "\(error)")
        // Before anything was connected: a file that holds no certificates.
        case let error as BoringSSLError:
            return insecure(error, "failedToLoadCertificate: \(error)")
        case let error as NIOSSLExtraError: return insecure(error, "\(error)")
        default:
            return SyncFailure(
                .unreachable,
                "cannot reach \(address); check the network and the address, or keep working offline "
                    + "and sync again later",
                cause: error
            )
        }
    }

    private func slow(_ cause: HTTPClientError?) -> SyncFailure {
        SyncFailure(
            .timeout,
            "\(address) did not answer in time; nothing is lost, sync again later",
            cause: cause
        )
    }

    /// A connection that could not be made secure; nothing was sent over it.
    private func insecure(_ error: any Error, _ reason: String) -> SyncFailure {
        let isUntrusted = ["CERTIFICATE_VERIFY_FAILED", "Hostname"].contains(where: reason.contains)
        let isUnreadable = [
            "failedToLoadCertificate", "noSuchFilesystemObject", "NO_CERTIFICATE_OR_CRL_FOUND",
        ].contains(where: reason.contains)
        if let certificateFile, isUnreadable {
            return SyncFailure(
                .untrusted,
                "the certificates in \(certificateFile), which SSL_CERT_FILE names, cannot be read, so "
                    + "nothing was sent; name a PEM file that is there, or unset the variable",
                cause: error
            )
        }
        guard isUntrusted else {
            return SyncFailure(
                .unreachable,
                "the TLS connection to \(address) failed, so nothing was sent; check the address, "
                    + "and whether it begins with https:// or http://",
                cause: error
            )
        }
        return SyncFailure(
            .untrusted,
            "this machine does not trust the certificate of \(address), or it is for another name, "
                + "so nothing was sent. If it is from your organization's own authority, name "
                + "the authority's certificate in the environment variable SSL_CERT_FILE; otherwise "
                + "ask the server's operator.",
            cause: error
        )
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
        .connectTimeout,
    ]
}
