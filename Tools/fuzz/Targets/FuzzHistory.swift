import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting

/// A history that the bytes of an input decide: who writes what, having seen what.
///
/// Everything has the form of a diff; nothing else is promised. Forks, strangers, unseen names in `over` and
/// `without`, splices beyond the text, control operations without right are all among it.
struct FuzzHistory {
    /// The diffs, what was seen before what had seen it.
    private(set) var diffs: [UnverifiedDiff] = []
    /// Who writes.
    private(set) var devices: [FuzzDevice]
    private var parents: [[Int]] = []
    private var input: FuzzInput

    /// The most diffs of a history.
    private static let diffsMax = 60

    init(_ bytes: [UInt8]) {
        input = FuzzInput(bytes)
        devices = [
            FuzzDevice("lead", member: "m0"), FuzzDevice("first", member: "m1"),
            FuzzDevice("second", member: "m1"), FuzzDevice("trainee", member: "m2"),
            FuzzDevice("observer", member: "m3"), FuzzDevice("other lead", member: "m4"),
        ]
        found()
        while !input.isAtEnd, diffs.count < Self.diffsMax { step() }
    }

    /// The identity of the engagement.
    var engagement: DiffID { diffs[0].id }

    private mutating func found() {
        let standards: JSON = ["iso-9001-2008": true, "iso-iec-20000-1-2011": true]
        let engagement = Operation.Action.add(["standards": standards, "state": "planned"])
        var operations = [operation(engagement, "engagement", "r1")]
        let roles = ["lead", "auditor", "inTraining", "observer", "lead"]
        for (number, role) in roles.enumerated() {
            operations.append(
                operation(
                    .add(["letter": "é", "name": "Name", "role": .string(role)]),
                    "member",
                    "m\(number)"
                )
            )
        }
        for device in devices {
            operations.append(
                operation(
                    .add(["member": .string(device.member)]),
                    "device",
                    device.key.author.text
                )
            )
        }
        _ = append(operations, by: devices[0], after: nil, seen: [], without: [])
        for device in devices { device.heads = [0] }
        let fields: JSONObject = ["statement": "ab", "title": "é", "unit": "A"]
        let finding = operation(.add(.object(fields)), "finding", "r1")
        _ = append([finding], by: devices[1], after: nil, seen: [0], without: [])
    }

    private func operation(
        _ action: Operation.Action,
        _ kind: WireText,
        _ record: WireText
    ) -> Operation {
        Operation(action, at: CellPath(kind: kind, record: record))
    }

    // MARK: One diff.

    private mutating func step() {
        let device = devices[input.number(below: devices.count)]
        if !input.happens(onceIn: 3) { see(device) }
        if input.happens(onceIn: 12) {
            join(device)
            return
        }
        var operations: [Operation] = []
        for _ in 0...input.number(below: 3) {
            if let operation = operation(by: device) { operations.append(operation) }
        }
        let without = input.happens(onceIn: 10) ? references() : []
        // A fork goes on from an earlier diff of the chain.
        let isFork = input.happens(onceIn: 20) && device.chain.count > 1
        let place = isFork ? input.number(below: device.chain.count - 1) : device.chain.count - 1
        let own = place < 0 ? nil : device.chain[place]
        _ = append(operations, by: device, after: own, seen: device.heads, without: without)
    }

    /// Lets a device receive what another one has.
    private mutating func see(_ device: FuzzDevice) {
        let other = devices[input.number(below: devices.count)]
        if let newest = other.chain.last { device.heads.insert(newest) }
    }

    /// Another device, admitted by an old one rightly or not.
    private mutating func join(_ device: FuzzDevice) {
        let new = FuzzDevice("device \(devices.count)", member: device.member)
        let signer = input.happens(onceIn: 3) ? devices[input.number(below: devices.count)] : device
        let message = JoinProof.message(
            engagement: engagement,
            member: new.member,
            author: new.key.author
        )
        let fields: JSONObject = [
            "by": .string(device.key.author.text), "member": .string(new.member),
            "proof": .string(Base64URL.encode(signer.key.signature(over: message))),
        ]
        let author = new.key.author.text
        new.heads = [device.chain.last ?? 0]
        let join = operation(.add(.object(fields)), "device", author)
        if append([join], by: new, after: nil, seen: new.heads, without: []) { devices.append(new) }
    }

    private mutating func append(
        _ operations: [Operation],
        by device: FuzzDevice,
        after own: Int?,
        seen: Set<Int>,
        without: [WriteReference]
    ) -> Bool {
        let previous = own.map { diffs[$0] }
        let others = seen.subtracting(own.map { [$0] } ?? []).filter { number in
            own.map { !hasSeen($0, number) } ?? true
        }
        let identities = others.map { diffs[$0].id }.sorted()
        let parents = (previous.map { [$0.id] } ?? []) + identities
        let head = Head(
            author: device.key.author,
            seq: (previous?.head.seq ?? 0) + 1,
            engagement: diffs.first?.id,
            parents: parents,
            time: Timestamp(milliseconds: 1_772_000_000_000 + Int64(diffs.count), offsetMinutes: 0),
            body: SHA256Digest(hashing: []),
            without: Array(Set(without))
        )
        let diff: UnverifiedDiff
        do {
            // What has not the form of a diff is the decoders' affair.
            let body = Body(operations: operations)
            diff = try UnverifiedDiff(head: head, body: body, signer: device.key)
        } catch {
            return false
        }
        if diffs.contains(where: { $0.id == diff.id }) { return false }
        self.parents.append(others.sorted() + (own.map { [$0] } ?? []))
        device.chain.append(diffs.count)
        device.heads = []
        diffs.append(diff)
        return true
    }

    private func hasSeen(_ diff: Int, _ other: Int) -> Bool {
        var stack = parents[diff]
        var met: Set<Int> = []
        while let next = stack.popLast() {
            if next == other { return true }
            if next > other, met.insert(next).inserted { stack += parents[next] }
        }
        return false
    }

    // MARK: One operation.

    private mutating func operation(by device: FuzzDevice) -> Operation? {
        let kindName = input.pick(HostileValues.kinds)
        let kind = Schema.kind(kindName)
        var record = input.pick(HostileValues.records)
        if kindName == "device" {
            record = devices[input.number(below: devices.count)].key.author.text
        }
        if kindName == "member" { record = "m\(input.number(below: 6))" }
        var path = CellPath(kind: kindName, record: record)
        if kind?.isControl == true, let order = order(kindName, record) { return order }
        let isWhole = input.happens(onceIn: 4)
        let field = kind.flatMap { $0.fields.isEmpty ? nil : input.pick($0.fields) }
        if !isWhole { path.field = field?.name ?? input.pick(["zz", "é", "e\u{301}"]) }
        let over = input.happens(onceIn: 2) ? references(at: path) : []
        if !isWhole, case .set? = field?.rule, !input.happens(onceIn: 5) {
            path.member = input.pick(HostileValues.members)
        }
        let reason = input.happens(onceIn: 3) ? input.pick(HostileValues.strings) : nil
        return Operation(action(&path, field, isWhole), at: path, over: over, reason: reason)
    }

    private mutating func action(
        _ path: inout CellPath,
        _ field: Field?,
        _ isWhole: Bool
    ) -> Operation.Action {
        if isWhole {
            if input.happens(onceIn: 3) { return .remove }
            var fields: JSONObject = [:]
            for known in Schema.kind(path.kind)?.fields ?? [] where input.happens(onceIn: 4) {
                fields[known.name] = HostileValues.value(&input, field: known)
            }
            return .add(.object(fields))
        }
        let isText = if case .text? = field?.rule { true } else { field == nil }
        if path.member == nil, isText, !input.happens(onceIn: 5) {
            let isHuge = input.happens(onceIn: 15)
            return .splice(
                at: isHuge ? 9_007_199_254_740_991 : input.number(below: 6),
                delete: isHuge ? 9_007_199_254_740_991 : input.number(below: 4),
                insert: input.pick(HostileValues.strings)
            )
        }
        if input.happens(onceIn: 4) { return .remove }
        return .add(path.member == nil ? HostileValues.value(&input, field: field) : true)
    }

    /// An admission, a seal, a reopening or an erasure that names something there is.
    private mutating func order(_ kind: WireText, _ record: WireText) -> Operation? {
        let target = diffs[input.number(below: diffs.count)]
        let name = target.id.text
        switch kind {
        case "admission":
            return operation(.add(["diff": .string(name)]), kind, DerivedID.admission(of: name))
        case "seal":
            return operation(.add(["digest": .string(name)]), kind, record)
        case "reopening":
            return operation(.add(["seal": .string(record)]), kind, record)
        case "erasure":
            let paths = target.body.operations.map { JSON.string($0.path.text) }
            let left = SHA256Digest(hashing: [UInt8(input.byte())]).text
            let order: JSONObject = [
                "bodies": [name: .string(left)], "paths": [name: .array(paths)],
            ]
            return operation(.add(.object(order)), kind, record)
        default: return nil
        }
    }

    /// Some writes that `over` or `without` may name, seen or not.
    private mutating func references(at path: CellPath? = nil) -> [WriteReference] {
        let known = diffs.filter { diff in
            path == nil || diff.body.operations.contains { $0.path == path }
        }
        guard !known.isEmpty else { return [] }
        return (0..<input.number(below: 4)).map { _ in
            known[input.number(below: known.count)].reference
        }
    }
}
