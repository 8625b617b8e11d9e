public import ConcordEncoding

/// What the server answers: a verdict for each posted envelope, and the log from a position on.
///
/// Wire form: `Protocol/sync.md`, "Response".
public struct SyncResponse: Hashable, Sendable {
    /// One for each envelope of the request, in its order.
    public var verdicts: [EnvelopeVerdict]
    /// The position of the first entry: the one that the client asked for.
    public var from: Int
    /// The entries, each after those that it had seen; as many as fit. Those that the request has brought, and that were
    /// accepted, are not among them: their verdicts say where they are.
    public var entries: [LogEntry]
    /// How many entries the log has.
    public var size: Int
    /// What the server has signed about the log, where the answer reaches its end; nothing in it is believed yet.
    public var checkpoint: Checkpoint?

    /// A signed note, and the key that is said to have signed it.
    public struct Checkpoint: Hashable, Sendable {
        /// The note, exactly as it was signed.
        public let note: [UInt8]
        /// The key of the log, as `NoteKey` writes it; nil if it is the one that the client has said to know.
        public let key: WireText?
        /// The notes by which keys of the server say which key follows them, the oldest first (`KeySuccession`).
        public let successions: [[UInt8]]

        /// A note that this key is said to have signed.
        public init(note: [UInt8], key: WireText?, successions: [[UInt8]] = []) {
            self.note = note
            self.key = key
            self.successions = successions
        }

        /// The same for a client that knows the key of this number: what it knows is left out.
        func sparing(_ known: UInt32?) -> Checkpoint {
            guard let known, key.flatMap(NoteKey.init)?.id == known else { return self }
            return Checkpoint(note: note, key: nil)
        }
    }

    /// An answer with these contents.
    public init(
        verdicts: [EnvelopeVerdict],
        from: Int,
        entries: [LogEntry],
        size: Int,
        checkpoint: Checkpoint? = nil
    ) {
        self.verdicts = verdicts
        self.from = from
        self.entries = entries
        self.size = size
        self.checkpoint = checkpoint
    }

    /// The position after the last entry, with those that were just accepted.
    public var end: Int { places.end }

    /// Where the entries are, and the position after the last one: each is at the next place that no verdict has taken.
    package var places: (of: [Int], end: Int) {
        let accepted = Set(verdicts.compactMap(\.accepted))
        var places: [Int] = []
        places.reserveCapacity(entries.count)
        var next = from
        while true {
            if accepted.contains(next) {
                next += 1
            } else if places.count < entries.count {
                places.append(next)
                next += 1
            } else {
                return (places, next)
            }
        }
    }

    /// Whether the log continues after the last entry.
    public var more: Bool { end < size }
}

extension SyncResponse {
    /// The body that is sent.
    public var wireBytes: [UInt8] {
        var header: JSONObject = [
            "entries": .integer(Int64(entries.count)),
            "from": .integer(Int64(from)),
            "size": .integer(Int64(size)),
            "v": .integer(Int64(SyncRequest.version)),
            "verdicts": .integer(Int64(verdicts.count)),
        ]
        if let checkpoint {
            header["checkpoint"] = .string(WireText(decoding: checkpoint.note))
            if let key = checkpoint.key { header["key"] = .string(key) }
            if !checkpoint.successions.isEmpty {
                header["successions"] = .array(
                    checkpoint.successions.map { .string(WireText(decoding: $0)) }
                )
            }
        }
        var writer = LineWriter()
        writer.append(header)
        var last: Int?
        for verdict in verdicts {
            writer.append(verdict.wireObject(after: last))
            last = verdict.accepted ?? last
        }
        for entry in entries { writer.append(entry.wireBytes) }
        return writer.body
    }

    /// Reads a body; the envelopes are taken as they are and verified by the replica that stores them.
    ///
    /// - Throws: the first refusal, with its line.
    public init(wireBytes: [UInt8]) throws(MessageError) {
        var reader = try LineReader(wireBytes)
        let header = try reader.nextObject(or: .malformedHeader)
        guard let version = header["v"]?.integerValue else { throw reader.error(.malformedHeader) }
        guard version == Int64(SyncRequest.version) else { throw reader.error(.unknownProtocol) }
        guard let from = header.count("from"), let size = header.count("size"),
            let verdictCount = header.count("verdicts"), let entryCount = header.count("entries")
        else { throw reader.error(.malformedHeader) }
        guard verdictCount <= SyncLimits.envelopes, entryCount <= SyncLimits.entries else {
            throw reader.error(.tooManyLines)
        }
        guard from + entryCount <= size else { throw reader.error(.malformedHeader) }
        var verdicts: [EnvelopeVerdict] = []
        verdicts.reserveCapacity(verdictCount)
        var last: Int?
        for _ in 0..<verdictCount {
            let verdict = try EnvelopeVerdict(&reader, after: last)
            verdicts.append(verdict)
            last = verdict.accepted ?? last
        }
        var entries: [LogEntry] = []
        entries.reserveCapacity(entryCount)
        for _ in 0..<entryCount { entries.append(try LogEntry(&reader)) }
        try reader.finish()
        var checkpoint: Checkpoint?
        if let note = header["checkpoint"]?.stringValue {
            let successions = header["successions"]?.arrayValue ?? []
            checkpoint = Checkpoint(
                note: Array(note.utf8),
                key: header["key"]?.stringValue,
                successions: successions.prefix(KeySuccession.most)
                    .compactMap { $0.stringValue.map { Array($0.utf8) } }
            )
        }
        self.init(
            verdicts: verdicts,
            from: from,
            entries: entries,
            size: size,
            checkpoint: checkpoint
        )
    }
}
