/// What was made of a replica's log in a new file.
package struct RebuiltFile: Hashable, Sendable {
    /// Where the old file is kept.
    package var kept: String
    /// How many diffs the new file holds.
    package var diffs: Int
    /// The entries of the server's log that could not be read, by position; the server has them.
    package var missing: [Int]
    /// How many diffs that the server did not have could not be read.
    package var lost: Int
    /// Where the diffs are that could be read but wait for missing ones, as lines of an exported log.
    package var apart: String?
}
