import ArgumentParser
import Concord
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a record, now or at any point of its history.",
        discussion: """
            A point is a diff, as `concord log` and `concord blame` name it (the beginning of its \
            identity, or 12@Jb0xPqLr), or a position in the server's log. For a diff, shows what \
            someone who had seen this diff and everything before it would have seen. For a \
            position, shows the state up to there. This recomputes the state from the log, which \
            takes a moment.

            Examples:
              concord show B-07
              concord show B-07 --at 12@Jb0xPqLr
              concord show B-07 --at 118
            """
    )

    @Argument(help: "The record: a finding, evidence, a question, a member, or /KIND/ID.")
    var record: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A diff, or a position in the log.", valueName: "point")
    )
    var at: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let view = try AuditView(replica)
        let subject = try view.subjects.subject(record)
        let point = try at.map { try PointArgument($0, replica) }
        let progress = ProgressLine()
        defer { progress.clear() }
        let picture =
            if let point {
                try replica.record(kind: subject.kind, id: subject.id, at: point.point) { count in
                    if count > 10_000 { progress.show("Folding: \(count)") }
                }
            } else {
                try replica.record(kind: subject.kind, id: subject.id)
            }
        progress.clear()
        guard let picture else {
            throw try notThere(subject, replica)
        }
        let safety = point == nil ? try replica.safety(ofKind: subject.kind, id: subject.id) : nil
        try options.output.show(
            RecordView(
                picture: picture,
                label: subject.label,
                point: point,
                safety: safety,
                view: view
            )
        )
    }
}

extension ShowCommand {
    /// The failure of asking for a record that did not exist yet, or that there is not at all.
    private func notThere(_ subject: RecordSubject, _ replica: Replica) throws -> CommandFailure {
        if at != nil, try replica.record(kind: subject.kind, id: subject.id) != nil {
            return CommandFailure(
                .notFound,
                "\(subject.label) did not exist yet",
                next: "`concord blame \(record)` shows who added it, and when."
            )
        }
        return CommandFailure(
            .notFound,
            "there is no record '\(record)' on this device",
            next:
                "`concord finding list` and `concord evidence list` list the records on this "
                + "device. What others "
                + "have recorded comes with `concord sync`."
        )
    }
}

extension PointArgument {
    fileprivate var json: JSON {
        switch point {
        case .position(let position): return ["position": .integer(Int64(position))]
        case .diff(let id):
            var object: JSONObject = ["diff": .string(id.base64url)]
            object["write"] = diff.map { .string($0.reference.description) }
            object["time"] = diff.map { .string($0.time) }
            object["position"] = (diff?.position).map { .integer(Int64($0)) }
            return .object(object)
        }
    }

    fileprivate func words(_ view: AuditView) -> String {
        guard let diff else { return "as the log had it at position \(position ?? 0)" }
        let name = view.person(of: diff.reference.author)?.name ?? "someone unknown"
        let moment = Timestamp(diff.time).map { Signature.moment($0) } ?? diff.time
        return "as \(name) had it after \(diff.reference.short), \(moment)"
    }

    private var position: Int? {
        if case .position(let position) = point { return position }
        return nil
    }
}

/// One record, as `concord show` tells it.
private struct RecordView: View {
    let picture: RecordPicture
    let label: String
    /// The point of its history; nil for now.
    let point: PointArgument?
    /// How safe it is; nil for a point of its history.
    let safety: RecordSafety?
    let view: AuditView

    var json: JSON {
        var object = json(picture)
        if let safety {
            object["safety"] = .string(WireText(safety.safety.rawValue))
            object["saves"] = SafetyView.json(safety.saves)
        }
        object["at"] = point.map { $0.json }
        return .object(object)
    }

    var lines: [Shown] {
        var lines = Layout.indented(Shown(label), by: 0)
        lines[0] = Style.output.strong(lines[0])
        if let point { lines += Layout.indented(Shown(point.words(view)), by: 2) }
        lines += fields
        if let safety {
            lines += Layout.indented("safety: \(SafetyView.words(safety.safety))", by: 2)
        }
        return lines
    }

    /// The record's fields, for people.
    private var fields: [Shown] {
        guard picture.isPresent else { return ["  hidden"] }
        var rows = fields(of: picture)
        for part in picture.parts {
            let owner = Schema.kind(part.path.kind)?.owner?.field
            for row in fields(of: part) where WireText(row[0]) != owner {
                let isKey =
                    part.path.kind == Schema.criterion.name
                    && ["standard", "clause"].contains(row[0])
                if !isKey { rows.append(["\(name(ofPart: part)) \(row[0])", row[1]]) }
            }
        }
        let width = min(34, rows.map { Shown($0[0]).width }.max() ?? 0)
        var lines = rows.flatMap { row -> [Shown] in
            var wrapped = Layout.paragraphs(row[1], by: width + 4)
            let first = wrapped[0].plain.drop { $0 == " " }
            let name = Layout.fit(Shown(row[0]), width)
            wrapped[0] = Shown("  \(name.plain)  \(first)".trimmed)
            return wrapped
        }
        for conflict in picture.conflicts + picture.parts.flatMap(\.conflicts) {
            lines += Layout.indented(
                "conflict: \(view.conflictView.describe(conflict.path).what) (\(ConflictView.title(conflict.kind)))",
                by: 2
            )
        }
        return lines.isEmpty ? ["  it has no fields"] : lines
    }

    /// What a record that belongs to another is called beside it: a criterion "20000-1 9.2".
    private func name(ofPart part: RecordPicture) -> String {
        guard part.path.kind == Schema.criterion.name,
            let standard = part.fields[CriterionField.standard]?.stringValue
        else { return NameWords.spaced(part.path.kind) }
        return
            "\(FindingView.short(standard)) \(part.fields[CriterionField.clause]?.stringValue ?? "")"
    }

    /// Names and values in the order of the schema.
    private func fields(of picture: RecordPicture) -> [[String]] {
        let order = (Schema.kind(picture.path.kind)?.fields ?? []).map(\.name)
        let names = picture.fields.keys.sorted { left, right in
            let places = (order.firstIndex(of: left) ?? .max, order.firstIndex(of: right) ?? .max)
            return places.0 == places.1 ? left < right : places.0 < places.1
        }
        return names.map { name in
            let value = picture.fields[name]
            let isSet = Schema.kind(picture.path.kind)?.field(name)?.rule == .set
            guard isSet, let members = value?.objectValue else {
                let title =
                    switch name {
                    case "recoveryKey": "recovery key (public half)"
                    // What somebody named for a merge that does not hold.
                    case "duplicateOf" where picture.fields[FindingField.state] != "merged":
                        "was to go into"
                    default: FieldTitles.label(ofField: name)
                    }
                let path = CellPath(
                    kind: picture.path.kind,
                    record: picture.path.record,
                    field: name
                )
                return [title, view.valueWords.worded(value, at: path, none: "")]
            }
            return [
                FieldTitles.label(ofField: name),
                members.keys.sorted().map { view.subjects.memberText($0) }.joined(separator: ", "),
            ]
        }
    }

    /// A record at a point as JSON; the shape is in `docs/concord.md`.
    private func json(_ picture: RecordPicture) -> JSONObject {
        [
            "kind": .string(picture.path.kind), "id": .string(picture.path.record),
            "label": .string(view.conflictView.describe(picture.path).record),
            "present": .bool(picture.isPresent),
            "fields": .object(picture.fields),
            "conflicts": .array(picture.conflicts.map(\.json)),
            "parts": .array(picture.parts.map { .object(json($0)) }),
        ]
    }
}
