public import ConcordDiff
public import ConcordEncoding
import ConcordModel

/// What a person changes in one save, before it becomes a diff.
///
/// An edit says what should change. The replica works out, inside the save's transaction, the
/// operations and which writes they replace: exactly what was shown. In a conflict an ordinary change
/// replaces only its author's own candidates; only `resolve` names them all, and so resolves it.
public struct Edit: Hashable, Sendable {
    enum Change: Hashable, Sendable {
        case add(kind: WireText, id: WireText, fields: JSONObject)
        case set(CellPath, JSON?)
        case setText(CellPath, WireText)
        case insert(CellPath, again: Bool)
        case remove(CellPath)
        case hide(kind: WireText, id: WireText)
        case restore(kind: WireText, id: WireText)
        case resolve(CellPath, JSON?, candidates: [WriteReference]?)
        case decide(CellPath, WriteReference, accepts: Bool)
        case takeOut([WriteReference], of: WireText, keeping: Set<CellPath>)
        case admit(DiffID)
    }

    /// Why, in the author's words; it is part of every operation of the diff that a person reads.
    public var reason: WireText?
    private(set) var changes: [Change] = []

    /// An edit that changes nothing yet.
    public init(reason: WireText? = nil) { self.reason = reason }

    /// Whether it changes nothing.
    public var isEmpty: Bool { changes.isEmpty }

    /// Adds a record with its first fields: a text as a string, a set as an object whose keys are the
    /// members and whose values are `true`.
    public mutating func add(_ kind: WireText, id: WireText, fields: JSONObject) {
        changes.append(.add(kind: kind, id: id, fields: fields))
    }

    /// Sets a field, or clears it with nil. Setting the shown value again is a decision too, and is
    /// written.
    public mutating func set(_ path: CellPath, to value: JSON?) {
        changes.append(.set(path, value))
    }

    /// Sets a text: what differs from the shown text, word by word, becomes splices. For a text in conflict,
    /// that is the text shown meanwhile (`ContestedText.common`). A title is a value, not a text: write it
    /// with `set`.
    public mutating func setText(_ path: CellPath, to text: WireText) {
        changes.append(.setText(path, text))
    }

    /// Puts a member into the set at `path`.
    ///
    /// - Parameter again: whether to write it even if it is in the set already, so that a removal at the
    ///   same time becomes a conflict.
    public mutating func insert(_ member: WireText, into path: CellPath, again: Bool = false) {
        var path = path
        path.member = member
        changes.append(.insert(path, again: again))
    }

    /// Removes a member from the set at `path`.
    public mutating func remove(_ member: WireText, from path: CellPath) {
        var path = path
        path.member = member
        changes.append(.remove(path))
    }

    /// Hides a record: what others edit meanwhile keeps it present.
    public mutating func hide(kind: WireText, id: WireText) {
        changes.append(.hide(kind: kind, id: id))
    }

    /// Brings a hidden record back, with all it had.
    public mutating func restore(kind: WireText, id: WireText) {
        changes.append(.restore(kind: kind, id: id))
    }

    /// Resolves the conflict at `path`, whose candidates the author has all seen, or decides the proposal there.
    ///
    /// Over a field of a record that exists only as a proposal, the resolution decides on the record too: the record is
    /// added with the chosen value, and removed with the last value that is declined.
    ///
    /// - Parameters:
    ///   - path: the field; a member of a set; a record without field, for its presence.
    ///   - value: the new value. For presence and members of sets `true` keeps and nil removes; of a text
    ///     nil accepts the merged text.
    ///   - reason: why.
    ///   - candidates: the writes that were shown, if others may have come since; nil for all.
    public mutating func resolve(
        _ path: CellPath,
        to value: JSON?,
        reason: WireText,
        candidates: [WriteReference]? = nil
    ) {
        self.reason = self.reason ?? reason
        changes.append(.resolve(path, value, candidates: candidates))
    }

    /// Accepts a proposal: what it says has effect, and with it the rest of the same deed, where that is a record which
    /// nobody added but by proposal.
    ///
    /// ```swift
    /// while let proposal = try await replica.perform({ try $0.openProposals() }).first {
    ///     var edit = Edit(reason: "seen on site")
    ///     edit.accept(proposal)
    ///     try await replica.save(edit)
    /// }
    /// ```
    public mutating func accept(_ proposal: OpenProposal) {
        changes.append(
            .decide(proposal.account.path, proposal.account.write, accepts: true)
        )
    }

    /// Declines a proposal: what stood without it stands, and with it goes the rest of the same deed, as with `accept`.
    public mutating func decline(_ proposal: OpenProposal) {
        changes.append(
            .decide(proposal.account.path, proposal.account.write, accepts: false)
        )
    }

    /// Removes from the target what merges of a finding brought there, as their authors' undo would:
    /// wherever nobody else has written since, and as far as the author's right goes.
    ///
    /// - Parameters:
    ///   - merges: the merges, as a conflict names them.
    ///   - finding: the id of the finding that they merged.
    ///   - keeping: cells, and records with all their cells, that stay.
    public mutating func takeOut(
        broughtBy merges: [WriteReference],
        of finding: WireText,
        keeping: Set<CellPath> = []
    ) {
        changes.append(.takeOut(merges, of: finding, keeping: keeping))
    }

    /// Admits the writes of a diff that have no effect.
    public mutating func admit(_ diff: DiffID) { changes.append(.admit(diff)) }
}

/// Why an edit cannot be saved; nothing was written.
public struct EditError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, CaseIterable, Sendable {
        /// There is no such record, or it is hidden.
        case noSuchRecord = "unknown-record"
        /// The record already exists.
        case recordExists = "record-exists"
        /// The value does not fit the field.
        case malformedValue = "malformed-value"
        /// The text would be longer than a text may be (`TextLimits.scalars`).
        case textTooLong = "text-too-long"
        /// There is no conflict at this place, nor anything that is only proposed.
        case noConflict = "no-conflict"
        /// Something in the record to be removed, or the words that a text would lose, is in conflict: resolve
        /// that first.
        case inConflict = "in-conflict"
        /// The diff to admit is not here.
        case noSuchDiff = "no-such-diff"
        /// The edit changes nothing.
        case empty = "no-change"
    }

    /// What is wrong.
    public let code: Code
    /// Where, as a JSON Pointer.
    public let path: WireText

    init(_ code: Code, at path: WireText) {
        self.code = code
        self.path = path
    }

    /// The code and the place.
    public var description: String { "\(code.rawValue) at \(path)" }
}
