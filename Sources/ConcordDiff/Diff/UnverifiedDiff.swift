public import ConcordEncoding

/// A diff from outside: well formed, and its body matches its head; nothing else is proven yet.
///
/// The exact bytes are kept: what was signed is never serialized again. Wire form of an envelope:
/// `{"body":…,"cosigs":…,"head":…,"sig":"…"}`, canonical (RFC 8785), `Protocol/diff.md`, "Envelope".
public struct UnverifiedDiff: Hashable, Sendable {
    /// Shared by all copies: a diff is handed around a lot, and never altered.
    private let parts: Parts

    private final class Parts: Sendable {
        let envelope: [UInt8]
        let headRange: Range<Int>
        let id: DiffID
        let head: Head
        let body: Body
        let signature: [UInt8]

        init(
            _ envelope: [UInt8],
            headRange: Range<Int>,
            id: DiffID,
            _ head: Head,
            _ body: Body,
            signature: [UInt8]
        ) {
            self.envelope = envelope
            self.headRange = headRange
            self.id = id
            self.head = head
            self.body = body
            self.signature = signature
        }
    }

    /// The exact bytes of the envelope, without a line feed.
    public var envelope: [UInt8] { parts.envelope }
    /// The bytes of `envelope` that are signed.
    public var headRange: Range<Int> { parts.headRange }
    /// The SHA-256 of the head.
    public var id: DiffID { parts.id }
    /// The signed part.
    public var head: Head { parts.head }
    /// The operations.
    public var body: Body { parts.body }
    /// The 64 bytes of the signature.
    public var signature: [UInt8] { parts.signature }

    /// Whether contents were erased, so that the head pins another body: an order in the log must have
    /// left this one.
    public var isErased: Bool { !body.erased.isEmpty }

    /// Reads an envelope and checks everything that needs neither a key nor other diffs.
    ///
    /// - Parameter mayBeErased: whether to accept a body that an erasure has left and that the head
    ///   does not pin. Then the caller must look for the order.
    /// - Throws: the first refusal, in the order of `DiffRefusal`.
    public init(envelope: [UInt8], mayBeErased: Bool = false) throws(DiffError) {
        let (tape, excess) = try Self.parse(envelope, mayBeErased: mayBeErased)
        guard let parts = EnvelopeParts(tape) else { throw DiffError(.malformedEnvelope) }
        let head = try Head(tape, parts.head)
        let body = try Body(tape, parts.body)
        if let excess, body.erased.isEmpty { throw excess }
        let isPinned = SHA256Digest(hashing: envelope, in: tape.range(parts.body)) == head.body
        if isPinned, !body.erased.isEmpty {
            throw DiffError(.malformedBody, offset: tape.range(parts.body).lowerBound)
        }
        if !isPinned {
            guard mayBeErased, !body.erased.isEmpty, body.contents == head.contents else {
                throw DiffError(.bodyMismatch)
            }
        }
        let headRange = tape.range(parts.head)
        self.parts = Parts(
            envelope,
            headRange: headRange,
            id: SHA256Digest(hashing: envelope, in: headRange),
            head,
            body,
            signature: parts.signature
        )
    }

    /// The bytes that are signed.
    public var headBytes: [UInt8] { Array(envelope[headRange]) }

    /// What stands for this diff in the log as a tree: `{"head":HEAD,"sig":"SIGNATURE"}` with the exact bytes of both,
    /// at most 65,535.
    ///
    /// Neither the body nor further signatures belong to it, so that it stays the same when contents are erased.
    ///
    /// Wire form: `Protocol/log.md`, "Entries and hashes".
    public var leaf: [UInt8] {
        // In canonical order the head and the signature are the last two members.
        Array(#"{"head":"#.utf8) + envelope[headRange.lowerBound...]
    }

    /// The name of this diff in `over`.
    public var reference: WriteReference { WriteReference(seq: head.seq, author: head.author) }

    /// The engagement it belongs to: a first diff founds the engagement whose id is its own identity.
    public var engagement: DiffID { head.engagement ?? id }

    /// The diff without the contents of some cells, nil if there is nothing to destroy, or nothing that the
    /// head commits to: head and signatures stay byte for byte.
    package func erasing(_ paths: Set<CellPath>, by order: WireText) -> UnverifiedDiff? {
        let left = body.erasing(paths, by: order)
        guard left != body else { return nil }
        // The body is the first member of an envelope, canonical as it came.
        let start = Array(#"{"body":"#.utf8)
        let bytes =
            start + left.canonicalBytes
            + envelope[(start.count + body.canonicalBytes.count)...]
        do throws(DiffError) {
            // What nobody could read or prove is no better than what is to be destroyed.
            return try UnverifiedDiff(envelope: bytes, mayBeErased: true)
        } catch {
            return nil
        }
    }

    /// Reads the JSON of an envelope.
    ///
    /// - Returns: the tape, and what is wrong with it unless contents were erased: what stands for them may be
    ///   longer than they were.
    private static func parse(
        _ envelope: [UInt8],
        mayBeErased: Bool
    ) throws(DiffError) -> (tape: JSONTape, excess: DiffError?) {
        let excess: DiffError
        do throws(DiffError) {
            return (try parse(envelope, limits: .diff), nil)
        } catch {
            let isTooLong = error.code == .envelopeTooLarge || error.json == .stringTooLong
            guard mayBeErased, isTooLong else { throw error }
            excess = error
        }
        do throws(DiffError) {
            return (try parse(envelope, limits: .erasedDiff), excess)
        } catch {
            throw excess
        }
    }

    private static func parse(
        _ envelope: [UInt8],
        limits: JSONLimits
    ) throws(DiffError) -> JSONTape {
        guard envelope.count <= limits.bytes else { throw DiffError(.envelopeTooLarge) }
        do {
            return try JSONTape(envelope, limits: limits, canonical: true)
        } catch {
            throw DiffError(.notCanonicalJSON, offset: error.offset, json: error.code)
        }
    }

    /// Whether both came in the same bytes.
    public static func == (left: UnverifiedDiff, right: UnverifiedDiff) -> Bool {
        left.parts === right.parts || left.envelope == right.envelope
    }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// The members of an envelope, found but not read.
private struct EnvelopeParts {
    let head: Int
    let body: Int
    let signature: [UInt8]

    /// Nil unless there are exactly the known members in their known types.
    init?(_ tape: JSONTape) {
        guard tape.kind(tape.root) == .object,
            let body = tape.member(tape.root, "body"), tape.kind(body) == .object,
            let head = tape.member(tape.root, "head"), tape.kind(head) == .object,
            let sig = tape.member(tape.root, "sig"), tape.kind(sig) == .string,
            let signature = tape.base64URL(sig), signature.count == 64
        else { return nil }
        var known = 3
        if let cosigs = tape.member(tape.root, "cosigs") {
            guard tape.kind(cosigs) == .array else { return nil }
            known += 1
        }
        guard tape.count(tape.root) == known else { return nil }
        self.head = head
        self.body = body
        self.signature = signature
    }
}

extension Head {
    /// Reads a head; the tape is known to be canonical JSON.
    init(_ tape: JSONTape, _ node: Int) throws(DiffError) {
        let range = tape.range(node)
        guard range.count <= DiffLimits.headBytes else {
            throw DiffError(.headTooLarge, offset: range.lowerBound)
        }
        let refused = DiffError(.malformedHead, offset: range.lowerBound)
        guard let v = tape.member(node, "v"), tape.kind(v) == .integer else { throw refused }
        guard tape.integer(v) == Int64(Head.version) else { throw DiffError(.unknownVersion) }
        guard let author = tape.member(node, "author").flatMap(tape.digest).map(Author.init(key:)),
            let body = tape.member(node, "body").flatMap(tape.digest),
            let time = tape.text(node, "time").flatMap({ Timestamp($0) }),
            let seqNode = tape.member(node, "seq"), tape.kind(seqNode) == .integer,
            let parentsNode = tape.member(node, "parents"), tape.kind(parentsNode) == .array,
            tape.count(parentsNode) <= DiffLimits.parents
        else { throw refused }
        let seq = tape.integer(seqNode)
        guard seq >= 1, seq <= Int64(DiffLimits.seq) else { throw refused }
        var known = 6
        var parents: [DiffID] = []
        var child = tape.firstChild(parentsNode)
        for _ in 0..<tape.count(parentsNode) {
            guard tape.kind(child) == .string,
                let parent = tape.digest(child), !parents.contains(parent)
            else { throw refused }
            parents.append(parent)
            child = tape.next(child)
        }
        self.init(
            author: author,
            seq: Int(seq),
            engagement: nil,
            parents: parents,
            time: time,
            body: body
        )
        if let engagementNode = tape.member(node, "engagement") {
            guard tape.kind(engagementNode) == .string,
                let id = tape.digest(engagementNode)
            else { throw refused }
            engagement = id
            known += 1
        }
        if let contentsNode = tape.member(node, "contents") {
            guard let digest = tape.digest(contentsNode) else { throw refused }
            contents = digest
            known += 1
        }
        if let heldNode = tape.member(node, "held") {
            guard tape.kind(heldNode) == .integer, tape.integer(heldNode) >= 1 else {
                throw refused
            }
            held = Int(tape.integer(heldNode))
            known += 1
        }
        if let logNode = tape.member(node, "log") {
            guard let witness = LogWitness(tape, logNode) else { throw refused }
            log = witness
            known += 1
        }
        if let withoutNode = tape.member(node, "without") {
            guard let without = tape.references(withoutNode), !without.isEmpty else {
                throw refused
            }
            self.without = without
            known += 1
        }
        guard tape.count(node) == known, hasPlausibleParents else { throw refused }
    }

    /// A first diff founds an engagement and has seen nothing; every other one has seen something,
    /// and after the author's own previous diff the others stand in byte order.
    private var hasPlausibleParents: Bool {
        guard engagement != nil else { return seq == 1 && parents.isEmpty }
        guard !parents.isEmpty else { return false }
        let others = seq > 1 ? parents.dropFirst() : parents[...]
        return zip(others, others.dropFirst()).allSatisfy { $0 < $1 }
    }
}

extension LogWitness {
    init?(_ tape: JSONTape, _ node: Int) {
        guard tape.kind(node) == .object, tape.count(node) == 2,
            let root = tape.member(node, "root").flatMap(tape.digest),
            let size = tape.member(node, "size"), tape.kind(size) == .integer,
            tape.integer(size) >= 1
        else { return nil }
        self.init(size: Int(tape.integer(size)), root: root)
    }
}

extension Body {
    /// Reads a body; the tape is known to be canonical JSON.
    init(_ tape: JSONTape, _ node: Int) throws(DiffError) {
        let refused = DiffError(.malformedBody, offset: tape.range(node).lowerBound)
        guard let ops = tape.member(node, "ops"), tape.kind(ops) == .array,
            tape.count(ops) <= DiffLimits.operations
        else { throw refused }
        var salt: WireText?
        if let saltNode = tape.member(node, "salt") {
            guard tape.kind(saltNode) == .string else { throw refused }
            salt = tape.string(saltNode)
        }
        var erased: [ErasedCell] = []
        if let erasedNode = tape.member(node, "erased") {
            guard let cells = tape.erasedCells(erasedNode), !cells.isEmpty else { throw refused }
            erased = cells
        }
        var kept: [KeptCell] = []
        if let keptNode = tape.member(node, "kept") {
            guard !erased.isEmpty, let cells = tape.keptCells(keptNode), !cells.isEmpty,
                Set(cells.map(\.path)).isDisjoint(with: erased.map(\.path))
            else { throw refused }
            kept = cells
        }
        let known = [salt != nil, !erased.isEmpty, !kept.isEmpty].count { $0 }
        guard tape.count(node) == 1 + known else { throw refused }
        var operations: [Operation] = []
        operations.reserveCapacity(tape.count(ops))
        var written = WrittenCells()
        var child = tape.firstChild(ops)
        for _ in 0..<tape.count(ops) {
            guard let operation = Operation(tape, child), written.insert(operation) else {
                throw DiffError(.malformedOperation, offset: tape.range(child).lowerBound)
            }
            operations.append(operation)
            child = tape.next(child)
        }
        self.init(operations: operations, salt: salt, erased: erased, kept: kept)
    }
}

/// Refuses a second write of one cell within a diff; a text may be spliced any number of times.
private struct WrittenCells {
    private var paths: Set<CellPath> = []
    private var spliced: Set<CellPath> = []
    private var first: Operation?

    /// False if the operation writes a cell that the diff has written already.
    mutating func insert(_ operation: Operation) -> Bool {
        guard let previous = first else {
            first = operation
            return true
        }
        if paths.isEmpty, spliced.isEmpty { guard note(previous) else { return false } }
        return note(operation)
    }

    private mutating func note(_ operation: Operation) -> Bool {
        switch operation.action {
        case .splice:
            spliced.insert(operation.path)
            return !paths.contains(operation.path)
        case .remove:
            return paths.insert(operation.path).inserted && !spliced.contains(operation.path)
        case .add(let value):
            guard paths.insert(operation.path).inserted, !spliced.contains(operation.path) else {
                return false
            }
            guard operation.path.field == nil, let fields = value.objectValue else { return true }
            return fields.allSatisfy { note($0, of: operation.path, value: $1) }
        }
    }
}

extension WrittenCells {
    /// Notes one of a record's first fields, and the members that it may have.
    private mutating func note(_ field: WireText, of record: CellPath, value: JSON) -> Bool {
        var path = record
        path.field = field
        guard paths.insert(path).inserted, !spliced.contains(path) else { return false }
        guard let members = value.objectValue else { return true }
        return members.allSatisfy { member, _ in
            path.member = member
            return paths.insert(path).inserted
        }
    }
}

extension Operation {
    /// Reads an operation, or nil if it has not one of the three forms.
    init?(_ tape: JSONTape, _ node: Int) {
        guard tape.kind(node) == .object, let op = tape.member(node, "op"),
            tape.kind(op) == .string,
            let pointer = tape.member(node, "path"), tape.kind(pointer) == .string,
            let path = tape.withContents(pointer, CellPath.init(utf8:))
        else { return nil }
        var known: Int
        let action: Action
        if tape.equals(op, "add") {
            guard let value = tape.member(node, "value") else { return nil }
            if path.field == nil, tape.kind(value) != .object { return nil }
            action = .add(tape.value(value))
            // An empty name would be the record's own presence.
            if path.field == nil, action.hasMalformedName(in: path) { return nil }
            known = 3
        } else if tape.equals(op, "remove") {
            action = .remove
            known = 2
        } else if tape.equals(op, "splice"), path.field != nil, path.member == nil {
            guard let at = tape.natural(node, "at"), let delete = tape.natural(node, "delete"),
                let insert = tape.text(node, "insert")
            else { return nil }
            action = .splice(at: at, delete: delete, insert: insert)
            known = 5
        } else {
            return nil
        }
        var over: [WriteReference] = []
        if let overNode = tape.member(node, "over") {
            guard let references = tape.references(overNode), !references.isEmpty else {
                return nil
            }
            over = references
            known += 1
        }
        var reason: WireText?
        if let reasonNode = tape.member(node, "reason") {
            guard tape.kind(reasonNode) == .string else { return nil }
            reason = tape.string(reasonNode)
            known += 1
        }
        guard tape.count(node) == known else { return nil }
        self.init(action, at: path, over: over, reason: reason)
    }
}

extension Operation.Action {
    /// Whether a first field has no name, or a member of one has none or one that makes its path too long.
    fileprivate func hasMalformedName(in record: CellPath) -> Bool {
        guard case .add(.object(let fields)) = self else { return false }
        var path = record
        return fields.contains { name, value in
            if !CellPath.isName(name) { return true }
            path.field = name
            return value.objectValue?.contains { member, _ in
                path.member = member
                return member.isEmpty || path.isTooLong
            } ?? false
        }
    }
}

extension JSONTape {
    /// The string member `key` of an object, or nil if it is missing or not a string.
    func text(_ object: Int, _ key: StaticString) -> WireText? {
        guard let node = member(object, key), kind(node) == .string else { return nil }
        return string(node)
    }

    /// The non-negative integer member `key` of an object.
    fileprivate func natural(_ object: Int, _ key: StaticString) -> Int? {
        guard let node = member(object, key), kind(node) == .integer, integer(node) >= 0 else {
            return nil
        }
        return Int(integer(node))
    }

    /// An array of references in ascending order without doubles, or nil.
    fileprivate func references(_ node: Int) -> [WriteReference]? {
        guard kind(node) == .array, count(node) <= DiffLimits.over else { return nil }
        var references: [WriteReference] = []
        references.reserveCapacity(count(node))
        var child = firstChild(node)
        for _ in 0..<count(node) {
            guard kind(child) == .string,
                let reference = withContents(child, WriteReference.init(utf8:))
            else { return nil }
            if let last = references.last, last >= reference { return nil }
            references.append(reference)
            child = next(child)
        }
        return references
    }
}
