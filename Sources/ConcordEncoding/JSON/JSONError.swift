/// Why a text is refused as JSON; the raw value is the code on the wire.
///
/// The length and the UTF-8 of the whole text are checked first; then it is read from left to
/// right, and the first refusal is reported. A refusal of a whole token (number, string, key) is
/// met at its end and has its beginning as the offset. If several apply at one place, the first in
/// this list counts.
public enum JSONRefusal: String, CaseIterable, Sendable {
    /// The text is longer than the limit; the offset is the limit.
    case tooLarge = "too-large"
    /// A sequence of bytes is not UTF-8; the offset is that of its first byte.
    case notUTF8 = "not-utf8"
    /// The text ends within a value; the offset is the end.
    case truncated = "truncated"
    /// A byte that is not allowed here, an unknown escape or a leading zero.
    case unexpected = "unexpected"
    /// More arrays and objects in one another than the limit; the offset is that of the bracket.
    case tooDeep = "too-deep"
    /// An escape that is half of a surrogate pair; the offset is that of its backslash.
    case loneSurrogate = "lone-surrogate"
    /// A number with a fraction, an exponent or a negative zero.
    case float = "float"
    /// A whole number outside of ±(2^53−1).
    case integerRange = "integer-range"
    /// A string or key longer than the limit.
    case stringTooLong = "string-too-long"
    /// A key with a scalar above U+007F where keys have to be ASCII.
    case keyNotASCII = "key-not-ascii"
    /// A key that its object already has; the offset is that of the second one.
    case duplicateKey = "duplicate-key"
    /// Valid, but not the form of RFC 8785: white space, an order of keys, an escape.
    case notCanonical = "not-canonical"
}

/// A refusal of a JSON text, and the place in it.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why the text is refused.
    public let code: JSONRefusal
    /// The index of the byte that it is about, in the array that was read.
    public let offset: Int

    /// Makes a refusal.
    public init(code: JSONRefusal, offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// The code and the place, for people.
    public var description: String { "\(code.rawValue) at byte \(offset)" }
}
