/// The result of rebuilding the state from the log.
public struct RebuildReport: Hashable, Sendable {
    /// The rows that differed, up to a hundred, each with the table it is in; as far as the file could
    /// be read.
    public let differences: [String]
    /// Whether the stored state was the one that the log gives, in an undamaged file.
    public let isSame: Bool
    /// The new file in place of a damaged or differing one; nil if nothing was replaced.
    public let rebuilt: Rebuilt?

    /// A new file, built from what could be read of the old file's log.
    public struct Rebuilt: Hashable, Sendable {
        /// Where the old file is kept.
        public internal(set) var kept: String
        /// How many diffs the new file holds.
        public let diffs: Int
        /// The entries of the server's log that could not be read, by position; a sync fetches them.
        public let missing: [Int]
        /// How many diffs that the server did not have could not be read.
        public let lost: Int
        /// Where the diffs are that could be read but need missing ones, as lines of an exported log;
        /// `importLog` imports them after a sync.
        public let apart: String?
    }

    package init(differences: [String], isSame: Bool, rebuilt: Rebuilt? = nil) {
        self.differences = differences
        self.isSame = isSame
        self.rebuilt = rebuilt
    }
}
