package import ConcordDiff
package import ConcordEncoding

/// What counts from its place in the order: who is in the engagement, which seals are in force, and
/// which contents leaders have ordered to be destroyed.
///
/// It is folded over the order together with the verdicts, which depend on it; what is pending has one
/// of its own, rebuilt from the logged one whenever pending diffs are judged again.
package struct Ledger: Hashable, Sendable {
    /// Who is in the engagement, and with which role.
    package internal(set) var membership = Membership()
    /// The seals.
    package internal(set) var sealing = Sealing()
    /// The hashes of the bodies that orders have left, by diff. Of several orders the last one that was
    /// carried out counts: anyone who gets what is left now cannot tell what was left before.
    package internal(set) var erasures: [DiffID: SHA256Digest] = [:]

    package init() {}
}

/// Which seals were set, and which of them were reopened.
///
/// Diffs are named by identity: local numbers differ from one replica to the next.
package struct Sealing: Hashable, Sendable {
    /// A seal that was in force at its place.
    package struct Seal: Hashable, Sendable {
        /// The id of its record.
        package let record: WireText
        /// The diff that holds it.
        package let diff: DiffID
        /// The diffs that reopened it.
        package internal(set) var reopenings: [DiffID] = []
    }

    /// In the order in which they were set.
    package private(set) var seals: [Seal] = []
    /// Where those of a record stand, so that no reopening looks at all of them.
    private var placesOfRecord: [WireText: [Int]] = [:]

    package init() {}

    /// Where the seals of a record stand.
    func places(of record: WireText) -> [Int] { placesOfRecord[record] ?? [] }

    /// Adds a seal after the others.
    mutating func append(_ seal: Seal) {
        placesOfRecord[seal.record, default: []].append(seals.count)
        seals.append(seal)
    }

    /// Notes that a diff reopened the seal at a place.
    mutating func reopen(_ place: Int, by diff: DiffID) { seals[place].reopenings.append(diff) }
}

/// The form in which storage keeps it, so that a fold can go on from there.
extension Ledger {
    /// The whole value.
    package var json: JSON {
        [
            "erasures": .object(
                JSONObject(
                    uniqueKeysWithValues: erasures.map { diff, left in
                        (diff.text, .string(left.text))
                    }
                )
            ),
            "membership": membership.json,
            "seals": .array(sealing.seals.map(\.json)),
        ]
    }

    /// The value that `json` made, or nil if it did not.
    package init?(_ json: JSON) {
        guard let membership = json["membership"].flatMap(Membership.init),
            let seals = json["seals"]?.arrayValue, let erasures = json["erasures"]?.objectValue
        else { return nil }
        self.membership = membership
        for value in seals {
            guard let seal = Sealing.Seal(value) else { return nil }
            sealing.append(seal)
        }
        for (name, value) in erasures {
            guard let diff = DiffID(base64url: name),
                let left = value.stringValue.flatMap({ SHA256Digest(base64url: $0) })
            else { return nil }
            self.erasures[diff] = left
        }
    }
}

extension Sealing.Seal {
    fileprivate var json: JSON {
        [
            "diff": .string(diff.base64url), "record": .string(record),
            "reopenings": .array(reopenings.map { .string($0.base64url) }),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let record = json["record"]?.stringValue,
            let diff = json["diff"]?.stringValue.flatMap({ DiffID(base64url: $0) }),
            let reopenings = json["reopenings"]?.strings
        else { return nil }
        self.init(
            record: record,
            diff: diff,
            reopenings: reopenings.compactMap { DiffID(base64url: $0) }
        )
    }
}
