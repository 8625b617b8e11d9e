import ConcordDiff
package import ConcordEncoding
import ConcordMerge
import ConcordModel

extension ReplicaReader {
    /// The state document: `{"finding": {"<id>": {…}}, …}`, present records only.
    ///
    /// Texts are strings, sets objects of their members; fields and kinds that this version does not
    /// know are in it as they came.
    ///
    /// - Parameter kinds: only these, or all.
    package func document(kinds: Set<WireText>? = nil) throws -> JSONObject {
        var document: [(WireText, JSON)] = []
        let unknown = try unknownFields()
        for table in StateTable.all where kinds?.contains(table.kind.name) ?? true {
            let records = try records(of: table, unknown: unknown)
            if !records.isEmpty {
                let object = JSONObject(uniqueKeysWithValues: records)
                document.append((table.kind.name, .object(object)))
            }
        }
        if kinds?.allSatisfy({ Schema.kind($0) != nil }) ?? false {
            return JSONObject(uniqueKeysWithValues: document)
        }
        let others = try statements(
            "SELECT kind, id, number FROM record WHERE is_present ORDER BY kind, id"
        ).rows { ($0.string(0), $0.string(1), $0.int(2)) }
        var byKind: [WireText: [(WireText, JSON)]] = [:]
        for (kind, id, number) in others
        where Schema.kind(kind) == nil && kinds?.contains(kind) ?? true {
            let fields = unknown[number] ?? [:]
            byKind[kind, default: []].append((id, .object(fields)))
        }
        document += byKind.map { ($0.key, .object(JSONObject(uniqueKeysWithValues: $0.value))) }
        return JSONObject(uniqueKeysWithValues: document)
    }

    /// SHA-256 in hexadecimal over the canonical form of `{"conflicts":[…],"state":{…}}`.
    package func digest() throws -> String {
        Self.digest(conflicts: try conflicts().map(\.json), state: try document())
    }

    /// The digest of a state document with its conflicts, sorted by path, then kind.
    package static func digest(conflicts: [JSON], state: JSONObject) -> String {
        let whole: JSON = ["conflicts": .array(conflicts), "state": .object(state)]
        return SHA256Digest(hashing: whole.canonicalBytes).hex
    }

    /// The present records of a kind with their fields.
    private func records(
        of table: StateTable,
        unknown: [Int: JSONObject]
    ) throws -> [(WireText, JSON)] {
        var sets: [Int: [(WireText, JSON)]] = [:]
        for set in table.sets {
            for (record, members) in try members(of: set) {
                sets[record, default: []].append((set.field.name, .object(members)))
            }
        }
        return try statements(table.selection).rows { row in
            let number = row.int(0)
            var fields = try table.fields(row)
            if let members = sets[number] { fields += members }
            if let others = unknown[number] { fields += others.map { ($0.key, $0.value) } }
            return (row.string(1), .object(JSONObject(uniqueKeysWithValues: fields)))
        }
    }

    /// The members of a set, by record.
    private func members(of set: StateTable.SetTable) throws -> [Int: JSONObject] {
        var members: [Int: [(WireText, JSON)]] = [:]
        let query = try statements("SELECT record, member, value FROM \"\(set.name)\"")
        defer { query.reset() }
        while try query.next() {
            guard let value = try StoredJSON.read(query, 2) else { continue }
            members[query.int(0), default: []].append((query.string(1), value))
        }
        return members.mapValues { JSONObject(uniqueKeysWithValues: $0) }
    }

    /// The values of fields that this version does not know, by record; members of a field that was
    /// also written as a whole are in it.
    ///
    /// - Parameter record: only of this record.
    func unknownFields(of record: Int? = nil) throws -> [Int: JSONObject] {
        var records: [Int: [WireText: JSON]] = [:]
        // The members of the field that is being read: added to it at once, not one by one.
        var members: [WireText: JSON] = [:]
        var place: (record: Int, field: WireText)?
        func addMembers() {
            guard let place, !members.isEmpty else { return }
            let whole = records[place.record]?[place.field]?.objectValue ?? [:]
            for (member, value) in whole where members[member] == nil { members[member] = value }
            records[place.record, default: [:]][place.field] = .object(Self.object(members))
            members = [:]
        }
        let query = try statements(
            """
            SELECT record, field, member, value FROM unknown_value
            \(record == nil ? "" : "WHERE record = ?1") ORDER BY record, field, member
            """
        )
        if let record { query.bind(record, at: 1) }
        defer { query.reset() }
        while try query.next() {
            guard let value = try StoredJSON.read(query, 3) else { continue }
            let (record, field, member) = (query.int(0), query.string(1), query.string(2))
            if place?.record != record || place?.field != field { addMembers() }
            place = (record, field)
            if member.isEmpty {
                records[record, default: [:]][field] = value
            } else {
                members[member] = value
            }
        }
        addMembers()
        return records.mapValues(Self.object)
    }

    private static func object(_ members: [WireText: JSON]) -> JSONObject {
        JSONObject(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    }
}
