import AsyncHTTPClient
import ConcordEncoding
import ConcordHTTP
import ConcordSync
import NIOSSL

extension HTTPTransport {
    /// What an answer is that is not one of this protocol.
    func malformed(_ reason: String) -> SyncFailure {
        SyncFailure(
            .malformedResponse,
            "\(address) sent an answer that is not Concord's protocol (\(reason)); check the "
                + "address, and whether there is a proxy in between"
        )
    }

    /// What another status than 200 means.
    func failure(_ answer: Answer, to request: SyncRequest) -> SyncFailure {
        if 300..<400 ~= answer.status {
            let target = answer.location.map { " to \($0.prefix(ProblemDocument.detailMax))" } ?? ""
            return malformed("a redirect\(target); Concord does not follow redirects")
        }
        let problem = answer.contents.flatMap(ProblemDocument.init)
        switch answer.status {
        case 413:
            return SyncFailure(
                .tooLarge,
                "\(address), or a proxy in front of it, refused a request of "
                    + "\(request.wireBytes.count) bytes. Ask its operator to allow requests of up to "
                    + "\(SyncLimits.bodyBytes) bytes."
            )
        case 400..<500:
            guard let problem else { return malformed("status \(answer.status)") }
            if let parting = problem.parting {
                return SyncFailure(.parted(parting), "\(address) refuses: \(problem.detail)")
            }
            return SyncFailure(.refused(problem.code), "\(address) refuses: \(Self.words(problem))")
        case 500..<600:
            let reason = problem?.detail ?? "status \(answer.status)"
            return SyncFailure(.serverError, "\(address) cannot answer: \(reason)")
        default:
            return malformed("status \(answer.status)")
        }
    }

    /// What a refusal says, and its code where it does not only repeat that.
    private static func words(_ problem: ProblemDocument) -> String {
        switch SyncRefusal(WireText(problem.code)) {
        case .logParted, .positionBeyondLog:
            // With a statement of where, the client goes back to the last common entry itself.
            return "its log and this device's log differ, and it does not say where "
                + "(\(problem.code)). It may have been restored from a backup, or be a different "
                + "server. "
                + "Nothing is lost: what was saved stays on this device. Ask its operator"
        default:
            return problem.detail == problem.code
                ? problem.code : "\(problem.detail) (\(problem.code))"
        }
    }

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
