/// A text from the wire: equal, hashed and ordered by its Unicode scalars.
///
/// Swift's `String` takes canonically equivalent texts for equal ("é" as one scalar and as two, the
/// letter K and U+212A KELVIN SIGN): a dictionary would keep one of two record ids, and which one
/// would follow from the hash seed of the process. Two replicas that hold one log must agree, and a
/// client in another language compares bytes. So every text from a diff, a file or a message is a
/// `WireText`, and it becomes a `String` only where it is shown to a person.
///
/// The order is that of the scalars, which is also the order of the UTF-8 bytes. The keys of a JSON
/// object have an order of their own (RFC 8785, by UTF-16 code units); see `JSONObject`.
///
/// ```swift
/// let composed: WireText = "\u{E9}"
/// let decomposed: WireText = "e\u{301}"
/// composed == decomposed                 // false
/// composed.string == decomposed.string   // true: never ask this of what came from a diff
/// ```
///
/// Wire form: `Protocol/diff.md`, "Operations".
/// Why: `docs/decisions/0021-text-of-the-wire-has-a-type.md`.
public struct WireText: Sendable {
    /// The text for people, and for functions that take a `String`.
    public let string: String

    /// The text with the scalars of `string`.
    @inlinable
    public init(_ string: String) {
        var string = string
        string.makeContiguousUTF8()
        self.string = string
    }

    /// The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD.
    @inlinable
    public init(decoding bytes: some Collection<UInt8>) {
        string = String(decoding: bytes, as: UTF8.self)
    }

    /// The UTF-8 bytes.
    @inlinable
    public var utf8: String.UTF8View { string.utf8 }

    /// The scalars, in which positions in a text are counted.
    @inlinable
    public var unicodeScalars: String.UnicodeScalarView { string.unicodeScalars }

    /// Whether there are no scalars.
    @inlinable
    public var isEmpty: Bool { string.isEmpty }

    /// Whether the bytes begin with those of `prefix`.
    public func hasPrefix(_ prefix: WireText) -> Bool {
        utf8.starts(with: prefix.utf8)
    }

    /// Whether every scalar is ASCII.
    public var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

    /// Whether every byte is a visible ASCII character, U+0021 to U+007E.
    public var isVisibleASCII: Bool {
        withUTF8 { bytes in bytes.allSatisfy { $0 >= 0x21 && $0 <= 0x7E } }
    }

    /// Gives the UTF-8 bytes for as long as the call lasts.
    @inlinable
    public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = string.utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = string
        return copy.withUTF8(body)
    }
}

extension WireText: Hashable {
    /// Tells whether both have the same scalars.
    @inlinable
    public static func == (left: WireText, right: WireText) -> Bool {
        guard left.string.utf8.count == right.string.utf8.count else { return false }
        return left.withUTF8 { left in
            right.withUTF8 { right in
                areEqual(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
    }

    /// Whether as many bytes are equal: eight at a time, since names are compared at every lookup.
    @inlinable
    static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index + 8 <= left.count {
            let word = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word == right.loadUnaligned(fromByteOffset: index, as: UInt64.self) else {
                return false
            }
            index += 8
        }
        while index < left.count {
            guard left[index] == right[index] else { return false }
            index += 1
        }
        return true
    }

    /// Mixes the bytes into a hasher.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension WireText: Comparable {
    /// Tells whether the left text comes first in the order of scalars.
    public static func < (left: WireText, right: WireText) -> Bool {
        left.withUTF8 { left in
            right.withUTF8 { right in left.lexicographicallyPrecedes(right) }
        }
    }
}

extension WireText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// The text of a literal.
    public init(stringLiteral value: String) { self.init(value) }
}

extension WireText: CustomStringConvertible, LosslessStringConvertible {
    /// The text itself.
    public var description: String { string }
}

extension WireText: CustomDebugStringConvertible {
    /// The text in quotes, everything beyond ASCII as its scalar.
    public var debugDescription: String {
        var text = "\""
        for scalar in string.unicodeScalars { text += scalar.escaped(asASCII: true) }
        return text + "\""
    }
}

extension Sequence where Element == WireText {
    /// The texts in one, for people.
    public func joined(separator: String = "") -> String {
        map(\.string).joined(separator: separator)
    }
}

extension RawRepresentable where RawValue == String {
    /// The case whose raw value has exactly these scalars.
    ///
    /// `init(rawValue:)` of an enumeration of strings compares as `String` does, so it also takes
    /// U+212A KELVIN SIGN for a K.
    public init?(_ text: WireText) {
        self.init(rawValue: text.string)
        if WireText(rawValue) != text { return nil }
    }
}
