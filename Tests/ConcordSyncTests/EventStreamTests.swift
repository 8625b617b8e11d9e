import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

/// Server-sent events, from their bytes.
struct EventStreamTests {
    private func events(_ text: String) throws -> [ServerEvent] {
        var parser = EventStreamParser()
        return try parser.received(Array(text.utf8))
    }

    @Test(arguments: [
        ("event: log\ndata: {\"size\":3}\n\n", ["log {\"size\":3}"]),
        ("data: a\ndata: b\n\n", ["message a\nb"]),
        ("data:a\r\n\r\ndata: b\r\rdata:  c\n\n", ["message a", "message b", "message  c"]),
        ("\u{FEFF}data: a\n\n: a comment\n\nevent: x\n\ndata\n\n", ["message a", "message "]),
        ("id: 7\nretry: 10\nother\ndata: a\n\ndata: is not whole\n", ["message a"]),
    ])
    func readsWhatTheStandardShows(text: String, expected: [String]) throws {
        let read = try events(text).map {
            "\($0.name.string) \(String(decoding: $0.data, as: UTF8.self))"
        }
        #expect(read == expected)
    }

    @Test(arguments: 0..<50 as Range<UInt64>) func piecesDoNotMatter(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "event: log\n", "data: {\"size\":1}\r\n", "\n", "\r", ": beat\n", "data: ä\n",
        ]
        let text = (0..<40).map { _ in generator.pick(pieces) }.joined()
        let bytes = Array(text.utf8)

        var parser = EventStreamParser()
        var read: [ServerEvent] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = 1 + generator.below(min(9, rest.count))
            read += try parser.received(rest.prefix(count))
            rest = rest.dropFirst(count)
        }

        #expect(try read == events(text))
    }

    @Test func whatIsSentIsRead() throws {
        var parser = EventStreamParser()
        let read = try parser.received(
            LogNews(size: 17).serverEvent.wireBytes + LogNews(size: 18).serverEvent.wireBytes
        )
        #expect(read.compactMap { LogNews($0)?.size } == [17, 18])
    }

    @Test(arguments: ["{}", "{\"size\":-1}", "17", "{\"size\":\"1\"}", "{"])
    func otherDataAreNoNews(data: String) {
        #expect(LogNews(ServerEvent(name: "log", data: Array(data.utf8))) == nil)
    }

    @Test func aLineWithoutEndIsRefused() throws {
        var parser = EventStreamParser()
        _ = try parser.received(Array(repeating: 0x61, count: EventStreamParser.bytesMax))
        #expect(throws: MessageError.self) { try parser.received([0x61]) }
    }
}
