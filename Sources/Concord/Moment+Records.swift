package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
package import ConcordModel
import ConcordStorage

// What a moment is asked. Each answer costs what it holds, and none of them what the replica holds, but for
// `records(of:)` of whole kinds. All throw `ReplicaFailure`.

extension Moment {
    /// The records of some kinds, or of all: `{"finding": {"<id>": {…}}, …}`.
    package func records(of kinds: Set<WireText>? = nil) throws -> JSONObject {
        try read { try $0.document(kinds: kinds) }
    }

    /// The fields of a record; nil where none is present.
    package func record(_ kind: WireText, _ id: WireText) throws -> JSONObject? {
        try read { try $0.fields(kind: kind, id: id) }
    }

    /// The open conflicts, by path.
    package func conflicts() throws -> [Conflict] { try read { try $0.conflicts() } }

    /// The texts in conflict at some places, without the edits in conflict.
    package func contestedTexts(at paths: [CellPath]) throws -> [ContestedText] {
        paths.isEmpty ? [] : try read { try $0.contestedTexts(at: paths) }
    }

    /// The criteria that are open although the answers to their findings are closed, by id.
    package func unanswered() throws -> [WireText: Unanswered] {
        try read { try $0.unansweredCriteria() }
    }

    /// How many diffs are here, and how many entries of the server's log.
    package func diffCounts() throws -> (diffs: Int, log: Int) {
        try read { (try $0.diffCount(), try $0.logSize) }
    }

    // MARK: Findings.

    /// Some findings with their criteria, and the others that may have one of their numbers.
    package func findings(
        _ ids: Set<WireText>,
        labelledBy labels: MemberLabels
    ) throws -> FoundRecords {
        try read { try $0.findings(ids, labelledBy: labels) }
    }

    /// How many findings are present.
    package func findingCount() throws -> Int { try read { try $0.findingCount() } }

    /// The present findings in a state.
    package func findings(inState state: WireText) throws -> [WireText] {
        try read { try $0.findings(inState: state) }
    }

    /// The present findings with a criterion of a standard.
    package func findings(citing standard: WireText) throws -> [WireText] {
        try read { try $0.findings(citing: standard) }
    }

    /// The present findings that somebody ever wanted to merge into one.
    package func findings(everMergedInto finding: WireText) throws -> [WireText] {
        try read { try $0.findings(everMergedInto: finding) }
    }

    /// The present findings that may be shown with this number, of whatever kind.
    package func findings(
        mayBeCalled name: WireText,
        labelledBy labels: MemberLabels
    ) throws -> [WireText] {
        let given = labels.givenNumbers(shownLike: name.withCapital)
        return try read { reader in
            let drafts = try ([name] + given).flatMap { try reader.findings(numberedLike: $0) }
            return Set(try drafts.map(\.id) + reader.findings(numbered: name)).sorted()
        }
    }

    /// The present records of a kind whose ids end so, in the six characters that lists show.
    package func ids(_ kind: WireText, handle: WireText) throws -> [WireText] {
        try read { try $0.ids(kind: kind, handle: handle) }
    }
}

/// Some findings as they are stored, with what belongs to them.
package struct FoundRecords: Sendable {
    /// The findings, by id.
    package let findings: JSONObject
    /// Their criteria, by id.
    package let criteria: JSONObject
    /// The number and the raiser of each finding that may have one of their numbers, these included.
    package let rivals: JSONObject
}

extension ReplicaReader {
    /// Some findings with their criteria, and the others that may have one of their numbers.
    func findings(
        _ ids: Set<WireText>,
        labelledBy labels: MemberLabels
    ) throws -> FoundRecords {
        var findings: [WireText: JSON] = [:]
        var criteria: [WireText: JSON] = [:]
        var rivals: [WireText: JSON] = [:]
        for id in ids {
            let path = CellPath.finding(id)
            guard let fields = try fields(kind: path.kind, id: id) else { continue }
            findings[id] = .object(fields)
            for part in try records(kind: Schema.criterion.name, ownedBy: path) {
                criteria[part.id] = .object(part.fields)
            }
            guard let number = fields[FindingField.draftNumber]?.stringValue else { continue }
            let shown = labels.number(number, raisedBy: fields[FindingField.raisedBy]?.stringValue)
            for given in labels.givenNumbers(shownLike: shown) {
                for rival in try self.findings(numberedLike: given) {
                    var bearer: JSONObject = ["draftNumber": .string(rival.draftNumber)]
                    bearer["raisedBy"] = rival.raisedBy.map { .string($0) }
                    rivals[rival.id] = .object(bearer)
                }
            }
        }
        return FoundRecords(
            findings: JSONObject(findings),
            criteria: JSONObject(criteria),
            rivals: JSONObject(rivals)
        )
    }
}

extension JSONObject {
    fileprivate init(_ members: [WireText: JSON]) {
        self.init(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    }
}

extension WireText {
    /// With its first letter as a capital, as letters of draft numbers are.
    fileprivate var withCapital: WireText {
        WireText(string.prefix(1).uppercased() + string.dropFirst())
    }
}
