public import ConcordAudit
public import ConcordEncoding
import ConcordEvidence
public import ConcordModel

/// A file that was copied into the replica's store and that no record promises yet.
public struct KeptFile: Hashable, Sendable {
    /// Which bytes they are.
    public let file: FilePromise
    /// What it was called; nil if it came without a name.
    public let name: WireText?
    /// What kind of file it is, such as `image/jpeg`.
    public let mediaType: WireText
    /// When the original was last changed; nil if it came without a file.
    public let modifiedAt: Timestamp?
    /// Whether the store held the same bytes already.
    public let wasHere: Bool

    init(_ stored: FileStore.Stored, name: String?) {
        file = stored.file
        self.name = name.map { WireText($0) }
        mediaType = WireText(MediaType.of(stored.beginning, name: name))
        modifiedAt = stored.modifiedAt
        wasHere = stored.wasHere
    }

    /// The kind of evidence that such a file most likely is, if nobody says otherwise.
    public var likelyKind: WireText {
        let type = mediaType.string
        if type.hasPrefix("image/") { return "photo" }
        if type.hasPrefix("audio/") { return "audio" }
        return "document"
    }
}

extension EvidenceDraft {
    /// A draft of evidence that a kept file shows.
    ///
    /// - Parameters:
    ///   - kept: the file.
    ///   - kind: what it is; nil for what its contents suggest.
    ///   - title: what it is, in one line; nil for the file's name.
    public init(_ kept: KeptFile, kind: WireText? = nil, title: WireText? = nil) {
        self.init(kind: kind ?? kept.likelyKind, title: title ?? kept.name ?? "Untitled file")
        describe(kept)
    }

    /// Says which file the evidence is.
    public mutating func describe(_ kept: KeptFile) {
        sha256 = kept.file.sha256
        size = kept.file.size
        partsRoot = kept.file.partsRoot
        mediaType = kept.mediaType
        fileName = kept.name
        fileModifiedAt = kept.modifiedAt
    }
}
