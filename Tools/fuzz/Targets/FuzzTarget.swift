/// What can be fuzzed: each takes any bytes, and must neither stop the program nor break its own law.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// JSON texts: what is read is written as the same bytes, or as what reads as the same value.
    case json
    /// Envelopes, alone and as lines of a message.
    case diff
    /// Names and small texts: paths, times, references, identities, invitation codes, keys.
    case names
    /// What a server reads and what a client reads.
    case messages
    /// Whole histories made of the bytes: replicas that take them in differently show the same.
    case history

    /// Runs one input.
    public func run(_ bytes: [UInt8]) {
        switch self {
        case .json: DecoderFuzz.json(bytes)
        case .diff: DecoderFuzz.diff(bytes)
        case .names: NameFuzz.run(bytes)
        case .messages: MessageFuzz.run(bytes)
        case .history: HistoryFuzz.run(bytes)
        }
    }
}

/// The bytes of an input as a source of decisions; zeros when they are used up.
struct FuzzInput {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether all bytes are used up.
    var isAtEnd: Bool { index >= bytes.count }

    /// The next byte.
    mutating func byte() -> Int {
        guard index < bytes.count else { return 0 }
        defer { index += 1 }
        return Int(bytes[index])
    }

    /// A number from 0 up to, and without, `limit`.
    mutating func number(below limit: Int) -> Int { limit > 1 ? byte() % limit : 0 }

    /// Whether something that happens once in `odds` happens.
    mutating func happens(onceIn odds: Int) -> Bool { number(below: odds) == odds - 1 }

    /// One of several.
    mutating func pick<Element>(_ list: [Element]) -> Element { list[number(below: list.count)] }
}
