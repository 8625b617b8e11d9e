public import ConcordEncoding
public import ConcordMerge
public import ConcordStorage

/// The result of an undo or redo, and the save, if anything was saved.
public struct UndoReceipt: Hashable, Sendable {
    /// What changes, and what stays as it is.
    public let result: TakingBack
    /// The save; nil if nothing was left to change, or for a preview.
    public let receipt: SaveReceipt?
}

extension Replica {
    /// Undoes this device's last save, by a new save: restores what its author saw before it,
    /// except where somebody else has written since.
    ///
    /// A second call undoes the save before that one. The reasons of such saves begin with `undo`,
    /// so that all of the member's devices know what was undone.
    ///
    /// - Parameters:
    ///   - reason: the reason; some steps back in a life cycle need one.
    ///   - preview: whether to report what would change, and save nothing.
    ///   - save: an earlier save of this device to undo instead of the last.
    /// - Throws: `UndoError` if the save cannot be undone, or `ReplicaFailure`; then nothing was
    ///   written.
    public func undo(
        reason: WireText? = nil,
        preview: Bool = false,
        save: DiffID? = nil
    ) throws -> UndoReceipt {
        try takeBack(isRedo: false, reason: reason, preview: preview, save: save)
    }

    /// Undoes this device's last undo, if nothing else was saved after it.
    ///
    /// - Throws: as `undo`.
    public func redo(reason: WireText? = nil, preview: Bool = false) throws -> UndoReceipt {
        try takeBack(isRedo: true, reason: reason, preview: preview)
    }

    private func takeBack(
        isRedo: Bool,
        reason: WireText?,
        preview: Bool,
        save: DiffID? = nil
    ) throws -> UndoReceipt {
        if preview {
            return try ReplicaFailure.mapping {
                let result = try store.read {
                    try $0.takingBack(by: author, isRedo: isRedo, reason: reason, save: save)
                }
                return UndoReceipt(result: result, receipt: nil)
            }
        }
        var result: TakingBack?
        let receipt = try saveOperations { context in
            let taken = try context.takingBack(isRedo: isRedo, reason: reason, save: save)
            result = taken.result
            return taken.operations
        }
        guard let result else { preconditionFailure("a save asks for its operations") }
        return UndoReceipt(result: result, receipt: receipt)
    }
}
