import ConcordChanges
import ConcordEncoding

/// One history in the format of the public editing traces.
///
/// Concurrent: each transaction names its parents and agent; one with several parents merges them
/// first. Sequential: each transaction continues from the one before; `startContent` may be there.
/// Positions count Unicode scalars.
struct EditingTrace {
    /// Why a file is no trace.
    enum Refusal: String, Error {
        case notJSON = "trace-not-json"
        case noTransactions = "trace-no-transactions"
        case badTransaction = "trace-bad-transaction"
        case badPatch = "trace-bad-patch"
        case badParent = "trace-bad-parent"
    }

    /// The history; what the text begins with is its first event.
    let events: [TextEvent]
    /// What must result.
    let endContent: String
    /// How many patches it has.
    let operations: Int

    /// Reads a file that holds one trace, or an array of them.
    static func all(in bytes: [UInt8]) throws(Refusal) -> [EditingTrace] {
        let limits = JSONLimits(
            bytes: JSONLimits.bytesMax,
            depth: 16,
            stringBytes: JSONLimits.bytesMax,
            asciiKeys: false
        )
        let tape: JSONTape
        do {
            tape = try JSONTape(bytes, limits: limits, canonical: false)
        } catch {
            throw .notJSON
        }
        guard tape.kind(tape.root) == .array else {
            return [try EditingTrace(tape, tape.root)]
        }
        var traces: [EditingTrace] = []
        for node in tape.elements(tape.root) {
            traces.append(try EditingTrace(tape, node))
        }
        return traces
    }

    private init(_ tape: JSONTape, _ node: Int) throws(Refusal) {
        guard tape.kind(node) == .object, let end = tape.member(node, "endContent"),
            tape.kind(end) == .string, let list = tape.member(node, "txns"),
            tape.kind(list) == .array
        else { throw .noTransactions }
        var reader = TransactionReader(tape)
        if let start = tape.member(node, "startContent"), tape.kind(start) == .string {
            reader.begin(with: tape.string(start))
        }
        var transaction = tape.firstChild(list)
        for _ in 0..<tape.count(list) {
            try reader.read(transaction)
            transaction = tape.next(transaction)
        }
        events = reader.events
        operations = reader.operations
        endContent = tape.string(end)
    }
}

/// Turns transactions into events; an agent's are numbered in the order of the file.
private struct TransactionReader {
    let tape: JSONTape
    private(set) var events: [TextEvent] = []
    private(set) var operations = 0
    /// 1 if the text begins with something: an event that the file does not count.
    private var offset = 0
    private var seqs: [Int: Int] = [:]

    init(_ tape: JSONTape) {
        self.tape = tape
    }

    mutating func begin(with text: String) {
        guard !text.isEmpty else { return }
        offset = 1
        let start = TextSplice(at: 0, delete: 0, insert: text)
        events.append(TextEvent(parents: [], agent: 0, seq: 0, splices: [start]))
    }

    mutating func read(_ node: Int) throws(EditingTrace.Refusal) {
        guard tape.kind(node) == .object else { throw .badTransaction }
        let agent = try integer(tape.member(node, "agent")) ?? 0
        let number = seqs[agent, default: 0] + 1
        seqs[agent] = number
        var event = TextEvent(
            parents: try parents(tape.member(node, "parents")),
            agent: agent,
            seq: number,
            splices: []
        )
        guard let patches = tape.member(node, "patches"), tape.kind(patches) == .array else {
            throw .badTransaction
        }
        var patch = tape.firstChild(patches)
        for _ in 0..<tape.count(patches) {
            event.splices.append(try splice(patch))
            patch = tape.next(patch)
        }
        operations += event.splices.count
        events.append(event)
    }

    private func parents(_ node: Int?) throws(EditingTrace.Refusal) -> [Int] {
        guard let node else { return events.isEmpty ? [] : [events.count - 1] }
        guard tape.kind(node) == .array else { throw .badParent }
        var list: [Int] = []
        for element in tape.elements(node) {
            guard let parent = try integer(element), parent >= 0, parent + offset < events.count
            else { throw .badParent }
            list.append(parent + offset)
        }
        return list.isEmpty && offset == 1 ? [0] : list.sorted()
    }

    private func splice(_ node: Int) throws(EditingTrace.Refusal) -> TextSplice {
        guard tape.kind(node) == .array, tape.count(node) == 3 else { throw .badPatch }
        let position = tape.firstChild(node)
        let deleted = tape.next(position)
        let inserted = tape.next(deleted)
        guard let at = try integer(position), let delete = try integer(deleted), at >= 0,
            delete >= 0, tape.kind(inserted) == .string
        else { throw .badPatch }
        return TextSplice(at: at, delete: delete, insert: tape.string(inserted))
    }

    private func integer(_ node: Int?) throws(EditingTrace.Refusal) -> Int? {
        guard let node else { return nil }
        guard tape.kind(node) == .integer else { throw .badTransaction }
        return Int(tape.integer(node))
    }
}
