/// Why a body is refused as a whole; the raw value is the code on the wire.
///
/// The first that is met counts, reading from the first line to the last. Registry:
/// `Protocol/rejections.json`.
public enum MessageRefusal: String, CaseIterable, Sendable {
    /// The body is longer than `SyncLimits.bodyBytes`.
    case bodyTooLarge = "body-too-large"
    /// The body ends within a line, or before the lines that its header announces.
    case truncatedBody = "truncated-body"
    /// The first line is not a header in canonical form.
    case malformedHeader = "malformed-header"
    /// The header's version is not one this program knows.
    case unknownProtocol = "unknown-protocol-version"
    /// The header announces more lines than allowed.
    case tooManyLines = "too-many-lines"
    /// A line of verdicts is not one of the four forms.
    case malformedVerdict = "malformed-verdict"
    /// A log entry is neither an envelope nor the position of an own diff.
    case malformedEntry = "malformed-entry"
    /// Lines follow the last one that the header announces.
    case surplusLines = "surplus-lines"
}

/// A refused body: the code, and the line at which reading stopped.
public struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public let code: MessageRefusal
    /// The line, from 1.
    public let line: Int

    /// A refusal with this code.
    public init(_ code: MessageRefusal, line: Int) {
        self.code = code
        self.line = line
    }

    /// The code and the line, for people.
    public var description: String { "\(code.rawValue) in line \(line)" }
}
