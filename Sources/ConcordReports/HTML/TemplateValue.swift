import ConcordEncoding

/// A view as the template reads it: texts and truth values, lists, and dictionaries of what an object holds.
///
/// Of an object the library would go through all members for each name that it looks up, which took most of
/// the time of a report. So each object is gone through once.
enum TemplateValue {
    /// What an object holds, without what is nothing.
    static func members(of object: Any) -> [String: Any] {
        var members: [String: Any] = [:]
        for case (let name?, let member) in Mirror(reflecting: object).children {
            members[name] = of(member)
        }
        return members
    }

    /// The value for the template; nil for nothing.
    private static func of(_ value: Any) -> Any? {
        if let text = value as? String { return text }
        if let text = value as? WireText { return text.string }
        if let flag = value as? Bool { return flag }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { of($0.value) }
        case .collection: return mirror.children.compactMap { of($0.value) }
        default: return members(of: value)
        }
    }
}
