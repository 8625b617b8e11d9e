/// A JSON value as Concord admits it: no floats, no duplicate keys, no unpaired surrogates.
///
/// Two strings are the same value if their Unicode scalars are the same (`WireText`): two values
/// are equal if, and only if, they have the same canonical bytes.
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
    case string(WireText)
    /// A list of values.
    case array([JSON])
    /// A set of named values.
    case object(JSONObject)

    /// The greatest magnitude of an integer, 2^53−1.
    public static let greatestInteger: Int64 = 9_007_199_254_740_991
}

extension JSON: Hashable {}

extension JSON {
    /// A string of these scalars.
    public static func string(_ text: String) -> JSON { .string(WireText(text)) }
}

extension JSON {
    /// The string, if it is one.
    public var stringValue: WireText? {
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
    public subscript(key: WireText) -> JSON? {
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
    public init(stringLiteral value: String) { self = .string(WireText(value)) }

    /// Makes an integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes an array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Makes an object; a duplicate key is a mistake and stops the program.
    public init(dictionaryLiteral elements: (WireText, JSON)...) {
        self = .object(JSONObject(uniqueKeysWithValues: elements))
    }
}

extension JSON: CustomStringConvertible {
    /// The canonical text.
    public var description: String { canonicalText }
}
