import ConcordEncoding
import ConcordModel

/// Everything that is wrong with an engagement file, found before anything is written.
///
/// After `concord new` no command can correct a fault of the file, so a file is used as a whole or not
/// at all, and all its faults are listed at once: names that mean nothing here (`checklits`), people,
/// units, sites, roles and clauses that it does not itself know, values of the wrong kind.
final class EngagementFileCheck {
    private(set) var faults: [EngagementFile.Fault] = []
    private var units: [WireText] = []
    private var sites: [WireText] = []
    private var people: [WireText] = []
    private var standards = StandardNames(ids: [])

    /// Looks through a file.
    init(_ file: FileValue) {
        keys(of: file, EngagementFileNames.file, mayExtend: true)
        attempt(file) { try engagement(file) }
        attempt(file["client"]) { try client(file) }
        attempt(file["team"]) { try team(file) }
        for scope in list("scopes", of: file) { attempt(scope) { try self.scope(scope) } }
        for slot in list("plan", of: file) { attempt(slot) { try self.slot(slot) } }
        for item in list("checklist", of: file) { attempt(item) { try question(item) } }
    }
}

// MARK: - The parts of a file

extension EngagementFileCheck {
    private func engagement(_ file: FileValue) throws {
        guard let engagement = file["engagement"] else {
            return add(file, "'engagement' is missing")
        }
        keys(of: engagement, EngagementFileNames.engagement)
        let shipped = Catalogues.shipped.catalogues.map(\.id).sorted()
        standards = StandardNames(ids: shipped)
        var ids: [WireText] = []
        for name in list("standards", of: engagement) {
            attempt(name) { ids.append(try standards.id(try name.text())) }
        }
        if ids.isEmpty, engagement["standards"] == nil {
            add(engagement, "'standards' is missing; known are \(shipped.joined(separator: ", "))")
        }
        standards = StandardNames(ids: ids)
        texts(of: engagement, ["id", "kind", "language", "previous", "certificationBody"])
        for text in list("objectives", of: engagement) { attempt(text) { _ = try text.text() } }
        choice(engagement["mode"], among: EngagementFileNames.modes, what: "mode")
        for name: WireText in ["from", "to"] { date(engagement[name]) }
    }

    private func client(_ file: FileValue) throws {
        guard let client = file["client"] else { return }
        keys(of: client, EngagementFileNames.client)
        texts(of: client, ["name"])
        for unit in list("units", of: client) {
            keys(of: unit, EngagementFileNames.unit)
            attempt(unit) { try once(unit, among: &units, what: "units") }
            attempt(unit) { _ = try unit["people"]?.count() }
        }
        for site in list("sites", of: client) {
            keys(of: site, EngagementFileNames.site)
            attempt(site) { try once(site, among: &sites, what: "sites") }
        }
        guard let personnel = client["effectivePersonnel"] else { return }
        if personnel.value.objectValue == nil {
            attempt(personnel) { _ = try personnel.count() }
            return
        }
        for (name, _) in try personnel.object() {
            attempt(personnel) { _ = try standards.id(name) }
            attempt(personnel) { _ = try personnel[name]?.count() }
        }
    }

    private func team(_ file: FileValue) throws {
        let members = list("team", of: file)
        for person in members {
            attempt(person) { try once(person, among: &people, what: "people") }
        }
        for person in members {
            keys(of: person, EngagementFileNames.person)
            required("name", of: person)
            texts(of: person, ["device"])
            attempt(person) {
                if let role = try person["role"]?.text() { _ = try RoleNames.checked(role.string) }
            }
            for name: WireText in ["standards", "inTraining"] {
                for standard in list(name, of: person) {
                    attempt(standard) { _ = try standards.id(try standard.text()) }
                }
            }
            known(person["supervisor"], among: people, what: "person")
        }
    }

    private func scope(_ scope: FileValue) throws {
        keys(of: scope, EngagementFileNames.scope)
        let standard = try standards.id(try scope.text("standard"))
        texts(of: scope, ["statement"])
        for unit in list("units", of: scope) where !isUnitInPart(unit) {
            known(unit, among: units, what: "unit")
        }
        for site in list("sites", of: scope) { known(site, among: sites, what: "site") }
        for service in list("services", of: scope) { attempt(service) { _ = try service.text() } }
        for exclusion in list("exclusions", of: scope) {
            keys(of: exclusion, EngagementFileNames.exclusion)
            attempt(exclusion) { try clause(exclusion, standard: standard) }
            required("justification", of: exclusion)
        }
    }

    /// Whether it is a unit that a scope covers in part, as brackets after its id say.
    private func isUnitInPart(_ value: FileValue) -> Bool {
        guard let text = value.value.stringValue, text.utf8.last == UInt8(ascii: ")"),
            let bracket = text.utf8.firstIndex(of: UInt8(ascii: "("))
        else { return false }
        let before = text.utf8[..<bracket]
        return before.last == UInt8(ascii: " ")
            && units.contains(WireText(decoding: before.dropLast()))
    }

    private func slot(_ slot: FileValue) throws {
        keys(of: slot, EngagementFileNames.slot)
        texts(of: slot, ["title", "auditee", "process"])
        for name: WireText in ["from", "to"] {
            guard let time = try slot[name]?.text(), Timestamp(time) == nil else { continue }
            add(
                slot[name] ?? slot,
                "'\(time)' is not a time; write it as 2026-03-02T09:00:00+01:00"
            )
        }
        if let from = try slot["from"]?.text(), let to = try slot["to"]?.text(),
            let begin = Timestamp(from), let end = Timestamp(to),
            end.milliseconds <= begin.milliseconds
        {
            add(slot, "it ends at \(to), which is not after \(from), when it begins")
        }
        choice(slot["kind"], among: EngagementFileNames.slotKinds, what: "kind of slot")
        for person in list("auditors", of: slot) { known(person, among: people, what: "person") }
        for unit in [slot["unit"]] { known(unit, among: units, what: "unit") }
        for site in [slot["site"]] { known(site, among: sites, what: "site") }
        if let remote = slot["remote"], remote.value.boolValue == nil {
            add(remote, "it must be true or false")
        }
        for item in list("clauses", of: slot) { attempt(item) { try clause(item, standard: nil) } }
    }

    private func question(_ item: FileValue) throws {
        keys(of: item, EngagementFileNames.question)
        required("question", of: item)
        if item["clauses"] == nil { return try clause(item, standard: nil) }
        for clause in list("clauses", of: item) {
            attempt(clause) { try self.clause(clause, standard: nil) }
        }
    }
}

// MARK: - Values

extension EngagementFileCheck {
    private func add(_ value: FileValue?, _ message: String) {
        faults.append(EngagementFile.Fault(path: value?.path ?? "", message: message))
    }

    /// Records what a check throws, and continues.
    private func attempt(_ value: FileValue?, _ check: () throws -> Void) {
        do {
            try check()
        } catch let fault as EngagementFile.Fault {
            faults.append(fault)
        } catch let refusal as ActRefusal {
            add(value, "\(refusal.message). \(refusal.next)")
        } catch {
            add(value, "\(error)")
        }
    }

    private func list(_ name: WireText, of value: FileValue) -> [FileValue] {
        var items: [FileValue] = []
        attempt(value) { items = try value.items(name) }
        return items
    }

    /// Every name has to mean something; at the top of the file those beginning with `x-` may be
    /// anybody's own.
    private func keys(of value: FileValue, _ known: [WireText], mayExtend: Bool = false) {
        guard let object = value.value.objectValue else {
            return add(value, "it must be an object")
        }
        for name in object.keys where !known.contains(name) {
            if mayExtend, name.hasPrefix("x-") { continue }
            let near = NearNames.of(name, among: known)
            add(
                value,
                "'\(name)' is not a known name here"
                    + (near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))")
            )
        }
    }

    /// Takes down the id of something that has to have one of its own.
    private func once(_ value: FileValue, among ids: inout [WireText], what: String) throws {
        let id = try value.text("id")
        if ids.contains(id) { add(value, "two \(what) have the id '\(id)'") }
        ids.append(id)
    }

    private func texts(of value: FileValue, _ names: [WireText]) {
        for name in names { attempt(value) { _ = try value[name]?.text() } }
    }

    private func required(_ name: WireText, of value: FileValue) {
        attempt(value) {
            if try value.text(name).isBlank {
                add(value, "'\(name)' is empty")
            }
        }
    }

    private func known(_ value: FileValue?, among names: [WireText], what: String) {
        guard let value else { return }
        attempt(value) {
            let name = try value.text()
            guard !names.contains(name) else { return }
            add(
                value,
                "the file has no \(what) '\(name)'. "
                    + NearNames.sentence(name, among: names, what: what)
            )
        }
    }

    private func choice(_ value: FileValue?, among names: [WireText], what: String) {
        guard let value else { return }
        attempt(value) {
            let name = try value.text()
            guard !names.contains(name) else { return }
            add(value, "'\(name)' is not a \(what); there are \(names.joined(separator: ", "))")
        }
    }

    private func date(_ value: FileValue?) {
        guard let value else { return }
        attempt(value) {
            let text = try value.text()
            guard !text.isDate else { return }
            add(value, "'\(text)' is not a date; write it as 2026-03-02")
        }
    }

    private func clause(_ value: FileValue, standard: WireText?) throws {
        let name = try value["standard"]?.text() ?? standard ?? value.text("standard")
        let id = try standards.id(name)
        let number = try value.text("clause")
        guard let catalogue = Catalogues.shipped[id], catalogue[number] == nil else { return }
        throw ActRefusal.unknownClause(ClauseReference(standard: id, clause: number))
    }
}
