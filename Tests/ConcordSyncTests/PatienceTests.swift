import ConcordEncoding
import Testing

@testable import ConcordSync

/// A client comes back when a server that has too much to do says so.
@Suite struct PatienceTests {
    private func busy(_ retryAfter: String?, status: Int = 503) -> HTTPAnswer {
        HTTPAnswer(status: status, body: [], retryAfter: retryAfter)
    }

    /// What comes of answers one after the other, and how long was waited.
    private func outcome(
        _ answers: [HTTPAnswer],
        patience: Int = 60
    ) async throws -> (answer: HTTPAnswer, waits: [Int]) {
        var rest = answers[...]
        var waits: [Int] = []
        let answer = try await HTTPAnswer.patiently(
            waitingAtMost: patience,
            sleep: { waits.append($0) },
            { () async throws(SyncFailure) in
                guard let next = rest.popFirst() else {
                    throw SyncFailure(.unreachable, "There are no more answers.")
                }
                return next
            }
        )
        return (answer, waits)
    }

    private let fine = HTTPAnswer(status: 200, body: [1])

    @Test(arguments: [429, 503])
    func itWaitsAsLongAsItIsTold(status: Int) async throws {
        let (answer, waits) = try await outcome([
            busy("3", status: status), busy("0", status: status), fine,
        ])

        #expect(answer == fine)
        // A second at least.
        #expect(waits == [3, 1])
    }

    @Test func itDoesNotWaitLongerThanItHasPatience() async throws {
        let (answer, waits) = try await outcome(
            [busy("20"), busy("20"), busy("21"), fine],
            patience: 60
        )

        #expect(answer == busy("21"))
        #expect(waits == [20, 20])
    }

    @Test(
        arguments: [
            (nil, 503), ("Wed, 21 Oct 2026 07:28:00 GMT", 503), ("-1", 503), ("5", 500), ("5", 200),
            ("5", 409),
        ] as [(String?, Int)]
    )
    func otherAnswersAreNotWaitedFor(retryAfter: String?, status: Int) async throws {
        let first = busy(retryAfter, status: status)
        let (answer, waits) = try await outcome([first, fine])

        #expect(answer == first)
        #expect(waits.isEmpty)
    }

    @Test func whoGivesUpIsNotHeld() async throws {
        let failure = await #expect(throws: SyncFailure.self) {
            try await HTTPAnswer.patiently(
                sleep: { _ in throw CancellationError() },
                { () async throws(SyncFailure) in busy("5") }
            )
        }

        #expect(failure?.code == .cancelled)
    }

    /// What is left to say after all patience.
    @Test func aLimitIsToldAsThat() throws {
        let body = #"{"code":"too-many-requests","detail":"Too often."}"#
        let answer = HTTPAnswer(status: 429, body: Array(body.utf8))
        let request = SyncRequest(engagement: SHA256Digest(hashing: [1]), position: 0)

        let failure = #expect(throws: SyncFailure.self) {
            try answer.response(to: request, from: "https://a.example")
        }

        #expect(failure?.code == .serverError)
        #expect(failure?.message.contains("Too often.") == true)
    }
}
