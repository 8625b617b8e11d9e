import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel
public import ConcordStorage
import Synchronization

extension Replica {
    /// Saves an edit: signed and stored in one durable transaction.
    ///
    /// A save that returns does what its author meant. If part of it would have no effect, because
    /// of the author's role or of another edit at the same time, nothing is written, unless the
    /// author asks to keep it: then it is in the log, and a leader can admit it.
    ///
    /// - Parameters:
    ///   - edit: what should change.
    ///   - keepsVoid: whether to keep what has no effect.
    /// - Returns: nil if the edit changes nothing that is shown.
    /// - Throws: `EditError` if the edit does not fit what is shown, `SaveRefusal` if it would not
    ///   do what it says, otherwise `ReplicaFailure`; then nothing was written.
    @discardableResult
    public func save(_ edit: Edit, keepingVoid keepsVoid: Bool = false) throws -> SaveReceipt? {
        try saveOperations(keepingVoid: keepsVoid) { context in
            try context.operations(for: edit)
        }
    }

    /// Saves the edit that `edit` returns for the state within the save's own transaction, for
    /// example with a number that no other process may use too.
    ///
    /// - Throws: what `edit` throws, `EditError`, `SaveRefusal` or `ReplicaFailure`; then nothing
    ///   was written.
    @discardableResult
    public func save(
        keepingVoid keepsVoid: Bool = false,
        _ edit: (DraftNumbers) throws -> Edit
    ) throws -> SaveReceipt? {
        try saveOperations(keepingVoid: keepsVoid) { context in
            let numbers = try DraftNumbers(of: author, in: &context)
            return try context.operations(for: try edit(numbers))
        }
    }

    func saveOperations(
        keepingVoid keepsVoid: Bool = false,
        _ operations: (inout SaveContext) throws -> [Operation]
    ) throws -> SaveReceipt? {
        try ReplicaFailure.mapping {
            try requireNotBehindGuard()
            return try store.save(
                signer: key,
                environment,
                keepingVoid: keepsVoid,
                edit: operations
            )
        }
    }

    /// Refuses to write on a file that is older than what its device has already written.
    private func requireNotBehindGuard() throws {
        if isCurrent.withLock({ $0 }) { return }
        // The guard first: it is written after the commit, so a file read after it is no older, unless it
        // was restored. In the other order another process's save in between would look like that.
        let newest = try note.read()
        let tip = try store.read { try $0.tip(of: author) }
        guard let newest, (tip?.reference.seq ?? 0) < newest.seq else {
            isCurrent.withLock { $0 = true }
            return
        }
        throw ReplicaFailure(
            .behindGuard,
            "\(path) is an older copy: this device has already written diff \(newest.seq), and the file"
                + " ends at \(tip?.reference.seq ?? 0). Run a sync first to get the later diffs back. If"
                + " that does not help, join again with a new invitation."
        )
    }
}

/// The draft number that a member's next finding gets: their letter and their own counter.
public struct DraftNumbers: Sendable {
    /// The letter, or `?` for a device without one.
    public let letter: WireText
    /// The greatest number given so far.
    public let last: Int

    /// The number that comes `offset` after the last one, such as `B-07`.
    public func number(_ offset: Int = 1) -> WireText {
        let digits = String(last + offset)
        return "\(letter)-\(digits.count < 2 ? "0" : "")\(digits)"
    }

    init(of author: Author, in context: inout SaveContext) throws {
        let member = context.membership.devices[author]?.member
        var letter: WireText = "?"
        if let member {
            let path = CellPath.member(member, .letter)
            letter = try context.shown(path).shown?.stringValue ?? letter
        }
        self.letter = letter
        last = try context.greatestDraftNumber(letter: letter)
    }
}
