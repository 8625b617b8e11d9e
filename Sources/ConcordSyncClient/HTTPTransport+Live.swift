import AsyncHTTPClient
public import ConcordDiff
public import ConcordEncoding
public import ConcordSync
import NIOCore
import NIOHTTP1
import Synchronization

extension HTTPTransport: LiveTransport {
    /// The size of an engagement's log, at once and whenever it grows, over one connection of its own.
    ///
    /// The server says something every 15 seconds; a connection that is silent for `Timeouts.silence` counts as dead.
    public func sizes(
        of engagement: DiffID,
        by signer: RequestSigner
    ) -> AsyncThrowingStream<Int, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                do throws(SyncFailure) {
                    try await SyncFailure.correctingClock { time throws(SyncFailure) in
                        try await listen(to: engagement, by: signer, at: time) {
                            continuation.yield($0)
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Reads one connection to its end.
    private func listen(
        to engagement: DiffID,
        by signer: RequestSigner,
        at time: Timestamp?,
        told: @escaping @Sendable (Int) -> Void
    ) async throws(SyncFailure) {
        do {
            let heard = LastHeard()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await self.read(engagement, by: signer, at: time) { size in
                        heard.note()
                        if let size { told(size) }
                    }
                }
                group.addTask {
                    while true {
                        let dead = heard.time + self.timeouts.silence
                        if dead <= .now { throw TooSlow() }
                        try await Task.sleep(until: dead, clock: .continuous)
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            throw failure(error)
        }
    }

    /// - Parameter heard: is called whenever something came, with the log's size if it was said.
    private func read(
        _ engagement: DiffID,
        by signer: RequestSigner,
        at time: Timestamp?,
        heard: @Sendable (Int?) -> Void
    ) async throws {
        let url = address.description + SyncResource.events(engagement.base64url)
        var message = HTTPClientRequest(url: url)
        message.headers.add(name: "Accept", value: SyncResource.eventMediaType)
        message.headers.add(name: "User-Agent", value: "concord")
        for field in try signer.fields(posting: [], to: url, method: "GET", at: time) {
            message.headers.add(name: field.name, value: field.value)
        }
        let response = try await client.execute(message, timeout: TimeAmount(timeouts.patience))
        guard response.status.code == 200 else {
            let body = try await collect(response.body, upTo: ProblemDocument.bytesMax)
            let answer = HTTPAnswer(
                status: Int(response.status.code),
                body: body ?? [],
                location: response.headers.first(name: "Location"),
                retryAfter: response.headers.first(name: "Retry-After")
            )
            throw answer.failure(ofBytes: 0, address.description)
        }
        let type = response.headers.first(name: "Content-Type")?.split(separator: ";").first
        guard type?.lowercased() == SyncResource.eventMediaType else {
            throw SyncFailure.malformed(address.description, "no events")
        }
        heard(nil)
        var parser = EventStreamParser()
        for try await buffer in response.body {
            let events: [ServerEvent]
            do throws(MessageError) {
                events = try parser.received(buffer.readableBytesView)
            } catch {
                throw SyncFailure.malformed(address.description, "\(error)")
            }
            heard(events.compactMap { LogNews($0)?.size }.max())
        }
    }
}

/// When something came last.
private final class LastHeard: Sendable {
    private let last = Mutex(ContinuousClock.now)

    var time: ContinuousClock.Instant { last.withLock { $0 } }

    func note() { last.withLock { $0 = .now } }
}
