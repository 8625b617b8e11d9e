/// What a JSON value is.
public enum JSONKind: UInt8, Hashable, Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool
    /// A whole number.
    case integer
    /// A string, also one that is the key of an object.
    case string
    /// A list.
    case array
    /// A set of named values.
    case object
}

/// One value of a tape in sixteen bytes: where it stands, and where the one after it is.
///
/// While an array or object is still open, `next` is the node of the one around it plus one (0:
/// none), and `end` is the node of the key read last (0: none); so the scanner needs no stack.
struct JSONNode: Sendable {
    var start: UInt32
    var end: UInt32
    var next: UInt32
    /// From the lowest bit: the kind (3 bits); of a string, whether it has escapes, of an object,
    /// whether its keys are unordered (1 bit); the count.
    private var tag: UInt32

    @inline(__always)
    init(_ kind: JSONKind, start: Int, end: Int, next: Int, isEscaped: Bool = false) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = UInt32(truncatingIfNeeded: next)
        tag = UInt32(kind.rawValue) | (isEscaped ? 8 : 0)
    }

    @inline(__always)
    var kind: JSONKind {
        switch tag & 7 {
        case 0: .null
        case 1: .bool
        case 2: .integer
        case 3: .string
        case 4: .array
        default: .object
        }
    }

    @inline(__always)
    var isObject: Bool { tag & 7 == 5 }

    @inline(__always)
    var isEscaped: Bool { tag & 8 != 0 }

    /// Whether an object's keys are in another order than the canonical one.
    @inline(__always)
    var isUnordered: Bool { tag & 8 != 0 }

    @inline(__always)
    mutating func markUnordered() { tag |= 8 }

    @inline(__always)
    var count: Int { Int(tag >> 4) }

    @inline(__always)
    mutating func countOneMore() { tag &+= 16 }
}
