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
            try goOnIfBehind()
            return try store.save(
                signer: key,
                environment,
                keepingVoid: keepsVoid,
                edit: operations
            )
        }
    }

    /// Goes on under a new key if the file is older than what its device has already written: with the old key this save
    /// would have the number of another one.
    private func goOnIfBehind() throws {
        if isCurrent.withLock({ $0 }) { return }
        // What has no effect because of another copy is for a sync to find.
        if case .behind = try standing(), try goOnAsCopy() == nil {
            throw ReplicaFailure(
                .behindGuard,
                "\(path) is an older copy of a file with which this device has already written more, and its key can admit"
                    + " no other one. Run a sync to get the later edits back. If that does not help, ask your audit"
                    + " team leader for a new invitation."
            )
        }
        isCurrent.withLock { $0 = true }
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

    /// What stands behind the letter in the numbers of a member's further devices, so that each counts for itself while
    /// none hears of the others: three small letters that follow from the key.
    static func mark(_ author: Author) -> WireText {
        // No vowels, so that they spell nothing.
        let letters = Array("bcdfghjklmnpqrstvwxz".utf8)
        let digest = SHA256Digest(hashing: Array(author.text.string.utf8)).bytes
        return WireText(decoding: digest.prefix(3).map { letters[Int($0) % letters.count] })
    }

    init(of author: Author, in context: inout SaveContext) throws {
        let device = context.membership.devices[author]
        var letter: WireText = "?"
        if let device {
            let path = CellPath.member(device.member, .letter)
            letter = try context.shown(path).shown?.stringValue ?? letter
            if !device.isFirst { letter = "\(letter)\(Self.mark(author))" }
        }
        self.letter = letter
        last = try context.greatestDraftNumber(letter: letter)
    }
}
