import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Foundation
import Hummingbird
import HummingbirdTLS
import NIOSSL
import ServiceLifecycle
import Synchronization
import Testing

/// A server with TLS whose certificate an authority of our own has signed.
///
/// The certificates of `Tests/Data/tls` are valid until 2114; nobody has the authority's key any more.
@Suite(.timeLimit(.minutes(5))) struct CertificateTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Data/tls")
    private static let authority = folder.appending(path: "authority.pem").path

    /// Counts what comes to a server.
    private final class Count: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock { $0 } }

        func increase() { count.withLock { $0 += 1 } }
    }

    /// What the client makes of a server that shows a certificate, and how many requests came to the server.
    private func outcome(
        of certificate: String,
        trusting file: String?,
        scheme: String = "https"
    ) async throws -> (failure: SyncFailure?, requests: Int) {
        let requests = Count()
        let router = Router()
        router.post("**") { _, _ in
            requests.increase()
            return Response(status: .serviceUnavailable)
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            server: try .tls(tlsConfiguration: configuration(certificate)),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }
        )
        let group = ServiceGroup(
            configuration: .init(services: [application], logger: application.logger)
        )
        async let running: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        let address = try ServerAddress("\(scheme)://127.0.0.1:\(await iterator.next() ?? 0)")
        let failure = try await exchange(address, trusting: file)
        await group.triggerGracefulShutdown()
        try await running
        return (failure, requests.value)
    }

    private func configuration(_ certificate: String) throws -> TLSConfiguration {
        let file = Self.folder.appending(path: certificate)
        let key = try NIOSSLPrivateKey(file: file.path + "-key.pem", format: .pem)
        let chain = try NIOSSLCertificate.fromPEMFile(file.path + ".pem")
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
    }

    private func exchange(
        _ address: ServerAddress,
        trusting file: String?
    ) async throws -> SyncFailure? {
        let transport = HTTPTransport(to: address, certificateFile: file)
        let request = SyncRequest(
            engagement: SHA256Digest(hashing: [1]),
            position: 0,
            envelopes: []
        )
        var failure: SyncFailure?
        do throws(SyncFailure) {
            _ = try await transport.exchange(request, by: .anyone)
        } catch {
            failure = error
        }
        try await transport.close()
        return failure
    }

    @Test func whatNobodyHereTrustsGetsNothing() async throws {
        let (failure, requests) = try await outcome(of: "server", trusting: nil)

        #expect(failure?.code == .untrusted)
        #expect(failure?.message.contains("SSL_CERT_FILE") == true)
        #expect(requests == 0)
    }

    @Test func anAuthorityThatIsNamedIsTrusted() async throws {
        let (failure, requests) = try await outcome(of: "server", trusting: Self.authority)

        #expect(requests > 0)
        #expect(failure != nil && failure?.code != .untrusted)
    }

    @Test func aCertificateForAnotherNameIsNot() async throws {
        let (failure, requests) = try await outcome(of: "other", trusting: Self.authority)

        #expect(failure?.code == .untrusted)
        #expect(requests == 0)
    }

    @Test(arguments: ["no-such-file.pem", "server-key.pem"])
    func aFileThatHoldsNoCertificatesIsTold(name: String) async throws {
        let file = Self.folder.appending(path: name).path
        let (failure, requests) = try await outcome(of: "server", trusting: file)

        #expect(failure?.code == .untrusted)
        #expect(failure?.message.contains(file) == true)
        #expect(requests == 0)
    }

    @Test func theEnvironmentNamesTheFile() async {
        await #expect(processExitsWith: .success) {
            setenv("SSL_CERT_FILE", "/tmp/authority.pem", 1)
            guard HTTPTransport.certificateFile == "/tmp/authority.pem" else { exit(1) }
            setenv("SSL_CERT_FILE", "", 1)
            guard HTTPTransport.certificateFile == nil else { exit(2) }
        }
    }
}
