/// Reads structured fields byte by byte (RFC 8941, section 4.2). Each function returns nil at the first byte that
/// does not fit; then the whole field is refused.
struct FieldReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func takes(_ character: Character) -> Bool {
        guard let byte = next, byte == character.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func skip(_ characters: String) {
        while let byte = next, characters.utf8.contains(byte) { place += 1 }
    }

    /// All bytes from here on that belong to a kind, as text.
    private mutating func run(of isPart: (UInt8) -> Bool) -> String {
        let start = place
        while let byte = next, isPart(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    mutating func dictionary() -> [(name: String, value: FieldMember)]? {
        var members: [(name: String, value: FieldMember)] = []
        skip(" ")
        while place < bytes.count {
            guard members.count < FieldDictionary.membersMax, let name = key(),
                !members.contains(where: { $0.name == name }), let member = member()
            else { return nil }
            members.append((name, member))
            skip(" \t")
            if place == bytes.count { return members }
            guard takes(",") else { return nil }
            skip(" \t")
            // A comma promises another member.
            if place == bytes.count { return nil }
        }
        return members
    }

    private mutating func member() -> FieldMember? {
        guard takes("=") else {
            return parameters().map { .item(FieldItem(.boolean(true), $0)) }
        }
        guard next == UInt8(ascii: "(") else { return item().map { .item($0) } }
        return list()
    }

    private mutating func list() -> FieldMember? {
        var items: [FieldItem] = []
        guard takes("(") else { return nil }
        while true {
            skip(" ")
            if takes(")") { return parameters().map { .list(items, $0) } }
            guard items.count < FieldDictionary.membersMax, let item = item() else { return nil }
            items.append(item)
            guard next == UInt8(ascii: " ") || next == UInt8(ascii: ")") else { return nil }
        }
    }

    private mutating func item() -> FieldItem? {
        guard let value = bareItem(), let parameters = parameters() else { return nil }
        return FieldItem(value, parameters)
    }

    private mutating func parameters() -> [FieldParameter]? {
        var parameters: [FieldParameter] = []
        while takes(";") {
            skip(" ")
            guard parameters.count < FieldDictionary.membersMax, let name = key(),
                !parameters.contains(where: { $0.name == name })
            else { return nil }
            var value = BareItem.boolean(true)
            if takes("=") {
                guard let given = bareItem() else { return nil }
                value = given
            }
            parameters.append(FieldParameter(name, value))
        }
        return parameters
    }

    private mutating func key() -> String? {
        guard let first = next, Self.isSmall(first) || first == UInt8(ascii: "*") else {
            return nil
        }
        return run { Self.isSmall($0) || Self.isDigit($0) || "_-.*".utf8.contains($0) }
    }

    private mutating func bareItem() -> BareItem? {
        guard let first = next else { return nil }
        switch first {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: ":"): return byteSequence()
        case UInt8(ascii: "?"):
            place += 1
            if takes("1") { return .boolean(true) }
            return takes("0") ? .boolean(false) : nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return integer()
        case UInt8(ascii: "*"): return token()
        default: return Self.isLetter(first) ? token() : nil
        }
    }

    private mutating func integer() -> BareItem? {
        let sign: Int64 = takes("-") ? -1 : 1
        let digits = run(of: Self.isDigit)
        guard 1...15 ~= digits.utf8.count, next != UInt8(ascii: "."), let number = Int64(digits)
        else { return nil }
        return .integer(sign * number)
    }

    private mutating func token() -> BareItem {
        .token(
            run { Self.isLetter($0) || Self.isDigit($0) || "!#$%&'*+-.^_`|~:/".utf8.contains($0) }
        )
    }

    private mutating func string() -> BareItem? {
        var text: [UInt8] = []
        place += 1
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return .string(String(decoding: text, as: UTF8.self))
            case UInt8(ascii: "\\"):
                guard let escaped = next, "\"\\".utf8.contains(escaped) else { return nil }
                place += 1
                text.append(escaped)
            case 0x20...0x7E: text.append(byte)
            default: return nil
            }
        }
        return nil
    }

    private mutating func byteSequence() -> BareItem? {
        place += 1
        let text = run { $0 != UInt8(ascii: ":") }
        guard takes(":") else { return nil }
        return Base64.decode(text).map { .bytes($0) }
    }

    private static func isSmall(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte }
    private static func isLetter(_ byte: UInt8) -> Bool { isSmall(byte | 0x20) && byte < 0x80 }
    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}
