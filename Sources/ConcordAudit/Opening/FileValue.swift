import ConcordEncoding

/// A value in a file that someone handed over, with its place, so that every complaint names it.
struct FileValue {
    let value: JSON
    /// Its place: `plan[3].clauses[0]`; empty for the whole file.
    let path: String

    /// The value of a member; nil if it is missing or null.
    subscript(name: WireText) -> FileValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return FileValue(value: member, path: path.isEmpty ? name.string : "\(path).\(name)")
    }

    func object() throws -> JSONObject {
        guard let object = value.objectValue else { throw wrong("an object") }
        return object
    }

    /// The elements of a list.
    func items() throws -> [FileValue] {
        guard let items = value.arrayValue else { throw wrong("a list") }
        return items.enumerated().map { FileValue(value: $1, path: "\(path)[\($0)]") }
    }

    func text() throws -> WireText {
        guard let text = value.stringValue else { throw wrong("a text") }
        return text
    }

    /// A number of things or people, also written as a text.
    func count() throws -> Int64 {
        if let number = value.integerValue, number >= 0 { return number }
        if let text = value.stringValue, let number = Int64(text.string), number >= 0 {
            return number
        }
        throw wrong("a whole number")
    }

    /// The text of a member that has to be there.
    func text(_ name: WireText) throws -> WireText {
        guard let member = self[name] else {
            throw EngagementFile.Fault(
                path: "",
                message: "\(name) is missing in \(path.isEmpty ? "the file" : path)"
            )
        }
        return try member.text()
    }

    /// The elements of a list that may be missing.
    func items(_ name: WireText) throws -> [FileValue] { try self[name]?.items() ?? [] }

    /// The texts of a list that may be missing.
    func texts(_ name: WireText) throws -> [WireText] { try items(name).map { try $0.text() } }

    /// That it is to be something else.
    func wrong(_ expected: String) -> EngagementFile.Fault {
        EngagementFile.Fault(
            path: "",
            message: "\(path.isEmpty ? "the file" : path) must be \(expected)"
        )
    }
}
