public import ConcordEncoding
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that new connections are shown. It can be replaced while the server runs: connections that are
/// open keep what they have.
public final class CertificateHolder: Sendable {
    private let files: ServerCertificate.Files
    private let current: Mutex<ServerCertificate>

    /// Reads the certificate.
    ///
    /// - Throws: why it cannot be used.
    public init(_ files: ServerCertificate.Files) throws(StorageFailure) {
        self.files = files
        current = Mutex(try ServerCertificate(files))
    }

    /// Reads the files again. What cannot be used is not taken: the certificate that was shown before stays.
    ///
    /// - Throws: why it cannot be used.
    public func reload() throws(StorageFailure) {
        let new = try ServerCertificate(files)
        current.withLock { $0 = new }
    }

    /// Until when the certificate is valid that is shown.
    public var expires: Timestamp { current.withLock { $0.expires } }

    /// The server's side of TLS, which asks for the certificate at each handshake.
    var configuration: TLSConfiguration {
        var configuration = current.withLock { $0.configuration }
        configuration.sslContextCallback = { [self] _, promise in
            let certificate = current.withLock { $0 }
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = certificate.chain
            change.privateKey = certificate.key
            promise.succeed(change)
        }
        return configuration
    }
}
