// The transport over URLSession that the article `Sync` shows. `URLSessionTests` sends through it.
import Concord
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A transport over `URLSession`, which inflates what is compressed and gives up when its task is cancelled.
func urlSessionTransport(to server: String) throws -> HTTPSyncTransport {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = 30
    let session = URLSession(
        configuration: configuration,
        delegate: NoRedirects(),
        delegateQueue: nil
    )
    return try HTTPSyncTransport(to: server) { post in
        guard let url = URL(string: post.url) else {
            throw SyncFailure(.invalidAddress, "\(post.url) is not an address.")
        }
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(post.body)
        for (name, value) in post.headers { request.setValue(value, forHTTPHeaderField: name) }
        do {
            let (data, response) = try await session.data(for: request)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            return HTTPAnswer(status: status, body: Array(data))
        } catch let error as URLError where error.code == .timedOut {
            throw SyncFailure(.timeout, "The server did not answer in time.", cause: error)
        } catch let error as URLError where error.code == .serverCertificateUntrusted {
            throw SyncFailure(.untrusted, "The server's certificate is not trusted.", cause: error)
        }
    }
}

/// A redirect would send the diffs elsewhere.
private final class NoRedirects: NSObject, URLSessionTaskDelegate, Sendable {
    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest
    ) async -> URLRequest? { nil }
}
