import ConcordTesting
import ConcordText
import Testing

struct TextBufferTests {
    private static let pieces = [
        "a", "é", "中", "😀", "plain words ", String(repeating: "x", count: 700),
        String(repeating: "ü中😀", count: 300),
    ]

    @Test(arguments: 0..<12)
    func editsComeToWhatAStringComesTo(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var buffer = TextBuffer()
        var scalars: [Unicode.Scalar] = []

        for step in 0..<300 {
            let at = Int.random(in: 0...scalars.count, using: &generator)
            if Int.random(in: 0..<3, using: &generator) == 0 {
                let room = scalars.count - at
                let length = Int.random(
                    in: 0...min(room, step % 50 == 0 ? room : 40),
                    using: &generator
                )
                buffer.delete(length, at: at)
                scalars.removeSubrange(at..<(at + length))
            } else {
                let piece = Self.pieces.randomElement(using: &generator) ?? ""
                buffer.insert(piece, at: at)
                scalars.insert(contentsOf: piece.unicodeScalars, at: at)
            }
            if step % 20 == 0 { buffer.checkInvariants() }
            #expect(buffer.count == scalars.count)
        }

        #expect(buffer.text.unicodeScalars.elementsEqual(scalars))
    }

    @Test func aTextThatShrankToNothingTakesInNewText() {
        var buffer = TextBuffer(String(repeating: "long ", count: 2_000))

        buffer.delete(10_000, at: 0)
        buffer.insert("new", at: 0)
        buffer.checkInvariants()

        #expect(buffer.text == "new")
    }
}
