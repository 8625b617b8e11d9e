import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText

// The forms of the fold's values in columns.

/// Numbers in seven-bit groups, the lowest first, the high bit set on all but the last.
enum StoredNumbers {
    static func bytes(_ numbers: some Sequence<UInt64>, capacity: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(capacity)
        for number in numbers {
            var rest = number
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: rest))
        }
        return bytes
    }

    static func read(_ bytes: [UInt8], _ take: (UInt64) -> Void) {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            number |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 {
                take(number)
                number = 0
                shift = 0
            }
        }
    }
}

extension SeenVector {
    /// The numbers of the first branches; if more was seen, all of them, followed by the number of the
    /// tree's root.
    func storedBytes(furtherAt root: Int? = nil) -> [UInt8] {
        let numbers = first.lazy.map { UInt64(UInt32(bitPattern: $0)) }
        guard let root else { return StoredNumbers.bytes(numbers, capacity: first.count * 2) }
        let padding = repeatElement(UInt64(0), count: Self.width - first.count)
        return StoredNumbers.bytes(Array(numbers) + padding + [UInt64(root)])
    }

    /// Reads `storedBytes`.
    ///
    /// - Parameter tree: gives the tree of a number.
    init(storedBytes bytes: [UInt8], tree: (Int) throws -> SeenTree) throws {
        var first: [Int32] = []
        var root: Int?
        StoredNumbers.read(bytes) { number in
            if first.count < Self.width {
                first.append(Int32(truncatingIfNeeded: number))
            } else {
                root = Int(truncatingIfNeeded: number)
            }
        }
        self.init(first: first, further: try root.map(tree))
    }
}

extension BranchSeq {
    /// `"branch:seq branch:seq"`, nil for none.
    static func stored(_ places: [BranchSeq]) -> WireText? {
        if places.isEmpty { return nil }
        return WireText(places.map { "\($0.branch):\($0.seq)" }.joined(separator: " "))
    }

    /// Reads `stored`.
    static func places(stored text: UnsafeBufferPointer<UInt8>) -> [BranchSeq] {
        if text.isEmpty { return [] }
        var places: [BranchSeq] = []
        var branch = 0
        var number = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: ":"):
                branch = number
                number = 0
            case UInt8(ascii: " "):
                places.append(BranchSeq(branch: branch, seq: number))
                number = 0
            default: number = number &* 10 &+ Int(byte &- UInt8(ascii: "0"))
            }
        }
        places.append(BranchSeq(branch: branch, seq: number))
        return places
    }
}

extension CellKey {
    /// - Parameter names: the column of its field; the next one is that of its member.
    init(_ row: Statement, record: Int, names: Int) throws {
        self.init(record: record, field: row.string(names), member: row.string(names + 1))
        guard !field.isEmpty || member.isEmpty else { throw DamagedRow("cell") }
    }
}

extension Effect {
    private static let proposalName: WireText = "proposal"

    /// NULL if it counts, `proposal`, or why it is void.
    var stored: WireText? {
        switch self {
        case .effective: nil
        case .proposal: Self.proposalName
        case .void(let reason): WireText(reason.rawValue)
        }
    }

    init(stored: WireText?) throws {
        switch stored {
        case nil: self = .effective
        case Self.proposalName: self = .proposal
        case let code?:
            guard let reason = VoidReason(code) else { throw DamagedRow("effect") }
            self = .void(reason)
        }
    }
}

extension RecordEntry {
    /// The columns of a query for records.
    static let columns =
        """
        number, kind, id, owner, first_add, is_present, has_removal, may_wait, merged_into, takes_in
        """

    init(_ row: Statement) throws {
        let kind = row.string(1)
        self.init(
            number: try row.number(0),
            kind: Schema.kind(kind) ?? Schema.unknownKind(kind),
            id: row.string(2)
        )
        owner = try row.optionalNumber(3)
        firstAdd = try row.optionalNumber(4)
        isPresent = row.bool(5)
        hasRemoval = row.bool(6)
        mayWait = row.bool(7)
        mergedInto = try row.optionalNumber(8)
        takesIn = row.optionalInt(9).map { $0 != 0 }
    }
}

extension CellWrite {
    /// The columns of a query for writes.
    static let columns =
        """
        diff, standing, branch, seq, depth, effect, rank, ends, over, value, admitted_by, admitted_from,
        marks
        """

    /// - Parameter branches: those that the file has.
    init(_ row: Statement, on branches: Branches) throws {
        guard let standing = Standing(rawValue: row.int(1)) else { throw DamagedRow("standing") }
        self.init(
            diff: try row.number(0),
            at: try branches.place(BranchSeq(branch: row.int(2), seq: row.int(3))),
            depth: try row.number(4),
            effect: try Effect(stored: row.optionalString(5)),
            value: try StoredJSON.read(row, 9),
            over: try row.withText(8, BranchSeq.places(stored:)).map(branches.place),
            rank: row.int(6),
            ends: row.bool(7),
            standing: standing,
            admission: try Admission(by: row.optionalNumber(10), from: row.optionalString(11)),
            marks: TextMarks(rawValue: row.int(12))
        )
    }
}

extension CellWrite.Admission {
    /// What the two columns of an admission hold; nil where none gave the write effect.
    init?(by: Int?, from reason: WireText?) throws {
        guard let by else { return nil }
        guard let reason = reason.flatMap({ VoidReason($0) }) else {
            throw DamagedRow("admission")
        }
        self.init(by: by, from: reason)
    }
}

extension VerifiedDiff {
    /// A diff that was verified before it was stored. The file is the person's own: anyone who can change
    /// it can change the program too, and `verify` finds what a failing disk has changed.
    init(stored envelope: [UInt8], proof: Int) throws {
        guard let proof = Proof(rawValue: proof) else { throw DamagedRow("proof") }
        do {
            self.init(
                unchecked: try UnverifiedDiff(envelope: envelope, mayBeErased: true),
                proof: proof
            )
        } catch {
            throw DamagedRow("envelope (\(error))")
        }
    }
}
