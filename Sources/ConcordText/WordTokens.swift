/// A text cut into words, stretches of white space and single other characters.
///
/// A token is made of whole grapheme clusters. Ideographs and kana stand alone, since such texts
/// have no spaces. Tokens are the same if their scalars are: Swift's own comparison of strings
/// takes a precomposed and a decomposed letter as equal, and a difference must not.
struct WordTokens {
    /// For each token, a number that equal tokens share.
    private(set) var kinds: [Int32] = []
    /// For each token, where it begins; then the end.
    private(set) var bounds: [String.Index] = []

    /// For each token, whether it is white space within a line.
    private(set) var isSpace: [Bool] = []

    /// Gives equal tokens equal numbers, over several texts.
    struct Numbering {
        private var numbers: [Exact: Int32] = [:]

        /// A token that is compared byte by byte.
        private struct Exact: Hashable {
            let text: Substring

            static func == (left: Exact, right: Exact) -> Bool {
                left.text.utf8.elementsEqual(right.text.utf8)
            }

            func hash(into hasher: inout Hasher) {
                var text = text
                text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            }
        }

        mutating func number(of text: Substring) -> Int32 {
            let token = Exact(text: text)
            if let known = numbers[token] { return known }
            let next = Int32(numbers.count)
            numbers[token] = next
            return next
        }
    }

    private enum Class {
        case word
        case space
        case single
    }

    init(_ text: String, _ numbering: inout Numbering) {
        var start = text.startIndex
        var last: Class?
        var index = start
        while index < text.endIndex {
            let current = Self.classify(text[index])
            if let last, last != current || current == .single {
                append(text[start..<index], isSpace: last == .space, &numbering)
                start = index
            }
            last = current
            index = text.index(after: index)
        }
        if start < text.endIndex {
            append(text[start...], isSpace: last == .space, &numbering)
        }
        bounds.append(text.endIndex)
    }

    private mutating func append(
        _ token: Substring,
        isSpace: Bool,
        _ numbering: inout Numbering
    ) {
        self.isSpace.append(isSpace)
        bounds.append(token.startIndex)
        kinds.append(numbering.number(of: token))
    }

    private static func classify(_ character: Character) -> Class {
        if character.isWhitespace { return character.isNewline ? .single : .space }
        guard let scalar = character.unicodeScalars.first else { return .single }
        switch scalar.value {
        case 0x2E80...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: return .single
        default: break
        }
        return character.isLetter || character.isNumber || character == "_" ? .word : .single
    }
}
