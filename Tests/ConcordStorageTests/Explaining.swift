import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting

@testable import ConcordStorage

extension Device {
    /// Saves an edit.
    @discardableResult
    func edit(reason: String? = nil, _ change: (inout Edit) -> Void) throws -> SaveReceipt? {
        try save { context in
            var edit = Edit(reason: reason.map { WireText($0) })
            change(&edit)
            return try context.operations(for: edit)
        }
    }

    /// Takes the last save back, or an earlier one, or the last undo.
    @discardableResult
    func undo(
        redo: Bool = false,
        reason: String? = nil,
        save: DiffID? = nil
    ) throws -> TakingBack {
        let reason = reason.map { WireText($0) }
        let preview = try store.read {
            try $0.takingBack(by: signer.author, isRedo: redo, reason: reason, save: save)
        }
        var result: TakingBack?
        try self.save { context in
            let taken = try context.takingBack(isRedo: redo, reason: reason, save: save)
            result = taken.result
            return taken.operations
        }
        precondition(result == preview, "a preview says what will be")
        return preview
    }

    func blame(_ path: String) throws -> Blame? { try store.read { try $0.blame(cell(path)) } }

    func account(_ path: String) throws -> ConflictAccount? {
        try store.read { try $0.conflictDetails(at: cell(path)) }
    }

    func inbox(since point: DiffID? = nil) throws -> [InboxItem] {
        try store.read { try $0.inbox(of: WireText(name), since: point) }
    }

    func parallel(all: Bool = false) throws -> [ParallelEdits] {
        try store.read { try $0.parallelEdits(all: all) }
    }

    /// A record as the device shows it now; nil if it does not.
    func shown(_ kind: String, _ id: String) throws -> JSONObject? {
        try document()[WireText(kind)]?[WireText(id)]?.objectValue
    }

    /// The record as it was at a point.
    func shown(_ kind: String, _ id: String, at point: HistoryPoint) throws -> JSONObject? {
        let picture = try store.read {
            try $0.record(kind: WireText(kind), id: WireText(id), at: point)
        }
        return picture.flatMap { $0.isPresent ? $0.fields : nil }
    }
}
