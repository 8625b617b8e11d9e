import ConcordDiff
import ConcordEncoding
import ConcordModel

/// How the parts of an engagement file become records.
///
/// Each record keeps the id that it has in the file, in a field `fileID` that the schema does not
/// know, so that it can be named by it.
struct EngagementFileRecords {
    let file: FileValue
    let standards: [WireText]
    let team: [EngagementFile.Person]

    /// What is captured during the audit, and what only describes the file.
    private static let notTaken: Set<WireText> = [
        "evidence", "findings", "actions", "conclusions", "concurrentEdits", "concurrentEditsNote",
        "expected", "engagement", "client", "scopes", "team", "plan", "checklist",
    ]
    /// Kinds whose name is not the key without its last letter.
    private static let kinds: [WireText: WireText] = ["processes": "process"]

    /// The standards that an engagement names; each has to have a catalogue.
    static func standards(of engagement: FileValue) throws -> [WireText] {
        let named = try engagement.items("standards")
        guard !named.isEmpty else {
            throw EngagementFile.Fault(
                path: "",
                message: "engagement.standards does not name a standard; known are "
                    + known.joined(separator: ", ")
            )
        }
        let shipped = StandardNames(ids: known)
        return try named.map { try shipped.id(try $0.text()) }
    }

    private static var known: [WireText] { Catalogues.shipped.catalogues.map(\.id).sorted() }

    /// The fields of the engagement itself.
    func engagement(_ value: FileValue) throws -> JSONObject {
        var fields = JSONObject()
        for (name, member) in try value.object() where !member.isNull {
            switch name {
            case FileMember.id: fields[EngagementField.number] = member
            case EngagementField.standards.name:
                fields[EngagementField.standards] = Self.set(standards)
            case EngagementField.state.name: continue
            default: fields[name] = Self.plain(member)
            }
        }
        return try checked(fields, value)
    }

    /// All other records.
    func records() throws -> [EngagementFile.Record] {
        var records: [EngagementFile.Record] = []
        if let client = file["client"] {
            let fields = try checked(try organization(client), client)
            records.append(.init(kind: Schema.organization.name, fields: fields))
        }
        for person in try file.items("team") {
            records.append(.init(kind: PlannedTeam.kind, fields: try withFileID(person)))
        }
        for scope in try file.items("scopes") { records += try self.scope(scope) }
        for slot in try file.items("plan") {
            records.append(.init(kind: Schema.planSlot.name, fields: try self.slot(slot)))
        }
        for (order, item) in try file.items("checklist").enumerated() {
            records.append(
                .init(
                    kind: Schema.checklistItem.name,
                    fields: try checklistItem(item, order: order)
                )
            )
        }
        for (name, _) in try file.object() where !Self.notTaken.contains(name) {
            if let value = file[name] { records += try unknown(name, value) }
        }
        return records
    }

    /// The organization: numbers of people as numbers, and where the file gives one for all, for each
    /// standard.
    private func organization(_ client: FileValue) throws -> JSONObject {
        var fields = try plainFields(client)
        fields[OrganizationField.units] = try client[OrganizationField.units.name].map { units in
            .array(
                try units.items().map { unit in
                    var fields = try plainFields(unit)
                    fields[FileMember.people] = try unit[FileMember.people].map {
                        .integer(try $0.count())
                    }
                    return .object(fields)
                }
            )
        }
        guard let personnel = client[OrganizationField.effectivePersonnel.name] else {
            return fields
        }
        var byStandard = JSONObject()
        for (name, _) in personnel.value.objectValue ?? JSONObject() {
            let id = try StandardNames(ids: standards).id(name)
            byStandard[id] = try personnel[name].map { .integer(try $0.count()) }
        }
        if personnel.value.objectValue == nil {
            for id in standards { byStandard[id] = .integer(try personnel.count()) }
        }
        fields[OrganizationField.effectivePersonnel] = .object(byStandard)
        return fields
    }

    private func scope(_ value: FileValue) throws -> [EngagementFile.Record] {
        var fields = try plainFields(value)
        let standard = try StandardNames(ids: standards).id(
            try value.text(ScopeField.standard.name)
        )
        fields[ScopeField.standard] = .string(standard)
        for name in [ScopeField.units, .sites, .services].map(\.name) where value[name] != nil {
            fields[name] = Self.set(try value.texts(name))
        }
        fields[FileMember.exclusions] = nil
        let exclusions = try value.items(FileMember.exclusions).map { exclusion in
            var fields = try withFileID(exclusion)
            let reference = try clause(exclusion, standard: standard)
            fields[ExclusionField.standard] = .string(reference.standard)
            fields[ExclusionField.decidedBy] = fields[FileMember.acceptedBy].map { accepted in
                let person = team.first { .string($0.id) == accepted }
                return person.map { .string($0.name) } ?? accepted
            }
            fields[FileMember.acceptedBy] = nil
            return EngagementFile.Record(kind: Schema.exclusion.name, fields: fields)
        }
        return [.init(kind: Schema.scope.name, fields: try checked(fields, value))] + exclusions
    }

    private func slot(_ value: FileValue) throws -> JSONObject {
        var fields = try withFileID(value)
        for name in [PlanSlotField.from, .to].map(\.name) {
            guard let time = try value[name]?.text() else { continue }
            guard Timestamp(time) != nil else {
                throw value.wrong("given with times in RFC 3339, not '\(time)'")
            }
        }
        fields[PlanSlotField.auditors] = Self.set(try value.texts(PlanSlotField.auditors.name))
        fields[PlanSlotField.clauses] = Self.set(
            try value.items(PlanSlotField.clauses.name).map { try clause($0).text }
        )
        return try checked(fields, value)
    }

    private func checklistItem(_ value: FileValue, order: Int) throws -> JSONObject {
        var fields = try withFileID(value)
        let references =
            try value[ChecklistItemField.clauses.name].map { try $0.items().map { try clause($0) } }
            ?? [clause(value)]
        fields[ChecklistItemField.clauses] = Self.set(references.map(\.text))
        fields[ChecklistItemField.order] = .integer(Int64(order + 1))
        // The clause has its place in the set; what is answered is captured during the audit.
        for name in [CriterionField.standard, .clause].map(\.name) { fields[name] = nil }
        for field in [ChecklistItemField.answer, .note, .evidence] { fields[field] = nil }
        return try checked(fields, value)
    }

    /// A clause that has to be in its standard's catalogue.
    private func clause(_ value: FileValue, standard: WireText? = nil) throws -> ClauseReference {
        let key = CriterionField.standard.name
        let name = try value[key]?.text() ?? standard ?? value.text(key)
        let standard = try StandardNames(ids: standards).id(name)
        let number = try value.text(CriterionField.clause.name)
        let reference = ClauseReference(standard: standard, clause: number)
        if let catalogue = Catalogues.shipped[standard], catalogue[number] == nil {
            throw ActRefusal.unknownClause(reference)
        }
        return reference
    }

    /// What this version has no kind for: an object is a record, a list of objects are records, and
    /// anything else is left out, since it says something about the file and not about the audit.
    private func unknown(_ name: WireText, _ value: FileValue) throws -> [EngagementFile.Record] {
        guard CellPath.isName(name) else { return [] }
        if value.value.objectValue != nil {
            return [.init(kind: name, fields: try withFileID(value))]
        }
        let isPlural = name.utf8.last == UInt8(ascii: "s")
        let singular = isPlural ? WireText(decoding: name.utf8.dropLast()) : name
        let kind = Self.kinds[name] ?? singular
        return try (value.value.arrayValue == nil ? [] : value.items()).compactMap { item in
            guard item.value.objectValue != nil else { return nil }
            return EngagementFile.Record(kind: kind, fields: try withFileID(item))
        }
    }
}

// MARK: - Fields

extension EngagementFileRecords {
    /// The members of an object, without nulls, its id as `fileID`.
    private func withFileID(_ value: FileValue) throws -> JSONObject {
        var fields = try plainFields(value)
        if let id = fields[FileMember.id] {
            guard let text = id.stringValue else {
                throw value.wrong("an object whose id is a text")
            }
            // Of a kind that this version does not know, it has the same name.
            fields[FindingField.fileID] = .string(text)
            fields[FileMember.id] = nil
        }
        return fields
    }

    private func plainFields(_ value: FileValue) throws -> JSONObject {
        var fields = JSONObject()
        for (name, member) in try value.object() where !member.isNull && CellPath.isName(name) {
            fields[name] = Self.plain(member)
        }
        return fields
    }

    /// A value that is allowed in a diff, whose keys are ASCII: an object with other keys becomes a
    /// list of key and value.
    private static func plain(_ value: JSON) -> JSON {
        switch value {
        case .array(let items): return .array(items.map { plain($0) })
        case .object(let object):
            guard object.keys.allSatisfy(\.isASCII) else {
                return .array(object.map { ["key": .string($0.key), "value": plain($0.value)] })
            }
            var copy = JSONObject()
            for (name, member) in object { copy[name] = plain(member) }
            return .object(copy)
        default: return value
        }
    }

    /// A set with these members.
    private static func set(_ members: [WireText]) -> JSON {
        var set = JSONObject()
        for member in members { set[member] = true }
        return .object(set)
    }

    /// Fields that fit their kind: ids of people, units and sites are ASCII, texts are of bounded
    /// length.
    private func checked(_ fields: JSONObject, _ value: FileValue) throws -> JSONObject {
        for (name, member) in fields {
            if let object = member.objectValue,
                !object.keys.allSatisfy(\.isASCII)
            {
                throw EngagementFile.Fault(
                    path: "\(value.path).\(name)",
                    message: "an id is not ASCII; use names and titles for what people read"
                )
            }
            if let text = member.stringValue, text.utf8.count > DiffLimits.stringBytes {
                throw EngagementFile.Fault(
                    path: "\(value.path).\(name)",
                    message: "it is longer than \(DiffLimits.stringBytes >> 10) KiB; shorten it"
                )
            }
        }
        return fields
    }
}
