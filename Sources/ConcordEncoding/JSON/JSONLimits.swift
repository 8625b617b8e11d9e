/// The limits of a JSON text; a text beyond them is refused, never cut off.
public struct JSONLimits: Hashable, Sendable {
    /// The greatest length of the whole text in bytes.
    public var bytes: Int
    /// The greatest number of arrays and objects that are nested; a number alone has 0.
    public var depth: Int
    /// The greatest length of one string or key in bytes of UTF-8, after its escapes are resolved.
    public var stringBytes: Int
    /// Whether keys have to be ASCII.
    public var asciiKeys: Bool

    /// The greatest value of `bytes` that a reader can address.
    public static let bytesMax = 1 << 28

    /// Makes limits; `bytes` is at most `bytesMax`.
    public init(bytes: Int, depth: Int, stringBytes: Int, asciiKeys: Bool) {
        precondition(bytes >= 0 && bytes <= Self.bytesMax, "a text has at most 256 MiB")
        self.bytes = bytes
        self.depth = depth
        self.stringBytes = stringBytes
        self.asciiKeys = asciiKeys
    }

    /// The limits of a diff's envelope, head and body (`Protocol/`, "Limits").
    public static let diff = JSONLimits(
        bytes: 1 << 20,
        depth: 16,
        stringBytes: 1 << 18,
        asciiKeys: true
    )

    /// The limits of an envelope whose contents were erased: replacement characters are longer than what
    /// they replace, and hashes take the place of erased contents.
    public static let erasedDiff = JSONLimits(
        bytes: 3 << 20,
        depth: 16,
        stringBytes: 3 << 18,
        asciiKeys: true
    )

    /// The limits for reading what a replica or a server has stored.
    ///
    /// They are as wide as a reader can go. A stored value is a part of a diff, so it is within `diff`, or it
    /// is made of such parts: then each part is read separately, or it has its own limit
    /// (`docs/decisions/0038-everything-stored-can-be-read.md`). A reader accepts everything that a writer may
    /// store.
    public static let stored = JSONLimits(
        bytes: bytesMax,
        depth: 64,
        stringBytes: bytesMax,
        asciiKeys: false
    )

    /// The limits of a document that a person hands over: a sample, a catalogue, vectors.
    public static let document = JSONLimits(
        bytes: bytesMax,
        depth: 64,
        stringBytes: bytesMax,
        asciiKeys: false
    )
}
