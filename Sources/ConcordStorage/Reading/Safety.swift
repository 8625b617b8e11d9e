public import ConcordDiff

/// How safe something is against the loss of a device: each step holds what the ones before it hold.
public enum Safety: String, CaseIterable, Comparable, Sendable {
    /// Only this device has it, as far as it knows.
    case onlyHere = "only-here"
    /// It was sent, and nothing signed says yet that the server has it.
    case sent
    /// The server has it: it stands in the log of which the server has signed that it has it.
    case durable
    /// Another device than its author's has it too: what somebody wrote there came after it, or it is on this device
    /// and another one wrote it.
    case seen = "seen-elsewhere"
    /// A team leader's seal covers it, and no reopening has ended that.
    case sealed

    /// By how safe it is.
    public static func < (left: Safety, right: Safety) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .onlyHere: 0
        case .sent: 1
        case .durable: 2
        case .seen: 3
        case .sealed: 4
        }
    }
}

/// How safe a record is: as safe as the least safe of the saves that wrote on it or on what belongs to it.
public struct RecordSafety: Hashable, Sendable {
    /// The record.
    public let record: CellPath
    /// How safe the least safe save is.
    public let safety: Safety
    /// How many saves are how safe; those of which there are none are left out.
    public let saves: [Safety: Int]

    init?(_ record: CellPath, _ saves: [Safety]) {
        guard let least = saves.min() else { return nil }
        self.record = record
        safety = least
        self.saves = saves.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
