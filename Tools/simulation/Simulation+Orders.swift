import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordTesting

// What leaders order: sign-offs, reopenings, and that contents are destroyed.

extension Simulation {
    /// A leader, or somebody who would like to be one, seals, reopens or erases.
    func giveOrder(_ device: SimulatedDevice) throws {
        let leader = random.oneIn(5) ? device : devices[0]
        guard canWrite(leader) else { return }
        switch random.below(8) {
        case 0, 1: try seal(leader)
        case 2...5: try reopen(leader)
        default: try erase(leader)
        }
    }

    /// Seals what the leader has before him; often he has synced just before, so that the seal counts.
    private func seal(_ leader: SimulatedDevice) throws {
        if random.oneIn(2) { try syncAtOnce(leader) }
        serial += 1
        var operations = [add("seal", "s\(serial)", ["digest": .string("d\(serial)")])]
        let number = CellPath(kind: "finding", record: "f1", field: "number")
        operations.append(Operation(.add(.string("F-\(serial)")), at: number))
        if random.oneIn(2) {
            let state = CellPath(kind: "finding", record: "f2", field: "state")
            operations.append(Operation(.add("issued"), at: state))
        }
        tell("    \(leader.name) seals")
        try note(try leader.save { _ in operations }, by: leader)
        if random.oneIn(2) { try syncAtOnce(leader) }
    }

    private func reopen(_ leader: SimulatedDevice) throws {
        let seals = try leader.store.read { try $0.document(kinds: ["seal"])["seal"]?.objectValue }
        let ids = (seals ?? [:]).map(\.key).sorted()
        guard !ids.isEmpty else { return }
        serial += 1
        // Work goes on after most seals: all of them are reopened at once.
        let reopened = random.oneIn(4) ? [random.pick(ids)] : ids
        let operations = reopened.map { id in
            add("reopening", "o\(serial)-\(id)", ["seal": .string(id)])
        }
        tell("    \(leader.name) reopens \(reopened.joined(separator: " "))")
        try note(try leader.save { _ in operations }, by: leader)
    }

    /// Destroys what some diff in the log wrote, or a part of it.
    private func erase(_ leader: SimulatedDevice) throws {
        let known = random.pick(registry.all).diff
        let isLogged = try leader.store.read { try $0.diff(known.id)?.position != nil }
        guard isLogged, let held = try leader.diff(known.id) else { return }
        serial += 1
        let id: WireText = "x\(serial)"
        let cells = held.body.operations.flatMap(Self.erasable).filter { _ in !random.oneIn(3) }
        let left = held.body.erasing(Set(cells), by: id)
        // Now and then the hash is another one: then nothing may happen.
        let hash = random.oneIn(8) ? SHA256Digest(hashing: []) : left.hash
        let fields: JSONObject = [
            "bodies": .object([known.id.text: .string(hash.base64url)]),
            "paths": .array(cells.map { .string($0.description) }),
        ]
        tell("    \(leader.name) erases \(cells.count) cells of \(known.reference)")
        try note(try leader.save { _ in [add("erasure", id, fields)] }, by: leader)
    }

    /// The cells that an operation writes, first fields too.
    private static func erasable(_ operation: Operation) -> [CellPath] {
        guard operation.path.field == nil, case .add(.object(let fields)) = operation.action else {
            return [operation.path]
        }
        return [operation.path]
            + fields.map { name, _ in
                CellPath(kind: operation.path.kind, record: operation.path.record, field: name)
            }
    }
}
