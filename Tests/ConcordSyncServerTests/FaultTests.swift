import Concord
import ConcordEncoding
import ConcordMerge
import ConcordSync
import ConcordSyncClient
import ConcordTesting
import Foundation
import Testing

/// A connection that cuts, truncates, corrupts, delays and repeats: afterwards everybody has everything.
///
/// The disturbed place is a byte of the exchange. A run takes some places, other ones by each seed; `CONCORD_EVERY_BYTE=1` takes
/// them all, which takes minutes.
@Suite(.timeLimit(.minutes(20))) struct FaultTests {
    /// A disturbance of a direction at a place.
    enum Fault: CaseIterable, CustomTestStringConvertible {
        case cutUp, cutDown, truncatedUp, truncatedDown, corruptedUp, corruptedDown

        var isUp: Bool { [.cutUp, .truncatedUp, .corruptedUp].contains(self) }

        func plan(at place: Int) -> Relay.Plan {
            switch self {
            case .cutUp: .init(up: .init(cutAt: place))
            case .cutDown: .init(down: .init(cutAt: place))
            case .truncatedUp: .init(up: .init(truncatedAt: place))
            case .truncatedDown: .init(down: .init(truncatedAt: place))
            case .corruptedUp: .init(up: .init(corruptedAt: place))
            case .corruptedDown: .init(down: .init(corruptedAt: place))
            }
        }

        var testDescription: String { "\(self)" }
    }

    @Test(arguments: Fault.allCases)
    func anExchangeThatIsDisturbedAtAnyByteLosesNothing(fault: Fault) async throws {
        try await withServer { port in
            let relay = try Relay(to: port)
            defer { relay.stop() }
            let pair = try await Pair(through: port)
            let before = relay.counts
            try await pair.edit("nobody disturbs this")
            try await pair.syncLeader(through: relay.port)
            let (sent, received) = (relay.counts.up - before.up, relay.counts.down - before.down)
            // Contents and times differ a little in length from one exchange to the next.
            let places = Self.places(fault.isUp ? sent : received, seed: 11)
            for place in places {
                try await pair.edit("\(fault) at \(place)")
                relay.plan { _ in fault.plan(at: place) }
                do throws(ReplicaFailure) {
                    try await pair.syncLeader(through: relay.port)
                } catch {
                    // A corrupted answer can look like a server that lies, but never like a refusal of the member.
                    #expect(
                        [.server, .contradiction].contains(error.code),
                        "at \(place): \(error)"
                    )
                }
                relay.plan { _ in .init() }
                try await pair.agree(through: relay.port, "\(fault) at \(place)")
            }
        }
    }

    @Test func aRequestThatIsRepeatedChangesNothing() async throws {
        try await withServer { port in
            let relay = try Relay(to: port)
            defer { relay.stop() }
            let pair = try await Pair(through: port)
            relay.plan { _ in .init(isRepeated: true) }
            for number in 0..<5 {
                try await pair.edit("repeated \(number)")
                try await pair.syncLeader(through: relay.port)
            }
            relay.plan { _ in .init() }
            try await pair.agree(through: relay.port, "repeated")
        }
    }

    @Test func aSlowConnectionDeliversEverything() async throws {
        try await withServer { port in
            let relay = try Relay(to: port)
            defer { relay.stop() }
            let pair = try await Pair(through: port)
            let slow = Relay.Flow(delay: .milliseconds(150))
            relay.plan { _ in .init(up: slow, down: slow) }
            try await pair.edit("slow")
            try await pair.syncLeader(through: relay.port)
            try await pair.agree(through: relay.port, "slow")
        }
    }

    /// Every byte, or some of them with the first and the last ones.
    private static func places(_ count: Int, seed: UInt64) -> [Int] {
        if ProcessInfo.processInfo.environment["CONCORD_EVERY_BYTE"] == "1" {
            return Array(0..<count)
        }
        var generator = SeededGenerator(seed: seed)
        let some = (0..<20).map { _ in generator.below(count) }
        return (some + [0, 1, count - 1]).sorted()
    }
}

/// The leader of an engagement, whose connection is disturbed, and a colleague, whose is not.
private struct Pair {
    let leader: Replica
    let colleague: Replica
    let finding: WireText
    private let folder: TemporaryFolder
    private let direct: ServerAddress

    init(through port: Int) async throws {
        folder = try TemporaryFolder()
        direct = try ServerAddress("http://127.0.0.1:\(port)")
        let draft = EngagementDraft(leader: "Ines Carrow", device: "leader")
        leader = try await Replica.create(
            at: folder.path + "/leader.concord",
            engagement: draft
        ).replica
        let code = try await leader.perform { try $0.invite(role: .auditor, name: "Tomas Ebrel") }
        let id = ReplicaEnvironment.system.newID()
        finding = id
        var first = Edit()
        first.add("finding", id: id, fields: ["state": "draft", "title": "Start"])
        _ = try await leader.save(first)
        let folder = folder
        colleague = try await HTTPTransport.withTransport(to: direct) { [leader] transport in
            _ = try await leader.sync(through: transport)
            return try await Replica.join(
                at: folder.path + "/colleague.concord",
                code: code,
                device: "colleague",
                through: transport
            )
        }
    }

    /// Both change what the other will have to receive.
    func edit(_ text: String) async throws {
        try await save("unit", text, leader)
        try await save("process", text, colleague)
        try await HTTPTransport.withTransport(to: direct) { [colleague] transport in
            _ = try await colleague.sync(through: transport)
        }
    }

    private func save(_ field: WireText, _ text: String, _ replica: Replica) async throws {
        let path = CellPath(kind: "finding", record: finding, field: field)
        var edit = Edit()
        edit.set(path, to: .string(WireText(text)))
        _ = try await replica.save(edit)
    }

    /// A sync of the leader over connections of its own.
    func syncLeader(through port: Int) async throws(ReplicaFailure) {
        do {
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { [leader] transport in
                _ = try await leader.sync(through: transport)
            }
        } catch {
            throw error as? ReplicaFailure ?? ReplicaFailure(.server, "\(error)")
        }
    }

    /// After a quiet sync of both, both have the same, nothing waits, and the log verifies.
    func agree(through port: Int, _ what: String) async throws {
        try await syncLeader(through: port)
        try await HTTPTransport.withTransport(to: direct) { [colleague] transport in
            _ = try await colleague.sync(through: transport)
        }
        #expect(try leader.status().pending == 0, "\(what)")
        let (mine, theirs) = try await (leader.snapshot(), colleague.snapshot())
        #expect(mine.digest == theirs.digest, "\(what)")
        #expect(try leader.status().log == colleague.status().log, "\(what)")
    }
}
