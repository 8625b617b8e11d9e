import ConcordEncoding
import ConcordText

/// One history in the format of the public editing traces.
///
/// Concurrent: each transaction names its parents and agent; one with several parents merges them
/// first, and one without any begins with the empty text. Sequential: each transaction continues from
/// the one before; `startContent` may be there. Positions count Unicode scalars. An agent's
/// transactions are numbered in the order of the file, and may be concurrent with each other.
///
/// Invariant: each patch lies within the text that its author saw, so that replaying cannot fail.
final class EditingTrace {
    /// Why something is no trace.
    struct Refusal: Error, CustomStringConvertible {
        /// What callers decide on.
        enum Code: String {
            case notJSON = "trace-not-json"
            case notTrace = "trace-not-trace"
            case badTransaction = "trace-bad-transaction"
            case badParent = "trace-bad-parent"
            case badAgent = "trace-bad-agent"
            case badPatch = "trace-bad-patch"
        }

        let code: Code
        let message: String
        var description: String { "\(code.rawValue): \(message)" }
    }

    /// The transactions; their parents are the numbers of earlier ones.
    let events: [TextEvent]
    /// What the text begins with.
    let startContent: String
    /// What must result.
    let endContent: String
    /// How many patches it has.
    let operations: Int
    /// What the trace calls itself, if it does.
    let name: String?

    /// Reads one trace from a value of a JSON text.
    init(_ tape: JSONTape, _ node: Int) throws(Refusal) {
        guard tape.kind(node) == .object else {
            throw Refusal(code: .notTrace, message: "a trace is an object.")
        }
        guard let end = tape.member(node, "endContent"), tape.kind(end) == .string else {
            throw Refusal(code: .notTrace, message: "`endContent` is missing, or no string.")
        }
        guard let list = tape.member(node, "txns"), tape.kind(list) == .array else {
            throw Refusal(code: .notTrace, message: "`txns` is missing, or no array.")
        }
        var reader = try TransactionReader(tape, trace: node)
        var transaction = tape.firstChild(list)
        for _ in 0..<tape.count(list) {
            try reader.read(transaction)
            transaction = tape.next(transaction)
        }
        startContent = reader.startContent
        events = reader.events
        operations = events.reduce(0) { $0 + $1.splices.count }
        endContent = tape.string(end).string
        let name = tape.member(node, "name").flatMap {
            tape.kind($0) == .string ? tape.string($0).string : nil
        }
        self.name = name
        if let malformed = mergeText(history).malformed.first {
            throw TransactionReader.refusal(
                .badPatch,
                malformed - beginnings,
                "has a patch beyond the text that its author saw"
            )
        }
    }
}

extension EditingTrace {
    /// All events of the text, as the merge takes them: what it begins with is one too.
    ///
    /// The format knows no twins: what two agents insert alike is there twice. So each event has something
    /// erased that was in no other one, and is nobody's twin.
    var history: [TextEvent] {
        let start = TextSplice(at: 0, delete: 0, insert: startContent)
        let beginning = TextEvent(parents: [], agent: 0, seq: 0, splices: [start])
        let isBegun = beginnings == 1
        return (isBegun ? [beginning] : [])
            + events.enumerated().map { number, event in
                var event = event
                if isBegun {
                    event.parents = event.parents.isEmpty ? [0] : event.parents.map { $0 + 1 }
                }
                event.erasure = Array(String(number).utf8)
                return event
            }
    }

    /// How many events come before the transactions.
    private var beginnings: Int { startContent.isEmpty ? 0 : 1 }
}

/// The traces of one file: one, or an array of them, given one by one.
///
/// With the last one the file's own bytes are let go, so that a trace alone is replayed without them.
struct TraceList {
    private var tape: JSONTape?
    private let nodes: [Int]
    private let isArray: Bool
    private var given = 0

    init(_ bytes: [UInt8]) throws(EditingTrace.Refusal) {
        let tape: JSONTape
        do {
            tape = try JSONTape(bytes, limits: .document, canonical: false)
        } catch {
            throw EditingTrace.Refusal(code: .notJSON, message: "\(error).")
        }
        isArray = tape.kind(tape.root) == .array
        nodes = isArray ? tape.elements(tape.root) : [tape.root]
        self.tape = tape
        guard !nodes.isEmpty else {
            throw EditingTrace.Refusal(code: .notTrace, message: "the array has no trace.")
        }
    }

    /// The place of the next trace, or nil after the last.
    var nextPlace: (index: Int, isAlone: Bool)? {
        given < nodes.count ? (given, !isArray) : nil
    }

    /// Reads the next trace; after a refusal, the one behind it is next.
    mutating func next() throws(EditingTrace.Refusal) -> EditingTrace? {
        guard given < nodes.count, let tape else { return nil }
        defer { if given == nodes.count { self.tape = nil } }
        given += 1
        return try EditingTrace(tape, nodes[given - 1])
    }
}
