import ConcordEncoding

/// The bounds on every diff, in one place; `Protocol/limits.md` lists the same numbers.
///
/// The limits of its JSON are `JSONLimits.diff`, which every reader of a diff uses.
public enum DiffLimits {
    /// The longest envelope, in bytes.
    public static let envelopeBytes = JSONLimits.diff.bytes
    /// The longest head, in bytes: so that an entry of the log as a tree (`UnverifiedDiff.leaf`) has at most 65,535.
    public static let headBytes = 65_431
    /// The most operations of one diff.
    public static let operations = 10_000
    /// The longest string anywhere in a diff, in bytes of UTF-8.
    public static let stringBytes = JSONLimits.diff.stringBytes
    /// The deepest nesting of an envelope.
    public static let depth = JSONLimits.diff.depth
    /// The most parents of one diff.
    public static let parents = 256
    /// The most writes one operation may name in `over`.
    public static let over = 1024
    /// The longest name of a kind, a record or a field, in bytes: so that what belongs to a record can be named too.
    public static let nameBytes = 256
    /// The longest JSON Pointer, in bytes.
    public static let pathBytes = 1024
    /// The highest number in a chain.
    public static let seq = Int(Int32.max)
}
