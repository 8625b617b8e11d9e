import ConcordEncoding

/// Base64 with padding (RFC 4648, section 4), as structured fields have it. Each value has one spelling.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        let text = swap(Base64URL.encode(bytes), ["-": "+", "_": "/"])
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// The bytes of a text; nil if it is not exactly what `encode` writes.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count % 4 == 0, !text.utf8.contains(where: "-_".utf8.contains) else {
            return nil
        }
        var bare = text[...]
        for _ in 0..<2 where bare.hasSuffix("=") { bare.removeLast() }
        return Base64URL.decode(swap(String(bare), ["+": "-", "/": "_"]))
    }

    private static func swap(_ text: String, _ others: [Character: Character]) -> String {
        String(text.map { others[$0] ?? $0 })
    }
}
