public import ConcordEncoding
public import ConcordMerge
import ConcordStorage

/// An undo or redo: what it comes to, and the save, if anything was saved.
public struct UndoReceipt: Hashable, Sendable {
    /// What changes, and what stays as it is.
    public let result: TakingBack
    /// The save; nil where nothing was left to change, or for a preview.
    public let receipt: SaveReceipt?
}

extension Replica {
    /// Takes back this device's last save as a new save: what its author had on their screen before it is
    /// put back wherever nobody else has written since.
    ///
    /// Again, it takes back the save before that one. Reasons of such saves begin with `undo`, and so all
    /// of one's devices know what was taken back.
    ///
    /// - Parameters:
    ///   - reason: why; a step back in a life cycle may take one.
    ///   - preview: only say what it would come to.
    /// - Throws: `UndoError` where the save cannot be taken back, or `ReplicaFailure`; nothing was
    ///   written then.
    public func undo(reason: WireText? = nil, preview: Bool = false) throws -> UndoReceipt {
        try takeBack(isRedo: false, reason: reason, preview: preview)
    }

    /// Takes back this device's last undo, as long as nothing else was saved after it.
    ///
    /// - Throws: as `undo`.
    public func redo(reason: WireText? = nil, preview: Bool = false) throws -> UndoReceipt {
        try takeBack(isRedo: true, reason: reason, preview: preview)
    }

    private func takeBack(isRedo: Bool, reason: WireText?, preview: Bool) throws -> UndoReceipt {
        if preview {
            return try ReplicaFailure.mapping {
                let result = try store.read {
                    try $0.takingBack(by: author, isRedo: isRedo, reason: reason)
                }
                return UndoReceipt(result: result, receipt: nil)
            }
        }
        var result: TakingBack?
        let receipt = try saveOperations { context in
            let taken = try context.takingBack(isRedo: isRedo, reason: reason)
            result = taken.result
            return taken.operations
        }
        guard let result else { preconditionFailure("a save asks for its operations") }
        return UndoReceipt(result: result, receipt: receipt)
    }
}
