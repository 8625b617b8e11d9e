public import ConcordEncoding

/// One operation of a diff: what happens to one cell, and which writes of that cell it replaces.
///
/// `add` and `remove` are JSON Patch (RFC 6902) as far as a stock library needs to know; `splice` is
/// ours. Wire form: `Protocol/diff.md`, "Operations". Vectors: `Protocol/vectors/diff`.
public struct Operation: Hashable, Sendable {
    /// What an operation does.
    public enum Action: Hashable, Sendable {
        /// Sets a field, adds a member of a set, or creates or restores a record with its first fields.
        case add(JSON)
        /// Clears a field, takes a member out of a set, or hides a record.
        case remove
        /// Edits a text: deletes `delete` scalars at `at` and inserts `insert` there.
        case splice(at: Int, delete: Int, insert: WireText)
    }

    /// What it does.
    public var action: Action
    /// Where.
    public var path: CellPath
    /// The writes to this cell that the author was shown and replaces, sorted.
    public var over: [WriteReference]
    /// Why, in the author's words.
    public var reason: WireText?

    /// An operation; `over` is sorted, as the wire form asks.
    public init(
        _ action: Action,
        at path: CellPath,
        over: [WriteReference] = [],
        reason: WireText? = nil
    ) {
        self.action = action
        self.path = path
        self.over = over.count > 1 ? over.sorted() : over
        self.reason = reason
    }

    /// The operation as it is in a body.
    public var json: JSON {
        var object: JSONObject = ["path": .string(path.description)]
        switch action {
        case .add(let value):
            object["op"] = "add"
            object["value"] = value
        case .remove:
            object["op"] = "remove"
        case .splice(let at, let delete, let insert):
            object["op"] = "splice"
            object["at"] = .integer(Int64(at))
            object["delete"] = .integer(Int64(delete))
            object["insert"] = .string(insert)
        }
        if !over.isEmpty { object["over"] = .array(over.map { .string($0.description) }) }
        if let reason { object["reason"] = .string(reason) }
        return .object(object)
    }
}
