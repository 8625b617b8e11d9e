import ConcordTesting
import Testing

@testable import ConcordText

struct WordDifferenceTests {
    @Test func aChangedWordIsOneSplice() {
        let splices = wordSplices(
            from: "The log was not reviewed in March.",
            to: "The log was never reviewed in March."
        )

        #expect(splices == [TextSplice(at: 12, delete: 3, insert: "never")])
    }

    @Test func aRewrittenPhraseIsOneSplice() {
        let splices = wordSplices(from: "a quick brown fox", to: "a slow red fox")

        #expect(splices == [TextSplice(at: 2, delete: 11, insert: "slow red")])
    }

    /// A space goes with the words around it only where both of them went, and others came.
    @Test func aSpaceBesideAKeptWordIsKept() {
        #expect(
            wordSplices(from: "one two three.", to: "uno two tres.") == [
                TextSplice(at: 0, delete: 3, insert: "uno"),
                TextSplice(at: 8, delete: 5, insert: "tres"),
            ]
        )
        #expect(
            wordSplices(from: "(one two)", to: "(uno dos two)") == [
                TextSplice(at: 1, delete: 3, insert: "uno dos")
            ]
        )
        #expect(
            wordSplices(from: "(two one)", to: "(two dos uno)") == [
                TextSplice(at: 5, delete: 3, insert: "dos uno")
            ]
        )
    }

    /// For each of its four neighbours, in both texts: where that one is kept, the space is too.
    @Test(
        arguments: [
            ("a.b a", "a (", [(1, 2, ""), (2, 1, "(")]),
            ("( ((", ". (", [(0, 1, "."), (2, 1, "")]),
            (" a c", "a( (", [(0, 1, ""), (1, 0, "("), (3, 1, "(")]),
            (". b", "a a(b", [(0, 1, "a"), (2, 0, "a(")]),
        ] as [(String, String, [(Int, Int, String)])]
    )
    func oneKeptNeighbourKeepsASpace(from: String, to: String, expected: [(Int, Int, String)]) {
        let splices = expected.map { TextSplice(at: $0.0, delete: $0.1, insert: $0.2) }

        #expect(wordSplices(from: from, to: to) == splices)
    }

    @Test func anUnderscoreIsPartOfItsWord() {
        let splices = wordSplices(from: "the max_open flag", to: "the max_shut flag")

        #expect(splices == [TextSplice(at: 4, delete: 8, insert: "max_shut")])
    }

    @Test func changesOnTwoLinesAreTwoSplices() {
        #expect(wordSplices(from: "one\ntwo", to: "uno\ndue").count == 2)
    }

    @Test func equalTextsHaveNoSplices() {
        #expect(wordSplices(from: "same", to: "same").isEmpty)
        #expect(wordSplices(from: "", to: "").isEmpty)
    }

    @Test func composedAndDecomposedLettersDiffer() {
        let splices = wordSplices(from: "caf\u{E9}", to: "cafe\u{301}")

        #expect(splices == [TextSplice(at: 0, delete: 4, insert: "cafe\u{301}")])
    }

    @Test func positionsCountScalarsOnTopOfEarlierSplices() {
        let splices = wordSplices(from: "a 👩‍👩‍👧 b c", to: "aaa 👩‍👩‍👧 b d")

        #expect(
            splices == [
                TextSplice(at: 0, delete: 1, insert: "aaa"),
                TextSplice(at: 12, delete: 1, insert: "d"),
            ]
        )
    }

    @Test(arguments: 0..<100)
    func splicesGiveExactlyTheNewTextAndSplitNoGrapheme(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let from = Self.text(&generator)
        let to = Self.edited(from, &generator)

        let splices = wordSplices(from: from, to: to)

        let result = splices.reduce(from, applying)
        #expect(result.unicodeScalars.elementsEqual(to.unicodeScalars))
        #expect(Self.splitsNoGrapheme(splices, from: from))
        #expect(splices == wholeWordSplices(from: from, to: to))
    }

    @Test(arguments: 0..<200)
    func passingOverCommonEndsChangesNothing(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "a", "b", " ", " ", "\n", "\r\n", "ab", "e\u{301}", "\u{301}", "x", "中", "👩‍👧",
            "\u{200D}", "1",
        ]
        let from = (0..<generator.below(30)).map { _ in generator.pick(parts) }
        var to = from
        for _ in 0...generator.below(3) {
            let at = generator.below(to.count + 1)
            to.replaceSubrange(
                at..<min(to.count, at + generator.below(3)),
                with: [generator.pick(parts)]
            )
        }

        let splices = wordSplices(from: from.joined(), to: to.joined())

        #expect(splices == wholeWordSplices(from: from.joined(), to: to.joined()))
    }

    @Test func textsWithNothingInCommonTakeOneSplice() {
        let from = (0..<20_000).map { "x\($0)" }.joined(separator: "-")
        let to = (0..<20_000).map { "y\($0)" }.joined(separator: "+")

        let splices = wordSplices(from: from, to: to)

        #expect(splices == [TextSplice(at: 0, delete: from.unicodeScalars.count, insert: to)])
    }

    @Test(arguments: 0..<4)
    func hugeDifferencesAreStillExact(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = ["a", "b", "c", "d"]
        func text() -> String {
            (0..<5_500).map { _ in words.randomElement(using: &generator) ?? "a" }
                .joined(separator: " ")
        }
        let (from, to) = (text(), text())

        #expect(mergeText(Self.events(from, wordSplices(from: from, to: to))).text == to)
    }

    @Test func shortDifferencesAreShortest() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let (a, b) = (Self.numbers(&generator), Self.numbers(&generator))

            let partners = TokenDifference(a, b).partners

            let matched = partners.indices.filter { partners[$0] >= 0 }
            #expect(matched.allSatisfy { a[$0] == b[Int(partners[$0])] })
            #expect(zip(matched, matched.dropFirst()).allSatisfy { partners[$0] < partners[$1] })
            #expect(matched.count == Self.longestCommon(a, b))
        }
    }

    private static func numbers(_ generator: inout SeededGenerator) -> [Int32] {
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            Int32.random(in: 0...3, using: &generator)
        }
    }

    private static func longestCommon(_ a: [Int32], _ b: [Int32]) -> Int {
        var row = [Int](repeating: 0, count: b.count + 1)
        for x in a {
            var diagonal = 0
            for (index, y) in b.enumerated() {
                let above = row[index + 1]
                row[index + 1] = x == y ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[b.count]
    }

    private static func events(_ from: String, _ splices: [TextSplice]) -> [TextEvent] {
        [
            TextEvent(
                parents: [],
                agent: 0,
                seq: 1,
                splices: [TextSplice(at: 0, delete: 0, insert: from)]
            ),
            TextEvent(parents: [0], agent: 0, seq: 2, splices: splices),
        ]
    }

    private static let pieces = [
        "audit", "Über", " ", "  ", "\n", "\r\n", ".", "é", "e\u{301}", "\u{301}", "👩‍👩‍👧", "🇩🇪",
        "🇫🇷", "\u{200D}", "中文", "かな", "한국", "\u{1100}", "\u{1161}", "9001", "_", "ﷺ", "\u{FE0F}",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...40, using: &generator))
            .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    private static func edited(_ text: String, _ generator: inout SeededGenerator) -> String {
        guard Bool.random(using: &generator) else { return Self.text(&generator) }
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<3 {
            let at = Int.random(in: 0...scalars.count, using: &generator)
            let end = min(scalars.count, at + Int.random(in: 0...3, using: &generator))
            let insert = pieces.randomElement(using: &generator) ?? ""
            scalars.replaceSubrange(at..<end, with: insert.unicodeScalars)
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Every splice takes whole grapheme clusters out of the old text.
    private static func splitsNoGrapheme(_ splices: [TextSplice], from: String) -> Bool {
        let boundaries = Set(
            (Array(from.indices) + [from.endIndex]).map {
                from.unicodeScalars.distance(from: from.startIndex, to: $0)
            }
        )
        var shift = 0
        return splices.allSatisfy { splice in
            let start = splice.at - shift
            shift += splice.insert.unicodeScalars.count - splice.delete
            return boundaries.contains(start) && boundaries.contains(start + splice.delete)
        }
    }
}
