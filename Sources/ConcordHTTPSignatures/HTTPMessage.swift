/// What of an HTTP request a signature can cover (RFC 9421, section 2).
public struct HTTPMessage: Hashable, Sendable {
    /// The method, in capitals.
    public var method: String
    /// The host, and the port unless it is the scheme's own.
    public var authority: String
    /// The path, as it is in the request line.
    public var path: String
    /// What follows the question mark; nil if there is none.
    public var query: String?
    /// The values of the fields, by name in small letters, each in the order of the message.
    public var fields: [String: [String]]

    /// A request.
    public init(
        method: String,
        authority: String,
        path: String,
        query: String? = nil,
        fields: [String: [String]] = [:]
    ) {
        self.method = method
        self.authority = authority
        self.path = path
        self.query = query
        self.fields = fields
    }

    /// The value of a component; nil if the message has none of this name, or if it is one that is not known
    /// here.
    func value(of component: String) -> String? {
        switch component {
        case "@method": return method
        case "@authority": return authority.lowercased()
        case "@path": return path.isEmpty ? "/" : path
        case "@query": return "?" + (query ?? "")
        default:
            guard !component.hasPrefix("@") else { return nil }
            // A value with a line break would be a second line of what is signed.
            guard let values = fields[component],
                !values.contains(where: { $0.utf8.contains { $0 == 0x0A || $0 == 0x0D } })
            else { return nil }
            return values.map(Self.trimmed).joined(separator: ", ")
        }
    }

    private static func trimmed(_ value: String) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let tail = value.drop(while: isSpace)
        return String(
            tail[..<(tail.lastIndex { !isSpace($0) }.map(tail.index(after:)) ?? tail.startIndex)]
        )
    }
}
