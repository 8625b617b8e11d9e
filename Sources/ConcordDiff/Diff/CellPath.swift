public import ConcordEncoding

/// The place in the state document that an operation writes: `/{kind}/{record}[/{field}[/{member}]]`.
///
/// A path without a field names a whole record, one with a member names an element of a set. Escapes
/// are those of JSON Pointer (RFC 6901: `~0` for `~`, `~1` for `/`). Kind, record and field are of
/// visible ASCII, U+0021 to U+007E; the name of a member is any text.
///
/// Wire form: `Protocol/diff.md`, "Paths". Vectors: `Protocol/vectors/diff`.
public struct CellPath: Hashable, Sendable, CustomStringConvertible {
    /// The record kind, such as `finding`.
    public var kind: WireText
    /// The record's id.
    public var record: WireText
    /// The field, or nil for the record as a whole.
    public var field: WireText?
    /// The member of a set, or nil for the whole field.
    public var member: WireText?

    /// The path of a record, of a field, or of a member of a set.
    public init(
        kind: WireText,
        record: WireText,
        field: WireText? = nil,
        member: WireText? = nil
    ) {
        precondition(member == nil || field != nil, "a member without its field")
        self.kind = kind
        self.record = record
        self.field = field
        self.member = member
    }

    /// Parses a JSON Pointer of two to four non-empty tokens, of which all but a member are of visible
    /// ASCII; nil foreverything else.
    public init?(_ pointer: WireText) {
        guard let path = pointer.withUTF8({ CellPath(utf8: $0) }) else { return nil }
        self = path
    }

    /// The same of the pointer's UTF-8.
    init?(utf8: UnsafeBufferPointer<UInt8>) {
        var rest = utf8[...]
        guard utf8.count <= DiffLimits.pathBytes, let kind = Self.nextName(&rest),
            let record = Self.nextName(&rest)
        else {
            return nil
        }
        self.init(kind: kind, record: record)
        if rest.isEmpty { return }
        field = Self.nextName(&rest)
        if field != nil, rest.isEmpty { return }
        member = Self.nextToken(&rest)
        guard field != nil, member != nil, rest.isEmpty else { return nil }
    }

    /// Parses a JSON Pointer; nil foreverything that is not the path of a cell.
    public init?(_ pointer: String) { self.init(WireText(pointer)) }

    /// Whether its pointer would be longer than one may be.
    var isTooLong: Bool {
        let tokens = [kind, record, field, member].compactMap(\.self)
        let bytes = tokens.reduce(0) { $0 + $1.utf8.count + 1 }
        // With every byte escaped it is twice as long.
        return 2 * bytes > DiffLimits.pathBytes && description.utf8.count > DiffLimits.pathBytes
    }

    /// The JSON Pointer, as on the wire.
    public var text: WireText { WireText(description) }

    /// The JSON Pointer.
    public var description: String {
        var text = "/\(Self.escape(kind))/\(Self.escape(record))"
        if let field { text += "/\(Self.escape(field))" }
        if let member { text += "/\(Self.escape(member))" }
        return text
    }

    /// Takes a slash and the name behind it from the front; nil if it is not one of visible ASCII.
    private static func nextName(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> WireText? {
        nextToken(&rest).flatMap { isName($0) ? $0 : nil }
    }

    /// Whether a text may name a kind, a record or a field: visible ASCII, so that no two names look or
    /// compare alike, in any language and in any font; and of at most `DiffLimits.nameBytes`.
    public static func isName(_ text: WireText) -> Bool {
        !text.isEmpty && text.utf8.count <= DiffLimits.nameBytes && text.isVisibleASCII
    }

    /// Takes a slash and the token behind it from the front; nil if that is not what stands there.
    private static func nextToken(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> WireText? {
        guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let token = rest[..<end]
        rest = rest[end...]
        return unescape(token)
    }

    /// The token that `utf8` escapes, or nil if it is empty or escapes wrongly.
    private static func unescape(_ utf8: Slice<UnsafeBufferPointer<UInt8>>) -> WireText? {
        guard !utf8.isEmpty else { return nil }
        guard utf8.contains(UInt8(ascii: "~")) else { return WireText(decoding: utf8) }
        var bytes: [UInt8] = []
        var index = utf8.startIndex
        while index < utf8.endIndex {
            let byte = utf8[index]
            index = utf8.index(after: index)
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            guard index < utf8.endIndex else { return nil }
            switch utf8[index] {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
            index = utf8.index(after: index)
        }
        return WireText(decoding: bytes)
    }

    /// `token` with `~` and `/` escaped.
    private static func escape(_ token: WireText) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
        else { return token.string }
        var bytes: [UInt8] = []
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "0")]
            case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
