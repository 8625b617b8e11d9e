import ConcordEncoding
import ConcordTesting

/// Makes random values that use every kind, every class of scalar and every length of integer.
struct RandomJSON {
    var random: SeededGenerator

    private static let scalars: [ClosedRange<UInt32>] = [
        0x00...0x1F, 0x20...0x7F, 0x22...0x22, 0x5C...0x5C, 0x80...0x7FF, 0x800...0xD7FF,
        0xE000...0xFFFF, 0x1_0000...0x10_FFFF,
    ]

    mutating func string() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let range = Self.scalars[Int.random(in: 0..<Self.scalars.count, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                text.append(scalar)
            }
        }
        return String(text)
    }

    mutating func value(depth: Int = 0) -> JSON {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2:
            let bound = JSON.greatestInteger >> Int64.random(in: 0...52, using: &random)
            return .integer(Int64.random(in: -bound...bound, using: &random))
        case 3, 4: return .string(string())
        case 5, 6:
            let count = Int.random(in: 0...5, using: &random)
            return .array((0..<count).map { _ in value(depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                object[WireText(string())] = value(depth: depth + 2)
            }
            return .object(object)
        }
    }

    /// Writes a value in a form that is valid but rarely canonical.
    mutating func looseText(_ value: JSON) -> String {
        let space = ["", "", " ", "\n\t", "\r\n"]
        let gap = space[Int.random(in: 0..<space.count, using: &random)]
        switch value {
        case .null, .bool, .integer: return gap + value.canonicalText + gap
        case .string(let text): return gap + looseString(text.string)
        case .array(let elements):
            return gap + "[" + elements.map { looseText($0) }.joined(separator: ",") + gap + "]"
        case .object(let object):
            let members = object.shuffled(using: &random).map {
                looseString($0.key.string) + gap + ":" + looseText($0.value)
            }
            return "{" + gap + members.joined(separator: gap + "," + gap) + "}" + gap
        }
    }

    private mutating func looseString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Int.random(in: 0..<4, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
