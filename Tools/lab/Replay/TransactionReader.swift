import ConcordChanges
import ConcordEncoding

/// Turns the transactions of a trace into events, and refuses what cannot be one.
struct TransactionReader: ~Copyable {
    private typealias Refusal = EditingTrace.Refusal

    /// Positions and counts beyond this are refused before anything is computed with them.
    private static let numberMax = 1 << 30

    private let tape: JSONTape
    private var graph: TextGraph
    /// 1 if the text begins with something: an event that the file does not count.
    let beginning: Int
    /// How many agents there are, where the trace says so.
    private let agents: Int?
    /// Whether each transaction continues from the one before it.
    private let isSequential: Bool
    private var seqs: [Int: Int] = [:]

    init(_ tape: JSONTape, trace: Int) throws(EditingTrace.Refusal) {
        let start = try Self.beginning(tape, trace)
        let agents = try Self.agents(tape, trace)
        isSequential = try Self.isSequential(tape, trace)
        self.agents = agents
        self.tape = tape
        beginning = start.isEmpty ? 0 : 1
        graph = TextGraph()
        if !start.isEmpty {
            graph.appendEvent(parents: [], agent: 0, seq: 0)
            graph.appendSplice(at: 0, delete: 0, insert: start)
        }
    }

    /// Reads the next transaction.
    mutating func read(_ node: Int) throws(EditingTrace.Refusal) {
        let number = graph.count - beginning
        guard tape.kind(node) == .object else {
            throw refusal(.badTransaction, number, "is no object")
        }
        guard let patches = tape.member(node, "patches"), tape.kind(patches) == .array else {
            throw refusal(.badTransaction, number, "has no array of `patches`")
        }
        let agent = try agent(tape.member(node, "agent"), of: number)
        let parents = try parents(tape.member(node, "parents"), of: number)
        seqs[agent, default: 0] += 1
        graph.appendEvent(parents: parents, agent: agent, seq: seqs[agent, default: 0])
        var patch = tape.firstChild(patches)
        for index in 0..<tape.count(patches) {
            guard readPatch(patch) else {
                throw refusal(
                    .badPatch,
                    number,
                    "has a patch (\(index)) that is not [position, deleted, inserted]"
                )
            }
            patch = tape.next(patch)
        }
    }

    /// The whole history, once every patch is known to lie within the text its author saw.
    consuming func checkedGraph() throws(EditingTrace.Refusal) -> TextGraph {
        if let event = graph.firstMalformed() {
            throw refusal(
                .badPatch,
                event - beginning,
                "has a patch beyond the text that its author saw"
            )
        }
        return graph
    }

    private mutating func readPatch(_ node: Int) -> Bool {
        // A fourth element is the time of the patch in some traces.
        guard tape.kind(node) == .array, tape.count(node) == 3 || tape.count(node) == 4 else {
            return false
        }
        let position = tape.firstChild(node)
        let deleted = tape.next(position)
        let inserted = tape.next(deleted)
        guard let at = Self.integer(tape, position, below: Self.numberMax),
            let delete = Self.integer(tape, deleted, below: Self.numberMax),
            tape.kind(inserted) == .string
        else { return false }
        graph.appendSplice(at: at, delete: delete, insert: tape.string(inserted).string)
        return true
    }

    private func agent(_ node: Int?, of number: Int) throws(EditingTrace.Refusal) -> Int {
        guard let node else {
            guard isSequential else { throw refusal(.badAgent, number, "has no `agent`") }
            return 0
        }
        guard let agent = Self.integer(tape, node, below: agents ?? Self.numberMax) else {
            throw refusal(.badAgent, number, "has an agent that is no number below `numAgents`")
        }
        return agent
    }

    private func parents(_ node: Int?, of number: Int) throws(EditingTrace.Refusal) -> [Int] {
        guard let node else {
            guard isSequential else { throw refusal(.badParent, number, "has no `parents`") }
            return graph.count == 0 ? [] : [graph.count - 1]
        }
        guard tape.kind(node) == .array else {
            throw refusal(.badParent, number, "has parents that are no array")
        }
        var list: [Int] = []
        var child = tape.firstChild(node)
        for _ in 0..<tape.count(node) {
            guard let parent = Self.integer(tape, child, below: number) else {
                throw refusal(.badParent, number, "has a parent that is no earlier transaction")
            }
            list.append(parent + beginning)
            child = tape.next(child)
        }
        if list.isEmpty { return beginning == 1 ? [0] : [] }
        return list.count == 1 ? list : Set(list).sorted()
    }

    private static func beginning(
        _ tape: JSONTape,
        _ trace: Int
    ) throws(EditingTrace.Refusal) -> String {
        guard let node = tape.member(trace, "startContent") else { return "" }
        guard tape.kind(node) == .string else {
            throw Refusal(code: .notTrace, message: "`startContent` is no string.")
        }
        return tape.string(node).string
    }

    private static func isSequential(
        _ tape: JSONTape,
        _ trace: Int
    ) throws(EditingTrace.Refusal) -> Bool {
        guard let kind = tape.member(trace, "kind") else {
            return tape.member(trace, "numAgents") == nil
        }
        if tape.equals(kind, "concurrent") { return false }
        if tape.equals(kind, "sequential") { return true }
        throw Refusal(code: .notTrace, message: "`kind` is neither concurrent nor sequential.")
    }

    private static func agents(
        _ tape: JSONTape,
        _ trace: Int
    ) throws(EditingTrace.Refusal) -> Int? {
        guard let node = tape.member(trace, "numAgents") else { return nil }
        guard let count = integer(tape, node, below: numberMax) else {
            throw Refusal(code: .notTrace, message: "`numAgents` is no number of agents.")
        }
        return count
    }

    private static func integer(_ tape: JSONTape, _ node: Int, below limit: Int) -> Int? {
        guard tape.kind(node) == .integer else { return nil }
        let value = tape.integer(node)
        return value >= 0 && value < limit ? Int(value) : nil
    }

    private func refusal(_ code: Refusal.Code, _ number: Int, _ what: String) -> Refusal {
        Refusal(code: code, message: "transaction \(number) \(what).")
    }
}
