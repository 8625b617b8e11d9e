import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordTesting

/// A record that people work on, and what it is added with.
struct WorkRecord {
    let kind: RecordKind
    let id: WireText
    var fields: JSONObject = [:]

    static let all: [WorkRecord] = {
        var records: [WorkRecord] = []
        for finding: WireText in ["f1", "f2", "f3"] {
            records.append(WorkRecord(kind: Schema.finding, id: finding))
            for standard: WireText in ["iso9001", "iso20000"] {
                let id = DerivedID.criterion(finding: finding, standard: standard, clause: "8.1")
                let fields: JSONObject = [
                    "finding": .string(finding), "standard": .string(standard), "clause": "8.1",
                ]
                records.append(WorkRecord(kind: Schema.criterion, id: id, fields: fields))
            }
            records.append(
                WorkRecord(
                    kind: Schema.action,
                    id: "a-\(finding)",
                    fields: ["finding": .string(finding)]
                )
            )
        }
        records += [
            WorkRecord(kind: Schema.finding, id: "f1"), WorkRecord(kind: Schema.finding, id: "f2"),
            WorkRecord(kind: Schema.evidence, id: "v1"),
            WorkRecord(kind: Schema.evidence, id: "v2"),
            WorkRecord(kind: Schema.checklistItem, id: "q1"),
            WorkRecord(kind: Schema.checklistItem, id: "q1"),
            WorkRecord(kind: Schema.planSlot, id: "p1"),
            WorkRecord(kind: Schema.planSlot, id: "p2"),
            WorkRecord(kind: Schema.scope, id: DerivedID.scope(standard: "iso9001")),
            WorkRecord(kind: Schema.conclusion, id: DerivedID.conclusion(standard: "iso9001")),
            WorkRecord(kind: Schema.engagement, id: "e"),
            WorkRecord(kind: Schema.unknownKind("robot"), id: "r1"),
        ]
        return records
    }()
}

extension Simulation {
    private static let words = [
        "records", "of", "the", "reviews", "are", "not", "kept", "Gr\u{F6}\u{DF}e",
        "Gro\u{308}\u{DF}e", "👩🏽‍💻",
    ]
    private static let values: [JSON] = ["IT", "HR", "Sales", "\u{E9}", "e\u{301}"]
    /// Names of which two pairs are the same to the eye, and to `String`.
    static let members: [WireText] = ["x", "y", "\u{E9}", "e\u{301}"]

    /// One save of one to three changes, as a person makes them.
    func edit(_ device: SimulatedDevice) throws {
        guard canWrite(device) else { return }
        if settings.hasMeetings, isOneAudit, random.oneIn(2) { return try meet() }
        if isOneAudit, !random.oneIn(4) {
            // Much of it takes a leader.
            return try act(random.oneIn(2) && canWrite(devices[0]) ? devices[0] : device)
        }
        if random.oneIn(3) { return try act(device) }
        if random.oneIn(6) { return try resolve(device) }
        if random.oneIn(14) { return try admit(device) }
        let conflicts = try device.store.read { try $0.conflicts() }
        let result = try device.save { context in
            var edit = Edit(reason: random.oneIn(3) ? nil : "so")
            var touched: Set<CellPath> = []
            for _ in 0...random.below(3) {
                try change(&edit, &touched, context: &context)
            }
            return try context.operations(for: edit)
        }
        try note(result, by: device)
        try checkDecisions(of: result, by: device, in: conflicts, decided: [])
    }

    /// An ordinary edit in a conflict decides nothing between others: it replaces what its own author's member
    /// wrote there, on whichever device, and takes up a text that consists of proposals. A step of a life cycle
    /// follows on the steps that count, no matter who took them: what waits is left to be resolved.
    ///
    /// - Parameters:
    ///   - conflicts: what the author was shown.
    ///   - decided: the conflicts that the author ended by a decision.
    func checkDecisions(
        of result: SaveReceipt?,
        by device: SimulatedDevice,
        in conflicts: [Conflict],
        decided: Set<CellPath>
    ) throws {
        guard let result, let diff = try device.diff(result.id) else { return }
        let own = Set(devices.filter { $0.member == device.member }.map(\.author))
        // A decision against a save takes out what that brought elsewhere too.
        let against = Set(
            diff.body.operations.filter { decided.contains($0.path) }.flatMap(\.over)
        )
        for operation in diff.body.operations where !decided.contains(operation.path) {
            guard let conflict = conflicts.first(where: { $0.path == operation.path }) else {
                continue
            }
            let others = conflict.candidates.filter {
                $0.path == nil && !own.contains($0.write.author)
                    && !(conflict.kind == .text && $0.isProposal)
                    && !stands($0, in: conflict)
            }
            let replaced = Set(others.map(\.write)).intersection(operation.over)
                .subtracting(against)
            guard let write = replaced.min() else { continue }
            throw Violation(
                "\(device.name): an ordinary edit of \(operation.path) replaces \(write), a side of a"
                    + " conflict that nobody has decided"
            )
        }
    }

    /// Whether a candidate is a step that does not wait: an ordinary step follows on those.
    private func stands(_ candidate: Conflict.Candidate, in conflict: Conflict) -> Bool {
        guard let field = conflict.path.field,
            case .state(let cycle) = Schema.kind(conflict.path.kind)?.field(field)?.rule
        else { return false }
        let mayWait = candidate.value?.stringValue.map { cycle.ends($0) || $0 == "confirmed" }
        return candidate.value == conflict.shown || mayWait != true
    }

    func save(_ edit: Edit, by device: SimulatedDevice) throws {
        try note(try device.save { try $0.operations(for: edit) }, by: device)
    }

    private func change(
        _ edit: inout Edit,
        _ touched: inout Set<CellPath>,
        context: inout SaveContext
    ) throws {
        let work = random.pick(WorkRecord.all)
        let record = CellPath(kind: work.kind.name, record: work.id)
        guard !touched.contains(record) else { return }
        let isThere = try context.isPresent(kind: work.kind.name, id: work.id)
        if !isThere {
            touched.insert(record)
            if try context.record(kind: work.kind.name, id: work.id)?.firstAdd != nil {
                edit.restore(kind: work.kind.name, id: work.id)
            } else {
                edit.add(work.kind.name, id: work.id, fields: firstFields(of: work))
            }
            return
        }
        if random.oneIn(14) {
            touched.insert(record)
            return edit.hide(kind: work.kind.name, id: work.id)
        }
        let field = randomField(of: work)
        var path = record
        path.field = field.name
        guard touched.insert(path).inserted else { return }
        try change(field, at: path, &edit, context: &context)
    }

    private func change(
        _ field: Field,
        at path: CellPath,
        _ edit: inout Edit,
        context: inout SaveContext
    ) throws {
        switch field.rule {
        case .text:
            let shown = try context.shown(path).shown?.stringValue?.string ?? ""
            edit.setText(path, to: WireText(retyped(shown)))
        case .set:
            let member = random.pick(Self.members)
            if random.oneIn(2) {
                edit.insert(member, into: path)
            } else {
                edit.remove(member, from: path)
            }
        case .state(let cycle):
            let current = try context.shown(path).shown?.stringValue ?? cycle.initial
            // To merge a finding is an act of its own: `act`.
            let open = cycle.steps.filter { $0.from.contains(current) && $0.to != "merged" }
                .map(\.to)
            let isLegal = !open.isEmpty && !random.oneIn(4)
            edit.set(path, to: isLegal ? .string(random.pick(open)) : value(of: field))
        default: edit.set(path, to: value(of: field))
        }
    }

    /// A field of the record: often one that many work on.
    func randomField(of work: WorkRecord) -> Field {
        if work.kind.fields.isEmpty || random.oneIn(25) { return Schema.unknownField("colour") }
        let contested: [WireText] = [
            "unit", "title", "statement", "evidence", "state", "grade", "answer", "from",
            "auditors",
        ]
        let hot = work.kind.fields.filter { contested.contains($0.name) }
        if !hot.isEmpty, random.oneIn(2) { return random.pick(hot) }
        return random.pick(work.kind.fields)
    }

    private func firstFields(of work: WorkRecord) -> JSONObject {
        var fields = work.fields
        for field in work.kind.fields where fields[field.name] == nil && random.oneIn(4) {
            switch field.rule {
            case .text: fields[field.name] = .string(retyped(""))
            case .set: fields[field.name] = ["x": true]
            case .state(let cycle): fields[field.name] = .string(cycle.initial)
            default: if let value = value(of: field) { fields[field.name] = value }
            }
        }
        return fields
    }

    /// A value of the field's type; nil clears it.
    func value(of field: Field) -> JSON? {
        switch field.type {
        case .choice(let values): return .string(random.pick(values))
        case .string, .word, .unknown: break
        case .integer: return .integer(Int64(random.below(3)))
        case .bool: return .bool(random.oneIn(2))
        case .composite: return .array([random.pick(Self.values)])
        case .text, .members: return random.pick(Self.values)
        }
        let canClear = field.rule == .ask || field.rule == .newest
        return canClear && random.oneIn(6) ? nil : random.pick(Self.values)
    }

    /// The text with a word put in, taken out or replaced. Words that are put in are unlike any other,
    /// so that it can be told where they went.
    func retyped(_ text: String) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        serial += 1
        let word = random.oneIn(2) ? "w\(seed % 1000)x\(serial)" : random.pick(Self.words)
        let place = random.below(words.count + 1)
        switch random.below(5) {
        case 0 where place < words.count: words.remove(at: place)
        case 1 where place < words.count: words[place] = word
        default: words.insert(word, at: place)
        }
        return words.joined(separator: " ")
    }

    // MARK: Decisions.

    /// Ends a conflict, having been shown all its candidates or some.
    private func resolve(_ device: SimulatedDevice) throws {
        let conflicts = try device.store.read { try $0.conflicts() }
        guard !conflicts.isEmpty else { return }
        let conflict = random.pick(conflicts)
        if conflict.path.kind == "finding", conflict.path.field == "state" { return }
        let candidate = random.pick(conflict.candidates)
        var value = random.oneIn(3) ? candidate.value : conflict.shown
        if conflict.kind == .text {
            let account = try device.store.read { try $0.conflictDetails(at: conflict.path) }
            value = .string(retyped(account?.conflict.shown?.stringValue?.string ?? ""))
            if random.oneIn(3) { value = nil }
        }
        if conflict.path.field == nil || conflict.path.member != nil {
            value = random.oneIn(2) ? true : nil
        }
        var edit = Edit()
        let shown = conflict.candidates.map(\.write).filter { _ in !random.oneIn(4) }
        edit.resolve(
            conflict.path,
            to: value,
            reason: "decided",
            candidates: random.oneIn(2) ? nil : shown
        )
        try save(edit, by: device)
    }

    private func admit(_ device: SimulatedDevice) throws {
        let voids = try device.store.read { try $0.voids() }
        guard !voids.isEmpty else { return }
        var edit = Edit(reason: "seen")
        edit.admit(random.pick(voids).diff)
        let leader = random.oneIn(3) ? device : devices[0]
        guard canWrite(leader) else { return }
        try save(edit, by: leader)
    }
}
