import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordTesting

extension Simulation {
    /// A member writes what the programs never would: by hand, correctly signed.
    func actWithoutRight(_ device: SimulatedDevice) throws {
        guard canWrite(device) else { return }
        if random.oneIn(4) { return try signByHand(device) }
        let operations = hostileOperations(device)
        try note(try device.save(isHostile: true) { _ in operations }, by: device)
    }

    private func hostileOperations(_ device: SimulatedDevice) -> [Operation] {
        let record = random.pick(WorkRecord.all)
        let field = randomField(of: record)
        let path = CellPath(kind: record.kind.name, record: record.id, field: field.name)
        let other = random.pick(devices)
        switch random.below(13) {
        case 0:
            // Names what he had perhaps not seen.
            let unseen = WriteReference(seq: 3 + random.below(20), author: other.author)
            return [Operation(.add(value(of: field) ?? "IT"), at: path, over: [unseen])]
        case 1: return [Operation(.add(["no": ["such": "value"]]), at: path)]
        case 2:
            return [
                Operation(
                    .splice(at: random.below(90), delete: random.below(9), insert: "zz"),
                    at: path
                )
            ]
        case 3: return [Operation(.remove, at: path)]
        case 4, 10, 11:
            // What a set holds already, or does not, and as if nobody had written before.
            let finding = CellPath(
                kind: "finding",
                record: random.pick(["f1", "f2"]),
                field: "evidence",
                member: random.pick(Self.members)
            )
            let value: JSON = random.oneIn(4) ? .integer(4) : true
            return [Operation(random.oneIn(2) ? .add(value) : .remove, at: finding)]
        case 5:
            let own: JSONObject = ["name": "me", "role": "lead"]
            return [add("member", random.oneIn(2) ? device.member : "m77", own)]
        case 6: return [add("device", other.author.text, ["member": .string(device.member)])]
        case 7:
            return [
                add(record.kind.name, record.id, ["title": 7, "state": "issued", "unit": "IT"])
            ]
        case 8:
            let role = CellPath(kind: "member", record: device.member, field: "role")
            return [Operation(.add("lead"), at: role)]
        default:
            return [
                add("admission", "x\(random.below(3))", ["diff": .string(randomDiff().base64url)])
            ]
        }
    }

    private func randomDiff() -> DiffID { random.pick(registry.all).diff.id }

    /// A diff with an invented head: parents left out, any `without` and `over`.
    private func signByHand(_ device: SimulatedDevice) throws {
        guard let engagement else { return }
        let tip = try device.store.read { try $0.tip(of: device.author) }
        guard let tip else { return }
        var parents = [tip.id]
        let other = random.pick(devices)
        if random.oneIn(2), other.author != device.author,
            let seen = try device.store.read({ try $0.tip(of: other.author) }),
            !registry.has(tip.id, seen: seen.id)
        {
            parents.append(seen.id)
        }
        let past = registry[tip.id]?.past.sorted() ?? []
        let named = past.isEmpty ? nil : registry.all[random.pick(past)].diff
        // A title is no text, so that what is spliced into it is void.
        let text = CellPath(
            kind: "finding",
            record: random.pick(["f1", "f2"]),
            field: random.pick(["statement", "statement", "title"])
        )
        var operations = hostileOperations(device)
        if random.oneIn(2) {
            operations = [
                Operation(
                    .splice(at: random.below(12), delete: random.below(4), insert: "by hand "),
                    at: text,
                    over: random.oneIn(2) ? [] : named.map { [$0.reference] } ?? []
                )
            ]
        }
        let head = Head(
            author: device.author,
            seq: tip.reference.seq + 1,
            engagement: engagement,
            parents: parents,
            time: Timestamp(milliseconds: device.clock),
            body: SHA256Digest(hashing: []),
            without: random.oneIn(2) ? [] : named.map { [$0.reference] } ?? []
        )
        let diff: UnverifiedDiff
        do {
            diff = try UnverifiedDiff(
                head: head,
                body: Body(operations: operations),
                signer: device.key
            )
        } catch is DiffError {
            return
        }
        registry.note(diff)
        tell("    signs by hand \(diff.reference.seq) \(operations.map { $0.json.canonicalText })")
        let verified = try ChainVerification.verify([diff], with: verifier)
        let outcome = try device.store.takeIn(pending: verified).first
        // Who has no part here, as far as the log says, is not heard.
        if case .refused(let error) = outcome, error.code == .notMember { return }
        guard case .taken = outcome else {
            throw Violation(
                "\(device.name): a well-formed diff is not taken in: "
                    + (outcome.map { "\($0)" } ?? "nothing happened")
            )
        }
    }
}
