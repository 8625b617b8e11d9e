import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// Merges as an author had them before them. Whether a merge waits for its target is asked of each step that its
// author takes, of what they had seen then: it depends on all that a finding raises, and on all merges of a
// circle. Between two diffs of one device little has been newly seen, so what was found is carried on from one
// to the next, and only what was written in between is looked at again.

/// What is known of merges as a device had them before its last diff of which that was asked.
struct MergeSight {
    /// What that diff's author had seen.
    fileprivate(set) var seen = SeenVector()
    /// How often verdicts had turned by then.
    fileprivate var turns = 0
    /// The target of each finding that was looked at; nil where it is not merged.
    fileprivate var targets: [Int: Int?] = [:]
    /// What merged findings raise.
    fileprivate var contents: [MergedPair: MergedContents] = [:]
}

/// A finding and the one into which it is merged, by number.
private struct MergedPair: Hashable {
    let finding: Int
    let target: Int
}

/// What of a merged finding its target holds.
private struct MergedContents {
    /// The records of the finding that have to be looked at, or looked at again.
    var parts: Set<Int>
    /// The pieces of evidence that have.
    var pieces: Set<WireText>
    /// Those that were ever removed, or whose counterparts were: what cites them counts too, so they are always looked at.
    var unsettled: Set<Int> = []
    var missingParts: Set<Int> = []
    var missingPieces: Set<WireText> = []
    /// The criteria of the finding by the ids of their counterparts in the target.
    var twins: [WireText: Set<Int>] = [:]
}

/// What devices had before them of merges, by branch, as far as it was asked.
final class MergeSightMemory {
    fileprivate(set) var all: [Int: MergeSight] = [:]

    /// Forgets them.
    func forget() { all.removeAll() }
}

extension FindingMerges {
    /// Of so many devices it is kept what they had before them, of each for so many merged findings, and carried on over so
    /// many diffs.
    private static let sightsMax = 16
    private static let pairsMax = 32
    private static let diffsMax = 512

    /// Whether a merge waits to an author's eyes, as its target does not hold what it raises, or merges lead round.
    func waits(
        _ finding: RecordEntry,
        for target: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> Bool {
        var sight = try mergeSight(of: entry)
        let waits =
            try isAnythingMissing(in: target, of: finding, entry, &sight)
            || isOnCycle(finding, entry, &sight)
        if memory.mergeSights.all.count >= Self.sightsMax { memory.mergeSights.forget() }
        memory.mergeSights.all[entry.at.branch] = sight
        return waits
    }

    /// What is known of merges to an author's eyes.
    private func mergeSight(of entry: DiffEntry) throws -> MergeSight {
        var fresh = MergeSight()
        fresh.seen = entry.seen
        fresh.turns = memory.timelines.turns
        guard var sight = memory.mergeSights.all.removeValue(forKey: entry.at.branch),
            sight.turns == memory.timelines.turns, entry.seen.includes(sight.seen)
        else { return fresh }
        if sight.seen == entry.seen { return sight }
        guard let written = try written(in: entry.seen, after: sight.seen) else { return fresh }
        for (key, diff) in written { try forget(key, diff, in: &sight) }
        sight.seen = entry.seen
        return sight
    }

    /// The cells that the diffs wrote which one vector has and an older one has not; nil where they are too many, or where
    /// one of them may have changed what others mean.
    func written(
        in seen: SeenVector,
        after old: SeenVector
    ) throws -> [(key: CellKey, diff: Int)]? {
        var numbers: [Int] = []
        for branch in seen.branches(seenFurtherThan: old) {
            let first = max(old.newest(of: branch), branches[branch].baseSeq) + 1
            let last = seen.newest(of: branch)
            guard first <= last else { continue }
            guard numbers.count + last - first < Self.diffsMax else { return nil }
            for seq in first...last {
                numbers.append(try diffNumber(at: BranchSeq(branch: branch, seq: seq)))
            }
        }
        var written: [(key: CellKey, diff: Int)] = []
        for number in numbers {
            if try entry(number).isControl { return nil }
            for operation in try diff(number).body.operations {
                let path = operation.path
                let name = RecordName(kind: path.kind, id: path.record)
                guard let record = try record(named: name) else { continue }
                written += keys(of: operation, record: record).map { ($0, number) }
            }
        }
        return written
    }

    /// Forgets what may depend on a cell in which a diff has written.
    private func forget(
        _ key: CellKey,
        _ diff: Int,
        in sight: inout MergeSight
    ) throws {
        let record = try record(key.record)
        sight.targets[key.record] = nil
        // Evidence that was rewritten holds up confirmations of what cites it.
        if record.kind == Schema.evidence,
            key.field.isEmpty || Schema.fieldsRestedOn.contains(key.field)
        {
            for cell in try rests.restCandidates(of: record) { sight.targets[cell.record] = nil }
        }
        if let owner = record.owner { sight.targets[owner] = nil }
        if key.field == KnownField.duplicateOf, record.kind == Schema.finding {
            // A merge into a finding holds up what ends that one.
            if let id = try write(of: diff, at: key)?.value?.stringValue,
                let target = try self.record(named: RecordName(kind: record.kind.name, id: id))
            {
                sight.targets[target.number] = nil
            }
        }
        for pair in sight.contents.keys {
            if record.owner == pair.finding { sight.contents[pair]?.parts.insert(key.record) }
            if record.kind == Schema.criterion, let twins = sight.contents[pair]?.twins[record.id] {
                sight.contents[pair]?.parts.formUnion(twins)
            }
            if key.isPieceOfEvidence, [pair.finding, pair.target].contains(key.record) {
                sight.contents[pair]?.pieces.insert(key.member)
            }
        }
    }

    /// Whether a finding raises anything that its target does not hold, to an author's eyes.
    private func isAnythingMissing(
        in target: RecordEntry,
        of finding: RecordEntry,
        _ entry: DiffEntry,
        _ sight: inout MergeSight
    ) throws -> Bool {
        let pair = MergedPair(finding: finding.number, target: target.number)
        var contents: MergedContents
        if let known = sight.contents.removeValue(forKey: pair) {
            contents = known
        } else {
            let pieces = try allCells(of: finding.number).filter(\.isPieceOfEvidence)
            contents = MergedContents(
                parts: Set(try records(ownedBy: finding.number)),
                pieces: Set(pieces.map(\.member))
            )
        }
        for number in contents.parts.union(contents.unsettled) {
            try look(at: number, of: finding, in: target, entry, &contents)
        }
        for piece in contents.pieces {
            let missing = try whatIsMissing(of: piece, of: finding, in: target, seenBy: entry)
            contents.missingPieces.remove(piece)
            if !missing.isEmpty { contents.missingPieces.insert(piece) }
        }
        contents.parts.removeAll()
        contents.pieces.removeAll()
        let isMissing = !contents.missingParts.isEmpty || !contents.missingPieces.isEmpty
        if sight.contents.count >= Self.pairsMax { sight.contents.removeAll() }
        sight.contents[pair] = contents
        return isMissing
    }

    private func look(
        at number: Int,
        of finding: RecordEntry,
        in target: RecordEntry,
        _ entry: DiffEntry,
        _ contents: inout MergedContents
    ) throws {
        let part = try record(number)
        contents.missingParts.remove(number)
        contents.unsettled.remove(number)
        if part.hasRemoval { contents.unsettled.insert(number) }
        guard let id = try counterpart(of: part, of: finding, in: target, seenBy: entry) else {
            return
        }
        contents.twins[id, default: []].insert(number)
        let twin = try record(named: RecordName(kind: Schema.criterion.name, id: id))
        if twin?.hasRemoval ?? false { contents.unsettled.insert(number) }
        // Whether a proposed grade counts as decided rests on more than on its criterion.
        if try isProposed(part, seenBy: entry) { contents.unsettled.insert(number) }
        if try whatIsMissing(of: part, of: finding, in: id, seenBy: entry) != nil {
            contents.missingParts.insert(number)
        }
    }

    /// Whether merges lead from a finding, which is merged, back to it, to an author's eyes.
    private func isOnCycle(
        _ finding: RecordEntry,
        _ entry: DiffEntry,
        _ sight: inout MergeSight
    ) throws -> Bool {
        guard try mayBeOnCycle(finding) else { return false }
        var next = try edge(from: finding.number, entry, &sight)
        // Merges may also lead to a circle on which the finding is not: then one of those is met again.
        var (met, steps, limit) = (finding.number, 0, 1)
        while let number = next {
            if number == finding.number { return true }
            if number == met { return false }
            steps += 1
            if steps == limit { (met, steps, limit) = (number, 0, 2 * limit) }
            next = try edge(from: number, entry, &sight)
        }
        return false
    }

    private func edge(
        from number: Int,
        _ entry: DiffEntry,
        _ sight: inout MergeSight
    ) throws -> Int? {
        if let known = sight.targets[number] { return known }
        let record = try record(number)
        let edge = try edge(from: record, seenBy: entry)
        // Whether one stays that was ever removed depends on what cites it, too.
        if !record.hasRemoval { sight.targets.updateValue(edge, forKey: number) }
        return edge
    }
}
