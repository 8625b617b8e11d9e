import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordText

/// An editing trace as signed diffs of one text, as if each agent were an auditor with a device.
struct SignedTrace {
    /// Why a trace cannot be played by devices.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The founding diff, and the one that raises the finding with what the text begins with.
    let beginning: [UnverifiedDiff]
    /// The transactions, in the order of the file.
    let diffs: [UnverifiedDiff]

    /// The text.
    static let path = cell("/finding/x1/statement")

    /// Signs every transaction.
    ///
    /// - Throws: `Failure` where an agent had not seen their own transaction before: that would be a
    ///   forked chain, the second branch of which has no effect.
    init(_ events: [TextEvent], startContent: String) throws {
        var chains = try Self.chains(of: events)
        var leader = SampleChain(key: try SigningKey.generate())
        beginning = try Self.begin(&leader, chains.map(\.key.author), startContent)
        let raised = beginning[1].id
        for index in chains.indices { chains[index].engagement = leader.engagement }
        var counts = [Int](repeating: 0, count: chains.count)
        var versions: [[Int]] = []
        var ids: [DiffID] = []
        var diffs: [UnverifiedDiff] = []
        for (number, event) in events.enumerated() {
            var version = [Int](repeating: 0, count: chains.count)
            for parent in event.parents {
                for agent in version.indices {
                    version[agent] = max(version[agent], versions[parent][agent])
                }
            }
            guard version[event.agent] == counts[event.agent] else {
                throw Failure(
                    description: "transaction \(number) has not seen all that its agent did "
                        + "before; a device cannot play that."
                )
            }
            counts[event.agent] += 1
            version[event.agent] += 1
            versions.append(version)
            let seen = event.parents.isEmpty ? [raised] : event.parents.map { ids[$0] }
            let diff = try chains[event.agent].append(Self.operations(event), seen: seen)
            ids.append(diff.id)
            diffs.append(diff)
        }
        self.diffs = diffs
    }

    private static func operations(_ event: TextEvent) -> [Operation] {
        event.splices.map { splice in
            Operation(
                .splice(at: splice.at, delete: splice.delete, insert: WireText(splice.insert)),
                at: path
            )
        }
    }

    /// A chain for each agent. Where agents insert at one place their numbers decide in a trace and
    /// their keys do in a replica, so the keys ascend with the numbers.
    private static func chains(of events: [TextEvent]) throws -> [SampleChain] {
        let count = (events.map(\.agent).max() ?? 0) + 1
        let keys = try (0..<count).map { _ in try SigningKey.generate() }
        return keys.sorted { $0.author < $1.author }.map { SampleChain(key: $0) }
    }

    /// The engagement with the agents as auditors, and the finding.
    private static func begin(
        _ leader: inout SampleChain,
        _ agents: [Author],
        _ text: String
    ) throws -> [UnverifiedDiff] {
        var operations = [Operation(.add(["state": "planned"]), at: cell("/engagement/e"))]
        for (number, author) in ([leader.key.author] + agents).enumerated() {
            let role: JSON = number == 0 ? "lead" : "auditor"
            operations += [
                Operation(
                    .add(["letter": .string("P\(number)"), "name": "Person", "role": role]),
                    at: cell("/member/m\(number)")
                ),
                Operation(
                    .add(["member": .string("m\(number)")]),
                    at: cell("/device/\(author.description)")
                ),
            ]
        }
        let founding = try leader.append(operations)
        var fields: JSONObject = ["draftNumber": "P0-01", "title": "Finding"]
        if !text.isEmpty { fields["statement"] = .string(text) }
        let finding = Operation(.add(.object(fields)), at: cell("/finding/x1"))
        return [founding, try leader.append([finding])]
    }
}
