/// Why a data file with clauses, correspondences, terms or audit times was refused.
///
/// People replace the shipped data with their own, so the message names the place in the file and
/// what was expected there. Callers decide on `code` alone.
public struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, one word a program can decide on.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The file is not JSON within the limits.
        case notJSON = "not-json"
        /// A member is missing or has another type than it must have.
        case shape
        /// Two clauses, pairs or files say that they are the same thing.
        case duplicate
        /// A clause or a standard is named that no catalogue has.
        case unknownReference = "unknown-reference"
        /// The word is not one of the allowed words.
        case unknownWord = "unknown-word"
        /// A clause says that it is a leaf and is not, or the other way round.
        case hierarchy
        /// An auditable leaf is neither paired nor listed as unrelated.
        case unaccounted
        /// A clause is both paired and listed as unrelated.
        case contradictory
        /// The set's lists of unrelated clauses are not the published ones.
        case unpublished
    }

    /// What kind of fault it is.
    public let code: Code
    /// What was found, where, and what is expected there; for people.
    public let message: String

    /// The code and the message in one line.
    public var description: String { "\(code.rawValue): \(message)" }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
