import ConcordEncoding

extension JSON {
    /// What was asked for by name: always the list, and of a single one its members beside it, so that a
    /// script may read either.
    static func several(_ name: WireText, _ items: [JSON]) -> JSON {
        var object = items.count == 1 ? items[0].objectValue ?? [:] : [:]
        object[name] = .array(items)
        return .object(object)
    }
}
