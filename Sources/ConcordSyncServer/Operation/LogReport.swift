public import ConcordDiff
public import ConcordEncoding

/// What looking through the whole log of an engagement has shown.
public struct LogReport: Hashable, Sendable {
    /// Something that is not as it has to be.
    public struct Fault: Hashable, Sendable {
        /// Which rule is broken.
        public let code: Code
        /// The position in the log, where there is one.
        public let position: Int?
        /// What was found, for people.
        public let detail: String
    }

    /// Which rule of a log is broken.
    public enum Code: String, CaseIterable, Sendable {
        /// A position is missing, or an entry cannot be read.
        case damagedEntry = "damaged-entry"
        /// An entry would not be accepted: its signature, its chain or its author's membership is wrong.
        case refusedEntry = "refused-entry"
        /// What is stored beside an entry is not what the entry says.
        case wrongColumn = "wrong-column"
        /// The stored tree is not the one over the entries.
        case wrongTree = "wrong-tree"
        /// The server has signed another log than the one that is here.
        case contradictedCheckpoint = "contradicted-checkpoint"
        /// A checkpoint cannot be read, or the key has not signed it.
        case unsignedCheckpoint = "unsigned-checkpoint"
        /// The server has signed more entries than are here: the log was restored, and its clients fill it again.
        case behind = "log-behind"
    }

    /// Which engagement.
    public let engagement: DiffID
    /// How many entries the log has.
    public let entries: Int
    /// The root over them, computed from the entries.
    public let root: SHA256Digest
    /// How many of them the newest checkpoint covers; 0 where nothing is signed.
    public let signed: Int
    /// What is wrong; empty for a log that is right. At most the first ones of an engagement.
    public let faults: [Fault]

    /// Whether nothing is wrong but that clients have something to bring again.
    public var isSound: Bool { faults.allSatisfy { $0.code == .behind } }

    /// So many faults of one engagement are told; more of them say nothing new.
    static let faultsMax = 20
}
