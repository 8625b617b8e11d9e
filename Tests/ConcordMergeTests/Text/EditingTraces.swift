import CZlib
import ConcordTesting
import ConcordText
import Foundation
import Testing

/// A history as the public editing traces write it, read by a decoder that is not ours.
struct EditingTrace: Decodable {
    struct Transaction: Decodable {
        var parents: [Int]?
        var agent: Int?
        var patches: [Patch]
    }

    struct Patch: Decodable {
        var at: Int
        var delete: Int
        var insert: String

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            at = try values.decode(Int.self)
            delete = try values.decode(Int.self)
            insert = try values.decode(String.self)
        }
    }

    var startContent: String?
    var endContent: String
    var txns: [Transaction]

    /// Histories that were made for this project, each of which tells apart two orders that are often confused.
    static func ownHistories() throws -> [EditingTrace] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Data/texts/orders.json")
        return try JSONDecoder().decode([EditingTrace].self, from: Data(contentsOf: file))
    }

    /// The published histories and ours.
    static func publishedHistories() throws -> [EditingTrace] {
        let file = try #require(PublicData.file(published), "\(PublicData.advice)")
        return try JSONDecoder().decode(
            [EditingTrace].self,
            from: Data(contentsOf: URL(filePath: file))
        )
    }

    /// A published session.
    static func session(_ name: String) throws -> EditingTrace {
        let file = try #require(PublicData.file("traces/\(name)"), "\(PublicData.advice)")
        return try JSONDecoder().decode(
            EditingTrace.self,
            from: inflate(Data(contentsOf: URL(filePath: file)))
        )
    }

    static let published = "traces/histories.json"
    static let sessions = ["friendsforever.json.gz", "sveltecomponent.json.gz"]

    /// Whether the published traces are there.
    static var arePublished: Bool {
        ([published] + sessions.map { "traces/\($0)" }).allSatisfy { PublicData.file($0) != nil }
    }

    /// The events of the trace; one agent's transactions are numbered in the order of the file.
    var events: [TextEvent] {
        var seqs: [Int: Int] = [:]
        return txns.enumerated().map { index, transaction in
            let agent = transaction.agent ?? 0
            seqs[agent, default: 0] += 1
            return TextEvent(
                parents: transaction.parents ?? (index == 0 ? [] : [index - 1]),
                agent: agent,
                seq: seqs[agent] ?? 0,
                splices: transaction.patches.map {
                    TextSplice(at: $0.at, delete: $0.delete, insert: $0.insert)
                }
            )
        }
    }

    struct Unreadable: Error {}

    private static func inflate(_ data: Data) throws -> Data {
        var output = Data(count: 1 << 25)
        let written = data.withUnsafeBytes { source in
            output.withUnsafeMutableBytes { target in
                concord_gunzip(
                    source.bindMemory(to: UInt8.self).baseAddress,
                    UInt(source.count),
                    target.bindMemory(to: UInt8.self).baseAddress,
                    UInt(target.count)
                )
            }
        }
        guard written >= 0 else { throw Unreadable() }
        return output.prefix(written)
    }
}
