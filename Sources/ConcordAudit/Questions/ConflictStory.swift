public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// What happened in a conflict, as one would tell a colleague: who did what while who was doing what.
///
/// It holds facts and no words. People are told by the ids of their members: one person on two devices is one; nil is
/// somebody who never joined.
///
/// ```swift
/// let story = try ConflictStory(of: conflict, asking: source)
/// ```
public enum ConflictStory: Hashable, Sendable {
    /// People wrote different things; both lists are of those behind a candidate, each once.
    case differing(proposing: [WireText?], decided: [WireText?])
    /// People took steps, or edited while somebody took one.
    ///
    /// - Parameter ended: who has ended the record in conflict meanwhile.
    case steps([Doing], ended: Ended?)
    /// A finding was merged into one that lacks part of it.
    ///
    /// - Parameter removed: who removed something there; nobody where it was never there.
    case mergedWithoutAll(by: [WireText?], removed: [WireText?])
    /// A finding was merged into one that was ended.
    case mergedIntoEnded(by: [WireText?], ended: [WireText?], target: FindingRecord?)
    /// Something was removed, or proposed to be.
    case removed(by: [WireText?], isProposed: Bool, meanwhile: [Doing])

    /// What some people did, each once.
    public struct Doing: Hashable, Sendable {
        /// What they did.
        public let act: Act
        /// Who did it.
        public internal(set) var people: [WireText?]
    }

    /// What somebody did in a conflict.
    public enum Act: Hashable, Sendable {
        /// Took a step to this state.
        case step(WireText)
        /// Undid a confirmation.
        case undidConfirmation
        /// Changed a piece of evidence that the record in conflict cites; the path is that of the evidence.
        case changedCited(CellPath)
        /// Removed such a piece of evidence.
        case removedCited(CellPath)
        /// Edited it.
        case edited
    }

    /// That a record in conflict has ended meanwhile.
    public struct Ended: Hashable, Sendable {
        /// Who ended it.
        public let by: WriteAccount
        /// Whether it was merged; else it was withdrawn.
        public let isMerged: Bool
    }
}

/// What a story asks of a replica: each is read when the story needs it.
public protocol ConflictStorySource: ShownFindings {
    /// The member whose device signs so; nil for somebody who never joined.
    func member(of author: Author) -> WireText?
    /// The finding that a criterion says it belongs to, also one that is not shown.
    func owner(ofCriterion id: WireText) -> WireText?
    /// What a save did; empty for one that is not here.
    func operations(of write: WriteReference) throws -> [Operation]
    /// The write that made a finding's state show what it shows.
    func stateWrite(ofFinding id: WireText) throws -> WriteAccount?
}

extension Conflict {
    /// Whether a candidate is a write to the place of the conflict itself.
    func isHere(_ candidate: Candidate) -> Bool { !candidate.isElsewhere(in: self) }

    /// Where a candidate was written.
    func place(of candidate: Candidate) -> CellPath {
        candidate.path.flatMap { CellPath($0) } ?? path
    }

    /// Whether all that is open is a proposal to remove something: nobody else is a candidate, and to keep it is a
    /// choice all the same.
    public var isProposedRemoval: Bool {
        kind == .removedEdited
            && candidates.allSatisfy { $0.isProposal && $0.path == nil && $0.value == nil }
    }

    /// Whether the finding in conflict shows as ended all the same.
    public var hasEnded: Bool {
        path.isIn(FindingField.state)
            && LifeCycle.finding.ends(shown?.stringValue ?? LifeCycle.finding.initial)
    }

    /// Whether a place is in a piece of evidence that the record in conflict only cites.
    public func isCited(_ place: CellPath) -> Bool {
        place.kind == Schema.evidence.name && path.kind != Schema.evidence.name
    }
}

extension Conflict.Candidate {
    /// Whether it only says what belongs to a step of a finding that the same save takes.
    public func isPartOfStep(among candidates: [Conflict.Candidate]) -> Bool {
        guard let path = path.flatMap({ CellPath($0) }),
            path.isIn(FindingField.confirmedBy) || path.isIn(FindingField.duplicateOf)
        else { return false }
        return candidates.contains { other in
            other.write == write && other.path.flatMap { CellPath($0) }?.isState ?? true
        }
    }
}

extension ConflictStory {
    /// What happened in a conflict.
    ///
    /// - Throws: what `source` throws.
    public init(of conflict: Conflict, asking source: some ConflictStorySource) throws {
        let people = StoryPeople(conflict: conflict, source: source)
        switch conflict.kind {
        case .text, .values:
            self = .differing(
                proposing: people.behind { $0.isProposal },
                decided: people.behind { !$0.isProposal }
            )
        case .endedEdited: self = .steps(try people.doings(of: conflict.candidates), ended: nil)
        case .confirmedEdited:
            self = .steps(try people.doings(of: conflict.candidates), ended: try people.ended())
        case .mergedEnded:
            let merged = people.behind { conflict.isHere($0) }
            if conflict.candidates.contains(where: { people.isOfContents($0) }) {
                let took = people.behind { people.isOfContents($0) && !people.isOfSubject($0) }
                self = .mergedWithoutAll(by: merged, removed: took)
                return
            }
            let target = source.finding(conflict.path.record)?.duplicateOf
            self = .mergedIntoEnded(
                by: merged,
                ended: people.behind { !conflict.isHere($0) },
                target: target.flatMap { source.finding($0) }
            )
        case .removedEdited:
            let removals = conflict.candidates.filter { conflict.isHere($0) && $0.value == nil }
            let others = conflict.candidates.filter {
                !(conflict.isHere($0) && $0.value == nil)
            }
            self = .removed(
                by: people.behind(removals),
                isProposed: !removals.isEmpty && removals.allSatisfy(\.isProposal),
                meanwhile: try people.doings(of: others)
            )
        }
    }
}

/// Who did what in a conflict.
private struct StoryPeople<Source: ConflictStorySource> {
    let conflict: Conflict
    let source: Source

    /// The people behind some candidates, each once.
    func behind(_ isWanted: (Conflict.Candidate) -> Bool) -> [WireText?] {
        behind(conflict.candidates.filter(isWanted))
    }

    func behind(_ candidates: [Conflict.Candidate]) -> [WireText?] {
        var known: Set<WireText?> = []
        return candidates.map { source.member(of: $0.write.author) }
            .filter { known.insert($0).inserted }
    }

    /// What is told first: an ending, which waits, before a confirmation; and that somebody edited last.
    private static var order: [ConflictStory.Act] {
        ["withdrawn", "merged", "cancelled", "confirmed", "draft", "submitted", "issued"]
            .map { .step($0) }
    }

    /// Who did what, steps first.
    func doings(of candidates: [Conflict.Candidate]) throws -> [ConflictStory.Doing] {
        var doings: [ConflictStory.Doing] = []
        for candidate in candidates {
            let isStep = candidate.isPartOfStep(among: conflict.candidates)
            let act = try act(of: candidate) ?? (isStep ? nil : .edited)
            guard let act else { continue }
            let person = source.member(of: candidate.write.author)
            guard let known = doings.firstIndex(where: { $0.act == act }) else {
                doings.append(ConflictStory.Doing(act: act, people: [person]))
                continue
            }
            if !doings[known].people.contains(person) { doings[known].people.append(person) }
        }
        func place(_ act: ConflictStory.Act) -> Int {
            act == .edited ? .max : Self.order.firstIndex(of: act) ?? Self.order.count
        }
        return doings.enumerated().sorted { left, right in
            (place(left.element.act), left.offset) < (place(right.element.act), right.offset)
        }.map(\.element)
    }

    /// What a candidate did, other than edit; nil where it did nothing else.
    private func act(of candidate: Conflict.Candidate) throws -> ConflictStory.Act? {
        let path = conflict.place(of: candidate)
        if path.isState, let state = candidate.value?.stringValue {
            guard state == "submitted", try takesBack(candidate.write) else { return .step(state) }
            return .undidConfirmation
        }
        guard conflict.isCited(path) else { return nil }
        let record = CellPath(kind: path.kind, record: path.record)
        return path.field == nil && candidate.value == nil
            ? .removedCited(record) : .changedCited(record)
    }

    /// Whether a save takes a confirmation back.
    private func takesBack(_ write: WriteReference) throws -> Bool {
        try source.operations(of: write).contains {
            $0.path.field == FindingField.confirmedBy.name && $0.action == .remove
        }
    }

    /// Whether a candidate is about a criterion or a piece of evidence.
    func isOfContents(_ candidate: Conflict.Candidate) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else { return false }
        return path.kind == Schema.criterion.name || path.member != nil
    }

    /// Whether a candidate is in the finding in conflict itself, or in a criterion of it.
    func isOfSubject(_ candidate: Conflict.Candidate) -> Bool {
        guard let path = candidate.path.flatMap({ CellPath($0) }) else { return true }
        let isCriterion = path.kind == Schema.criterion.name
        let record = isCriterion ? source.owner(ofCriterion: path.record) : path.record
        return record == conflict.path.record
    }

    /// Who has ended the finding in conflict meanwhile; nil where nobody has, or that is a candidate.
    func ended() throws -> ConflictStory.Ended? {
        guard conflict.hasEnded,
            let state = try source.stateWrite(ofFinding: conflict.path.record),
            !conflict.candidates.contains(where: { $0.path == nil && $0.write == state.write })
        else { return nil }
        return ConflictStory.Ended(by: state, isMerged: state.value == "merged")
    }
}
