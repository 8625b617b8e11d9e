/// A value without members of its own in a structured field (RFC 8941, section 3.3).
///
/// Decimals and dates are missing: no field that is read here has one.
public enum BareItem: Hashable, Sendable {
    /// At most fifteen digits.
    case integer(Int64)
    /// Visible ASCII and spaces.
    case string(String)
    /// A word without quotation marks.
    case token(String)
    /// Bytes, which are written as base64 between colons.
    case bytes([UInt8])
    /// True or false.
    case boolean(Bool)
}

/// A value with its name, in the order in which it was written.
public struct FieldParameter: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value; true where only the name was written.
    public let value: BareItem

    /// A parameter.
    public init(_ name: String, _ value: BareItem) {
        self.name = name
        self.value = value
    }
}

/// An item of a structured field with its parameters.
public struct FieldItem: Hashable, Sendable {
    /// The value.
    public let value: BareItem
    /// What is said of it.
    public let parameters: [FieldParameter]

    /// An item.
    public init(_ value: BareItem, _ parameters: [FieldParameter] = []) {
        self.value = value
        self.parameters = parameters
    }
}

/// A member of a dictionary: one item, or a list of items in brackets.
public enum FieldMember: Hashable, Sendable {
    /// One item.
    case item(FieldItem)
    /// Items in brackets, and what is said of the list.
    case list([FieldItem], [FieldParameter])
}

/// A dictionary of structured fields, as `Signature-Input`, `Signature` and `Content-Digest` are.
///
/// Stricter than RFC 8941 where that lets two readers see different things: a name that is there twice is
/// refused, and base64 has one spelling. Everything is bounded, since strangers write it.
public struct FieldDictionary: Hashable, Sendable {
    /// The longest text that is read, in bytes.
    public static let bytesMax = 4096
    /// The most members, items of a list, and parameters of one value.
    public static let membersMax = 32

    /// The members by name, in their order.
    public let members: [(name: String, value: FieldMember)]

    /// A dictionary; the names are all different.
    public init(_ members: [(name: String, value: FieldMember)]) { self.members = members }

    /// Reads the value of a field; nil if it is not a dictionary, or beyond the bounds.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.bytesMax else { return nil }
        var reader = FieldReader(bytes)
        guard let members = reader.dictionary() else { return nil }
        self.members = members
    }

    /// The member of this name.
    public subscript(name: String) -> FieldMember? { members.first { $0.name == name }?.value }

    /// Whether both have the same members in the same order.
    public static func == (left: Self, right: Self) -> Bool {
        left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
    }

    /// Hashes the members in their order.
    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}

// MARK: Writing (RFC 8941, section 4.1).

extension BareItem {
    /// The text of the value.
    public var text: String {
        switch self {
        case .integer(let number): return "\(number)"
        case .string(let string):
            let escaped = string.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : [$0] }
            return "\"" + String(escaped) + "\""
        case .token(let token): return token
        case .bytes(let bytes): return ":\(Base64.encode(bytes)):"
        case .boolean(let value): return value ? "?1" : "?0"
        }
    }
}

extension FieldParameter {
    /// The text, from the semicolon on.
    var text: String { value == .boolean(true) ? ";\(name)" : ";\(name)=\(value.text)" }
}

extension FieldItem {
    /// The text of the value and its parameters.
    public var text: String { value.text + parameters.map(\.text).joined() }
}

extension FieldMember {
    /// The text of the member without its name.
    public var text: String {
        switch self {
        case .item(let item): return item.text
        case .list(let items, let parameters):
            return "(" + items.map(\.text).joined(separator: " ") + ")"
                + parameters.map(\.text).joined()
        }
    }
}

extension FieldDictionary {
    /// The text of the field.
    public var text: String {
        members.map { name, member in
            if case .item(let item) = member, item.value == .boolean(true) {
                return name + item.parameters.map(\.text).joined()
            }
            return "\(name)=\(member.text)"
        }.joined(separator: ", ")
    }
}
