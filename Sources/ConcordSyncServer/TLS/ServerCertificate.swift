public import ConcordEncoding
import Foundation
import NIOSSL

/// A certificate with its chain and its key, read from files and found to belong together.
public struct ServerCertificate: Sendable {
    /// Where the certificate and its key are.
    public struct Files: Hashable, Sendable {
        /// The certificate, and behind it those that lead to its authority, as PEM.
        public let certificate: String
        /// The private key, as PEM.
        public let key: String

        /// The files of a certificate.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Until when it is valid.
    public let expires: Timestamp
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource

    /// Reads the files.
    ///
    /// - Throws: which of them cannot be used, and why.
    public init(_ files: Files) throws(StorageFailure) {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw Self.unusable(files.certificate, "holds no certificate in PEM", error)
        }
        guard let first = certificates.first else {
            throw Self.unusable(files.certificate, "holds no certificate in PEM", nil)
        }
        do {
            key = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        } catch {
            throw Self.unusable(files.key, "holds no private key in PEM", error)
        }
        chain = certificates.map { .certificate($0) }
        expires = Timestamp(milliseconds: Int64(first.notValidAfter) * 1000)
        do {
            // It finds out whether the key is the certificate's.
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Self.unusable(files.key, "is not the key of \(files.certificate)", error)
        }
    }

    /// How a server that shows this certificate speaks TLS: version 1.2 or newer.
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: key
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private static func unusable(
        _ path: String,
        _ reason: String,
        _ cause: (any Error)?
    ) -> StorageFailure {
        StorageFailure(
            .cannotOpen,
            "\(path) \(reason), or cannot be read. Name the certificate with its chain, and its key, as PEM files that "
                + "the server's user may read",
            cause: cause
        )
    }
}
