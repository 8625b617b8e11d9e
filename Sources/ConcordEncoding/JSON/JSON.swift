/// A JSON value as Concord admits it: no floats, no duplicate keys, no unpaired surrogates.
///
/// Two strings are the same value if their Unicode scalars are the same. (Swift's own `==` on
/// strings also takes "é" in its two spellings as equal; two values that are equal here always have
/// the same canonical bytes and so the same hash.)
///
/// Integers lie within ±(2^53−1), the range that every JSON library keeps exactly; decimals are
/// strings. Writing an integer outside of that range is a mistake of the program and stops it.
public enum JSON: Sendable {
    /// The literal `null`.
    case null
    /// One of the literals `true` and `false`.
    case bool(Bool)
    /// A whole number within ±(2^53−1).
    case integer(Int64)
    /// A string.
    case string(String)
    /// A list of values.
    case array([JSON])
    /// A set of named values.
    case object(JSONObject)

    /// The greatest magnitude of an integer, 2^53−1.
    public static let greatestInteger: Int64 = 9_007_199_254_740_991
}

extension JSON: Hashable {
    /// Tells whether both have the same canonical bytes.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameScalars(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Mixes the value into a hasher, strings by their bytes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0 as UInt8)
        case .bool(let value):
            hasher.combine(1 as UInt8)
            hasher.combine(value)
        case .integer(let value):
            hasher.combine(2 as UInt8)
            hasher.combine(value)
        case .string(let value):
            hasher.combine(3 as UInt8)
            value.hashScalars(into: &hasher)
        case .array(let value):
            hasher.combine(4 as UInt8)
            hasher.combine(value)
        case .object(let value):
            hasher.combine(5 as UInt8)
            hasher.combine(value)
        }
    }
}

extension JSON {
    /// The string, if it is one.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, if it is one.
    public var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The truth value, if it is one.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if it is an array.
    public var arrayValue: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, if it is an object.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Tells whether it is the literal `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The member of this name, if the value is an object and has it.
    public subscript(key: String) -> JSON? {
        objectValue?[key]
    }
}

// There is no literal for `null`, which is written `.null`: if `nil` meant it, `found ? value : nil`
// would be a value where its writer meant none.
extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes an integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes an array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Makes an object; a key that stands twice is a mistake and stops the program.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(uniqueKeysWithValues: elements))
    }
}

extension JSON: CustomStringConvertible {
    /// The canonical text.
    public var description: String { canonicalText }
}
