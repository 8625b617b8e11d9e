import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordDiff
@testable import ConcordMerge
@testable import ConcordStorage

/// Texts that go on from what a replica's file holds, against a merge of all their writes and against the
/// file folded again.
@Suite struct TextStoreTests {
    private static let texts = [
        "/finding/f1/statement", "/finding/f1/statement", "/scope/s1/statement",
    ]

    @Test(arguments: Size.seeds(2, inFull: 8))
    func whatIsStoredStepByStepIsWhatAMergeOfAllGives(seed: UInt64) throws {
        let team = try Team()
        var random = SeededGenerator(seed: seed)
        let statement = "Logs were not reviewed in March"
        try team.devices[0].save(
            add("/finding/f1", ["statement": .string(statement)]),
            add("/scope/s1", ["standard": "iso"])
        )
        try team.syncAll()
        for step in 0..<60 {
            let device = team.devices[random.below(3)]
            try Self.act(device, team, &random)
            let problem = try Self.problem(device)
            #expect(problem == nil, "seed \(seed), step \(step)")
            if step % 20 == 19 { #expect(try device.store.checkState().differences == []) }
        }
        try team.syncAll()
        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
        for device in team.devices {
            #expect(try Self.problem(device) == nil)
            #expect(try device.store.checkState().differences == [])
        }
    }

    private static func act(
        _ device: Device,
        _ team: Team,
        _ random: inout SeededGenerator
    ) throws {
        let path = cell(texts[random.below(texts.count)])
        switch random.below(14) {
        case 0..<7:
            let (place, word) = (random.below(9), ["seen", "", "é 中", "March"][random.below(4)])
            try device.save { context in
                let shown = try context.shown(path).shown?.stringValue?.string ?? ""
                var words = shown.split(separator: " ", omittingEmptySubsequences: false)
                words.insert(Substring(word), at: min(place, words.count))
                if place % 3 == 0 { words.removeLast(min(words.count, 2)) }
                var edit = Edit()
                edit.setText(path, to: WireText(words.joined(separator: " ")))
                do {
                    return try context.operations(for: edit)
                } catch let error as EditError where error.code == .inConflict {
                    // Words about which two disagree are deleted by nobody else.
                    return []
                }
            }
        case 7: try resolve(path, device)
        case 8..<11:
            // By hand: a part of what another has pending.
            let other = team.devices[random.below(3)]
            let limit = 1 + random.below(4)
            let diffs = try other.store.read { reader in
                try reader.pending().prefix(limit).compactMap { try reader.envelope(of: $0.id) }
            }
            _ = try device.store.takeIn(pending: try diffs.map { try verified($0) })
        case 11..<13: try team.sync(device)
        default:
            let status: JSON = random.below(2) == 0 ? "revoked" : "active"
            try team.devices[0].set("/member/ben/status", status)
        }
    }

    private static func resolve(_ path: CellPath, _ device: Device) throws {
        try device.save { context in
            let shown = try context.shown(path)
            guard shown.conflict?.kind == .text, let text = shown.shown?.stringValue else {
                return []
            }
            var edit = Edit(reason: "read")
            edit.resolve(path, to: .string(text), reason: "read")
            return try context.operations(for: edit)
        }
    }

    /// How what is stored of a text differs from a merge of all its writes.
    private static func problem(_ device: Device) throws -> String? {
        try device.store.read { reader in
            let start = try FoldStart(reader.statements).fold
            let source = try StoreSource(reader.statements, start: start)
            for text in Set(texts) {
                let fold = Fold(start, source: source, verifier: HashVerifier())
                let path = cell(text)
                let name = RecordName(kind: path.kind, id: path.record)
                guard let record = try fold.record(named: name), let field = path.field else {
                    continue
                }
                let key = CellKey(record: record.number, field: field)
                guard let stored = try source.mergedText(of: key, in: record) else {
                    return "\(text): nothing is stored"
                }
                let whole = try fold.texts.mergedWhole(at: key, in: record)
                let isSame =
                    whole.text == stored.text && whole.conflict == stored.conflict
                    && whole.openPairs == stored.openPairs
                    && whole.holdsProposals == stored.holdsProposals
                if !isSame { return "\(text): \(stored) is stored, not \(whole)" }
                let kept = Dictionary(
                    uniqueKeysWithValues: try source.writes(of: key, all: true).map {
                        ($0.diff, $0.marks)
                    }
                )
                for write in try fold.cell(key).writes where kept[write.diff] != write.marks {
                    return "\(text): the marks of diff \(write.diff) differ"
                }
            }
            return nil
        }
    }
}
