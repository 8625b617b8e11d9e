import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// What decides which writes of a cell survive.
struct CellStanding: FoldPart {
    let memory: FoldMemory

    // MARK: Standing.

    /// What decides which writes of a cell survive.
    enum StandingRule {
        /// `over`, and their authors' chains.
        case over
        /// `over` alone: what counts from its place in the log.
        case control
        /// What their authors had seen: splices.
        case text
        /// As `text`, in a field that this version does not know.
        case unknownText
        /// The first in the order of the log.
        case once

        /// Whether the writes are splices.
        var isText: Bool { self == .text || self == .unknownText }
    }

    /// What decides which writes of a cell survive.
    func rule(
        of key: CellKey,
        holding write: CellWrite? = nil
    ) throws -> StandingRule {
        guard key.member.isEmpty, !key.field.isEmpty else { return .over }
        if let field = try record(key.record).kind.field(key.field) {
            switch field.rule {
            case .text: return .text
            case .once: return .once
            case .control: return .control
            case .newest, .ask, .mostSevere, .state, .set: return .over
            }
        }
        return try isText(key, holding: write) ? .unknownText : .over
    }

    /// The rule of a cell of which it is known whether it is a text, and in which a verdict on one write
    /// changes nothing about others but whether they are replaced.
    func ruleOfKnown(_ key: CellKey) throws -> StandingRule? {
        if key.member.isEmpty, !key.field.isEmpty,
            try record(key.record).kind.field(key.field) == nil
        {
            return nil
        }
        let rule = try rule(of: key)
        return rule == .over || rule == .text ? rule : nil
    }

    /// What some writes of one cell replace among themselves, as `CellWrite.replaces` says of each two.
    func replaced(among writes: [CellWrite]) -> Set<BranchSeq> {
        var replaced: Set<BranchSeq> = []
        var cover = ChainCover()
        var proposals: [CellWrite] = []
        for write in writes {
            switch write.effect {
            case .void: continue
            case .proposal: proposals.append(write)
            case .effective:
                replaced.formUnion(write.over)
                cover.insert(before: write.at, in: branches)
            }
        }
        for write in writes where cover.contains(write.at) { replaced.insert(write.at) }
        guard !proposals.isEmpty else { return replaced }
        var proposed: Set<BranchSeq> = []
        var beneath = ChainCover()
        for proposal in proposals {
            proposed.formUnion(proposal.over)
            beneath.insert(before: proposal.at, in: branches)
        }
        for proposal in proposals
        where proposed.contains(proposal.at) || beneath.contains(proposal.at) {
            replaced.insert(proposal.at)
        }
        return replaced
    }
}

extension CellWrite {
    /// Whether a write that is not void replaces another one of its cell: it names it, or its author
    /// wrote the other before it. A proposal replaces proposals alone.
    func replaces(
        _ old: CellWrite,
        _ rule: CellStanding.StandingRule,
        _ branches: Branches
    ) -> Bool {
        if rule == .control { return !over.isEmpty && over.contains(old.at) }
        guard effect == .effective || old.effect == .proposal else { return false }
        return branches.isInChain(old.at, before: at) || !over.isEmpty && over.contains(old.at)
    }
}
