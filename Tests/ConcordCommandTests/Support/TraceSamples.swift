import CZlib
import ConcordTesting
import Foundation
import Testing

/// Small editing traces, good and bad, and what is made of them at random.
enum TraceSamples {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Traces that others publish; nil where they are not there.
    static let published: [String]? = {
        let names = ["friendsforever.json.gz", "sveltecomponent.json.gz", "histories.json"]
        let files = names.compactMap { PublicData.file("traces/\($0)") }
        return files.count == names.count ? files : nil
    }()

    static let good = [
        // Two who type at one place, one with two branches of his own; parents in any order.
        #"""
        {"kind":"concurrent","endContent":"1axbcyz","numAgents":2,"txns":[
        {"parents":[],"agent":0,"patches":[[0,0,"abc"]]},
        {"parents":[0],"agent":1,"patches":[[1,0,"x"]]},
        {"parents":[0],"agent":0,"patches":[[3,0,"y"]]},
        {"parents":[0],"agent":0,"patches":[[3,0,"z"]],"numChildren":1,"timestamp":"2023"},
        {"parents":[3,1,2],"agent":1,"patches":[[0,0,"1"]]}]}
        """#,
        // Sequential, with a beginning, a time in a patch, scalars of all lengths.
        #"""
        {"startContent":"a\r\n","endContent":"é😀\n中","txns":[{"time":"2021","patches":[[3,0,"中"]]},
        {"patches":[[0,2,"e",12],[0,1,"é"],[1,0,"😀"]]}]}
        """#,
        #"{"startContent":"\ud83d\ude00b","endContent":"b","txns":[{"patches":[[0,1,""]]}]}"#,
        // Everything deleted twice; a transaction without patches; two that begin with nothing.
        #"""
        {"kind":"concurrent","endContent":"pq","numAgents":3,"txns":[
        {"parents":[],"agent":2,"patches":[[0,0,"wxyz"]]},{"parents":[0],"agent":0,"patches":[[0,4,""]]},
        {"parents":[0],"agent":1,"patches":[[1,2,""],[0,2,""],[0,0,"q"]]},
        {"parents":[],"agent":0,"patches":[[0,0,"p"]]},{"parents":[1,2,3],"agent":1,"patches":[]}]}
        """#,
        #"[{"kind":"sequential","endContent":"","txns":[]},{"endContent":"","txns":[{"patches":[]}]}]"#,
    ]

    static let bad: [(String, String)] = [
        ("", "trace-empty"), ("{", "trace-not-json"), ("\u{0}", "trace-not-json"),
        ("[[", "trace-not-json"), (String(repeating: "[", count: 100_000), "trace-not-json"),
        ("7", "trace-not-trace"), ("null", "trace-not-trace"), ("[]", "trace-not-trace"),
        ("[7]", "trace-not-trace"), ("{}", "trace-not-trace"),
        (#"{"txns":[]}"#, "`endContent`"), (#"{"endContent":1,"txns":[]}"#, "`endContent`"),
        (#"{"endContent":""}"#, "`txns`"), (#"{"endContent":"","txns":{}}"#, "`txns`"),
        (#"{"endContent":"","txns":[],"kind":"else"}"#, "`kind`"),
        (#"{"endContent":"","txns":[],"numAgents":-1}"#, "`numAgents`"),
        (#"{"endContent":"","txns":[],"startContent":[]}"#, "`startContent`"),
        (sequential("7"), "trace-bad-transaction"), (sequential("{}"), "trace-bad-transaction"),
        (sequential(#"{"patches":{}}"#), "trace-bad-transaction"),
        (patch("7"), "trace-bad-patch"), (patch("[]"), "trace-bad-patch"),
        (patch("[0,0]"), "trace-bad-patch"), (patch(#"["0",0,"a"]"#), "trace-bad-patch"),
        (patch(#"[-1,0,"a"]"#), "trace-bad-patch"), (patch(#"[0,-1,"a"]"#), "trace-bad-patch"),
        (patch("[0,0,7]"), "trace-bad-patch"), (patch(#"[0.5,0,"a"]"#), "trace-not-json"),
        (patch(#"[9007199254740991,0,"a"]"#), "trace-bad-patch"),
        (patch(#"[0,9007199254740991,"a"]"#), "trace-bad-patch"),
        (patch(#"[1073741823,1073741823,"a"]"#), "beyond the text"),
        (patch(#"[99999999999999999999,0,"a"]"#), "trace-not-json"),
        (patch(#"[0,0,"\ud83d"]"#), "trace-not-json"),
        (patch(#"[1,0,"a"]"#), "transaction 0 has a patch beyond the text"),
        (patch(#"[0,1,""]"#), "beyond the text"), (patch(#"[1,0,""]"#), "beyond the text"),
        (patch(#"[0,0,"ab"],[1,2,""]"#), "beyond the text"),
        (concurrent(#"{"agent":0,"patches":[]}"#), "trace-bad-parent"),
        (concurrent(#"{"agent":0,"patches":[],"parents":0}"#), "trace-bad-parent"),
        (concurrent(#"{"agent":0,"patches":[],"parents":["0"]}"#), "trace-bad-parent"),
        (concurrent(#"{"agent":0,"patches":[],"parents":[-1]}"#), "trace-bad-parent"),
        // Itself, a later one, and so a circle.
        (concurrent(#"{"agent":0,"patches":[],"parents":[1]}"#), "trace-bad-parent"),
        (concurrent(#"{"agent":0,"patches":[],"parents":[2]}"#), "trace-bad-parent"),
        (concurrent(#"{"agent":2,"patches":[],"parents":[0]}"#), "trace-bad-agent"),
        (concurrent(#"{"agent":-1,"patches":[],"parents":[0]}"#), "trace-bad-agent"),
        (concurrent(#"{"patches":[],"parents":[0]}"#), "trace-bad-agent"),
        // What its author saw was shorter than the merged text; and after a walk.
        (concurrent(#"{"agent":1,"patches":[[1,0,"a"]],"parents":[]}"#), "transaction 1"),
        (concurrent(#"{"agent":1,"patches":[[0,0,"a"],[2,0,"b"]],"parents":[]}"#), "beyond"),
    ]

    private static func sequential(_ transaction: String) -> String {
        #"{"endContent":"","txns":[\#(transaction)]}"#
    }

    private static func patch(_ patch: String) -> String {
        sequential(#"{"patches":[\#(patch)]}"#)
    }

    private static func concurrent(_ transaction: String) -> String {
        #"""
        {"kind":"concurrent","endContent":"","numAgents":2,"txns":[
        {"parents":[],"agent":0,"patches":[[0,0,"x"]]},\#(transaction),
        {"parents":[0],"agent":0,"patches":[]}]}
        """#
    }

    static func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
        let bound = Int(concord_gzip_bound(UInt(bytes.count)))
        var size = 0
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            size = concord_gzip(bytes, UInt(bytes.count), buffer.baseAddress, UInt(bound), 6)
            count = max(size, 0)
        }
        try #require(size > 0)
        return packed
    }
}

/// Spoils a trace: numbers, strings, brackets and bytes, one to four times.
struct TraceMutation {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private static let tokens = [
        "0", "1", "2", "3", "7", "-1", "-0", "1073741823", "2147483648", "9007199254740991", "1e9",
        "0.5",
        "99999999999999999999", "null", "true", #""""#, #""é😀""#, "[]", "{}", "[0]", "[1,1]",
        "[1,0]", "[2,1]",
        #"[0,0,"a"]"#, #"[9,9,""]"#, #"{"patches":[]}"#,
        #"{"parents":[],"agent":0,"patches":[[0,0,"ab"]]}"#,
    ]

    mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }

    mutating func mutated(_ text: String) -> Data {
        var bytes = Array(text.utf8)
        for _ in 0...below(4) where !bytes.isEmpty {
            switch below(12) {
            case 0: bytes = Array(bytes.prefix(below(bytes.count)))
            case 1: bytes[below(bytes.count)] = UInt8(below(256))
            case 2: bytes.remove(at: below(bytes.count))
            case 3:
                let start = below(bytes.count)
                let part = bytes[start..<min(bytes.count, start + below(40))]
                bytes.insert(contentsOf: part, at: below(bytes.count))
            default: replaceToken(in: &bytes)
            }
        }
        return Data(bytes)
    }

    /// Replaces a number, or rarely a string, by something else.
    private mutating func replaceToken(in bytes: inout [UInt8]) {
        let isString = below(5) == 0
        let isPart = { (byte: UInt8) in
            isString ? byte == UInt8(ascii: "\"") : (0x30...0x39).contains(byte)
        }
        let starts = bytes.indices.filter { isPart(bytes[$0]) }
        guard !starts.isEmpty else { return }
        let start = starts[below(starts.count)]
        var end = start + 1
        if isString {
            while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += 1 }
            end = min(end + 1, bytes.count)
        } else {
            while end < bytes.count, isPart(bytes[end]) { end += 1 }
        }
        let limit = isString || below(3) == 0 ? Self.tokens.count : 5
        bytes.replaceSubrange(start..<end, with: Array(Self.tokens[below(limit)].utf8))
    }
}
