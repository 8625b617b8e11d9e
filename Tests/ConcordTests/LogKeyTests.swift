import Concord
import ConcordAudit
import ConcordSigning
import ConcordSync
import ConcordTesting
import Testing

/// A server that replaces the key of its logs.
@Suite struct LogKeyTests {
    private static func engagement() async throws -> TestEngagement {
        try await TestEngagement(server: MemoryTransport(logKey: SigningKey.generate()))
    }

    private static func raise(_ replica: Replica, _ title: WireText) async throws {
        _ = try await replica.raise(FindingDraft(title: title))
    }

    @Test func devicesFollowKeysThatSayWhatFollowsThem() async throws {
        let engagement = try await Self.engagement()
        let colleague = try await engagement.join("Tomas", as: .auditor)
        // The colleague is away while the key changes three times.
        for number in 0..<3 {
            try engagement.server.replaceLogKey(by: SigningKey.generate())
            try await Self.raise(engagement.leader, "Finding \(number)")
            _ = try await engagement.leader.sync(through: engagement.server)
        }
        try await engagement.syncAll()
        let newcomer = try await engagement.join("Ruth", as: .auditor)
        try await engagement.syncAll()

        for replica in [engagement.leader, colleague, newcomer] {
            #expect(try replica.contradictions().isEmpty)
        }
        let (mine, theirs) = try await (engagement.leader.snapshot(), colleague.snapshot())
        #expect(mine.digest == theirs.digest)
    }

    @Test func aKeyThatNoKnownOneNamesIsAContradiction() async throws {
        let engagement = try await Self.engagement()
        try engagement.server.replaceLogKey(by: SigningKey.generate(), isStated: false)
        // The statement of a key that nobody knows leads nowhere.
        try engagement.server.replaceLogKey(by: SigningKey.generate())
        try await Self.raise(engagement.leader, "Finding")

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await engagement.leader.sync(through: engagement.server)
        }

        #expect(failure?.code == .logContradiction)
        #expect(try engagement.leader.contradictions().map(\.code) == ["other-log-key"])
        #expect(try engagement.leader.status().pending == 1)
    }

    @Test func onlyTheFormerKeyCanNameTheNext() throws {
        let verifier = DiffVerifier()
        let (former, next, other) = try (
            SigningKey.generate(), SigningKey.generate(), SigningKey.generate()
        )
        let right = try KeySuccession(from: former.author, to: next.author) {
            try former.signature(over: $0)
        }
        let wrong = try KeySuccession(from: former.author, to: next.author) {
            try other.signature(over: $0)
        }

        #expect(KeySuccession(note: right.note, verifier: verifier) == right)
        #expect(KeySuccession(note: wrong.note, verifier: verifier) == nil)
        for place in right.note.indices {
            var changed = right.note
            changed[place] ^= 1
            #expect(KeySuccession(note: changed, verifier: verifier) == nil, "byte \(place)")
        }
        // Neither is a statement about a log, nor the other way round.
        #expect(SignedNote(right.note).flatMap { Checkpoint(text: $0.text) } == nil)
    }
}
