public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel

// What of an account a person wants to hear, and what is left to programs.

extension Blame {
    /// Whether a person wants to hear of the cell: not of what only identifies a record.
    public var isWorthTelling: Bool {
        if path.field == nil || !void.isEmpty { return true }
        return Schema.kind(path.kind)?.field(path.field ?? "")?.rule != .once
    }

    /// Words of a text that one save wrote.
    public struct Words: Hashable, Sendable {
        /// The words, with the spaces around them.
        public internal(set) var text: WireText
        /// Who wrote them.
        public let by: WriteAccount
    }

    /// Whose which words are: spaces alone are nobody's concern and stay with what stands before them.
    public var words: [Words] {
        var words: [Words] = []
        for stretch in stretches {
            let last = words.count - 1
            let isBlank = stretch.text.string.allSatisfy(\.isWhitespace)
            if last >= 0, isBlank || words[last].by.diff == stretch.by.diff {
                words[last].text = "\(words[last].text)\(stretch.text)"
            } else {
                words.append(Words(text: stretch.text, by: stretch.by))
            }
        }
        return words
    }
}

extension TakingBack.LeftAlone {
    /// Whether a person wants to hear of it: not of what was only restated, or identifies a record.
    public var isWorthTelling: Bool { why != .restated && why != .writtenOnce }
}

extension TakingBack {
    /// Who has changed since what a save wrote.
    public enum Changers: Hashable, Sendable {
        /// Nobody has.
        case nobody
        /// The author alone, last in this save: undoing that makes room for this one.
        case oneself(WriteReference)
        /// Others have.
        case others
    }

    /// Who stands in the way of taking the save back.
    public var changers: Changers {
        let left = leftAlone.filter { $0.why == .changedSince }
        if left.isEmpty { return .nobody }
        let own = left.compactMap(\.by?.write).filter { $0.author == target.author }
        guard own.count == left.count, let newest = own.max(by: { $0.seq < $1.seq }) else {
            return .others
        }
        return .oneself(newest)
    }
}

/// Who took the last step of a finding, from where, and whether that was to resolve a conflict.
public struct LastStep: Hashable, Sendable {
    /// The state that it led to.
    public let state: WireText
    /// The write that is shown.
    public let write: WriteAccount
    /// Whether it gave the finding back to its author.
    public let isReturned: Bool
    /// Who took the step, where somebody else resolved the conflict about it: to resolve a conflict for a step that
    /// somebody else took is not to take it.
    public let taken: WriteAccount?
    /// Whether it resolved a conflict.
    public let isResolution: Bool

    /// The last step of a finding; nil where nobody has taken one.
    ///
    /// - Parameters:
    ///   - blame: of its state.
    ///   - membership: who is in the engagement, to know one person by several devices.
    public init?(_ blame: Blame?, _ membership: Membership) {
        guard let blame, let write = blame.write, let state = blame.shown?.stringValue else {
            return nil
        }
        self.state = state
        self.write = write
        isResolution = blame.isResolution
        let before = blame.replaced.compactMap { $0.value?.stringValue }
        isReturned = state == "draft" && before.contains("submitted")
        func member(_ account: WriteAccount) -> WireText? {
            membership.devices[account.write.author]?.member
        }
        let others = blame.replaced.filter {
            $0.value == write.value && member($0) != member(write)
        }
        taken = blame.isResolution ? others.last : nil
    }
}
