import ConcordEncoding
import ConcordText

/// Turns the transactions of a trace into events, and refuses what cannot be one.
struct TransactionReader {
    private typealias Refusal = EditingTrace.Refusal

    /// Positions and counts beyond this are refused before anything is computed with them.
    private static let numberMax = 1 << 30

    private let tape: JSONTape
    /// The transactions so far.
    private(set) var events: [TextEvent] = []
    /// What the text begins with.
    let startContent: String
    /// How many agents there are, where the trace says so.
    private let agents: Int?
    /// Whether each transaction continues from the one before it.
    private let isSequential: Bool
    private var seqs: [Int: Int] = [:]

    init(_ tape: JSONTape, trace: Int) throws(EditingTrace.Refusal) {
        startContent = try Self.beginning(tape, trace)
        let agents = try Self.agents(tape, trace)
        isSequential = try Self.isSequential(tape, trace)
        self.agents = agents
        self.tape = tape
    }

    /// Reads the next transaction.
    mutating func read(_ node: Int) throws(EditingTrace.Refusal) {
        let number = events.count
        guard tape.kind(node) == .object else {
            throw Self.refusal(.badTransaction, number, "is not an object")
        }
        guard let patches = tape.member(node, "patches"), tape.kind(patches) == .array else {
            throw Self.refusal(.badTransaction, number, "has no array of `patches`")
        }
        let agent = try agent(tape.member(node, "agent"), of: number)
        let parents = try parents(tape.member(node, "parents"), of: number)
        seqs[agent, default: 0] += 1
        var splices: [TextSplice] = []
        splices.reserveCapacity(tape.count(patches))
        var patch = tape.firstChild(patches)
        for index in 0..<tape.count(patches) {
            guard let splice = splice(patch) else {
                throw Self.refusal(
                    .badPatch,
                    number,
                    "has a patch (\(index)) that is not [position, deleted, inserted]"
                )
            }
            splices.append(splice)
            patch = tape.next(patch)
        }
        events.append(
            TextEvent(
                parents: parents,
                agent: agent,
                seq: seqs[agent, default: 0],
                splices: splices
            )
        )
    }

    private func splice(_ node: Int) -> TextSplice? {
        // A fourth element is the time of the patch in some traces.
        guard tape.kind(node) == .array, tape.count(node) == 3 || tape.count(node) == 4 else {
            return nil
        }
        let position = tape.firstChild(node)
        let deleted = tape.next(position)
        let inserted = tape.next(deleted)
        guard let at = Self.integer(tape, position, below: Self.numberMax),
            let delete = Self.integer(tape, deleted, below: Self.numberMax),
            tape.kind(inserted) == .string
        else { return nil }
        return TextSplice(at: at, delete: delete, insert: tape.string(inserted).string)
    }

    private func agent(_ node: Int?, of number: Int) throws(EditingTrace.Refusal) -> Int {
        guard let node else {
            guard isSequential else { throw Self.refusal(.badAgent, number, "has no `agent`") }
            return 0
        }
        guard let agent = Self.integer(tape, node, below: agents ?? Self.numberMax) else {
            throw Self.refusal(
                .badAgent,
                number,
                "has an agent that is not a number below `numAgents`"
            )
        }
        return agent
    }

    private func parents(_ node: Int?, of number: Int) throws(EditingTrace.Refusal) -> [Int] {
        guard let node else {
            guard isSequential else {
                throw Self.refusal(.badParent, number, "has no `parents`")
            }
            return number == 0 ? [] : [number - 1]
        }
        guard tape.kind(node) == .array else {
            throw Self.refusal(.badParent, number, "has parents that are no array")
        }
        var list: [Int] = []
        var child = tape.firstChild(node)
        for _ in 0..<tape.count(node) {
            guard let parent = Self.integer(tape, child, below: number) else {
                throw Self.refusal(
                    .badParent,
                    number,
                    "has a parent that is not an earlier transaction"
                )
            }
            list.append(parent)
            child = tape.next(child)
        }
        return list.count == 1 ? list : Set(list).sorted()
    }

    private static func beginning(
        _ tape: JSONTape,
        _ trace: Int
    ) throws(EditingTrace.Refusal) -> String {
        guard let node = tape.member(trace, "startContent") else { return "" }
        guard tape.kind(node) == .string else {
            throw Refusal(code: .notTrace, message: "`startContent` is not a string.")
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
            throw Refusal(code: .notTrace, message: "`numAgents` is not a number of agents.")
        }
        return count
    }

    private static func integer(_ tape: JSONTape, _ node: Int, below limit: Int) -> Int? {
        guard tape.kind(node) == .integer else { return nil }
        let value = tape.integer(node)
        return value >= 0 && value < limit ? Int(value) : nil
    }

    /// A refusal that names a transaction.
    static func refusal(
        _ code: EditingTrace.Refusal.Code,
        _ number: Int,
        _ what: String
    ) -> EditingTrace.Refusal {
        EditingTrace.Refusal(code: code, message: "transaction \(number) \(what).")
    }
}
