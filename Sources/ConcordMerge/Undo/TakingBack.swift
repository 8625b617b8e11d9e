public import ConcordDiff
public import ConcordEncoding

/// What undoing a save of your own changes, before or after the undo is saved.
public struct TakingBack: Hashable, Sendable {
    /// The change of one cell.
    public struct Change: Hashable, Sendable {
        /// The cell; no field for a record's presence.
        public let path: CellPath
        /// What is shown now; nil for nothing.
        public let from: JSON?
        /// What will be shown.
        public let to: JSON?
    }

    /// A cell that stays as it is.
    public struct LeftAlone: Hashable, Sendable {
        /// The cell.
        public let path: CellPath
        /// Why it stays.
        public let why: Why
        /// The write that prevents the undo, if one does.
        public let by: WriteAccount?
    }

    /// Why a cell is not changed; the raw value is used in JSON.
    public enum Why: String, CaseIterable, Hashable, Sendable {
        /// Somebody has changed it since, or has worked on the record.
        case changedSince = "changed-since"
        /// The write there is a candidate of an open conflict.
        case contested
        /// The write there has no effect.
        case noEffect = "no-effect"
        /// The write there repeated the shown value.
        case restated
        /// It is written once.
        case writtenOnce = "written-once"
    }

    /// The save that is undone.
    public let target: WriteReference
    /// The time of saving by its author's clock (RFC 3339).
    public let time: String
    /// Whether the save is itself an undo, so that this is a redo.
    public let isRedo: Bool
    /// What changes.
    public let changes: [Change]
    /// What stays as it is.
    public let leftAlone: [LeftAlone]
    /// If nothing changes: the newest earlier save that can be undone at least in part, if there is one.
    public internal(set) var earlier: WriteReference?
}

/// Why a save cannot be undone at all; nothing was written.
public struct UndoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong; the raw value is used in JSON.
    public enum Code: String, CaseIterable, Sendable {
        /// There is no save of yours left to undo.
        case nothing = "nothing-to-undo"
        /// It was not an undo that was saved last.
        case nothingUndone = "nothing-to-redo"
        /// It changed the team, or admitted something: that counts from its place in the log.
        case control = "control-operation"
        /// The life cycle has no step back.
        case noStepBack = "no-step-back"
        /// The step back takes a reason.
        case reasonMissing = "reason-missing"
        /// Your role does not allow it.
        case noRight = "no-right"
        /// It resolved a conflict, so the other candidates are gone.
        case resolvedConflict = "resolved-conflict"
        /// It merged a finding, and that merge is in conflict: somebody has to resolve it first.
        case mergeStands = "merge-stands"
        /// A seal has frozen it.
        case sealed = "after-the-seal"
    }

    /// What is wrong.
    public let code: Code
    /// The place; nil if there is none.
    public let path: CellPath?
    /// For a step: the shown state, and the state before the step.
    public let states: [WireText]

    init(_ code: Code, at path: CellPath? = nil, states: [WireText] = []) {
        self.code = code
        self.path = path
        self.states = states
    }

    /// The code and the place.
    public var description: String {
        code.rawValue + (path.map { " at \($0)" } ?? "")
    }
}

/// How a save says that it takes another one back: at the beginning of its reason, so that it is signed,
/// readable, and known on every device. `Protocol/diff.md`, "Undo".
package struct UndoMark: Hashable {
    /// Whether it takes an undo back.
    package let isRedo: Bool
    /// The number, in its author's own chain, of the save that is undone.
    package let seq: Int

    init(isRedo: Bool, seq: Int) {
        self.isRedo = isRedo
        self.seq = seq
    }

    /// The mark of a diff, nil for an ordinary save.
    init?(_ diff: VerifiedDiff) {
        self.init(diff.body.operations.first?.reason, of: diff.diff.reference)
    }

    /// The mark that the reason of a save makes, nil for that of an ordinary one.
    package init?(_ reason: WireText?, of save: WriteReference) {
        guard let reason else { return nil }
        let head = reason.string.prefix { $0 != ":" }
        let words = head.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0] == "undo" || words[0] == "redo" else { return nil }
        let parts = words[1].split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let seq = Int(parts[0]), seq >= 1, seq < save.seq,
            parts[1] == Self.short(save.author)
        else { return nil }
        self.init(isRedo: words[0] == "redo", seq: seq)
    }

    /// The reason that an operation gives.
    func text(of author: Author, reason: WireText?) -> WireText {
        let mark: WireText = "\(isRedo ? "redo" : "undo") \(seq)@\(Self.short(author))"
        guard let reason, !reason.isEmpty else { return mark }
        return "\(mark): \(reason)"
    }

    private static func short(_ author: Author) -> Substring { author.description.prefix(8) }
}
