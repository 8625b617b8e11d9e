import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordSync
import ConcordTesting

/// What all replicas must agree on.
private struct Picture: Equatable {
    let digest: String
    let conflicts: [Conflict]
    let voids: Set<WireText>

    init(_ store: ReplicaStore) throws {
        (digest, conflicts, voids) = try store.read { reader in
            (
                try reader.digest(), try reader.conflicts(),
                Set(
                    try reader.voids().map {
                        "\($0.path) \($0.reason.rawValue) \($0.diff)" as WireText
                    }
                )
            )
        }
    }

    /// In words, where two differ.
    func difference(from other: Picture) -> String {
        var words: [String] = []
        if digest != other.digest { words.append("digests differ") }
        let (mine, theirs) = (Set(conflicts.map(\.json)), Set(other.conflicts.map(\.json)))
        words += mine.subtracting(theirs).map { "conflict only here: \($0)" }.sorted()
        words += theirs.subtracting(mine).map { "conflict only there: \($0)" }.sorted()
        words += voids.subtracting(other.voids).map { "void only here: \($0)" }.sorted()
        words += other.voids.subtracting(voids).map { "void only there: \($0)" }.sorted()
        return words.joined(separator: "\n    ")
    }
}

extension Simulation {
    /// The network works again and everybody syncs until nothing is left; then everything must be the
    /// same everywhere, and everything must be there.
    func heal() throws {
        guard let engagement else { return }
        network.cut()
        let isMember = { [server] (device: SimulatedDevice) in
            server.membership(of: engagement)?.devices[device.author] != nil
        }
        for device in devices { try syncAtOnce(device) }
        for device in devices { try syncAtOnce(device) }
        let members = devices.filter(isMember)
        let log = try server.envelopes(of: engagement).map { try UnverifiedDiff(envelope: $0) }
        for device in members {
            let (size, pending) = try device.store.read { (try $0.logSize, try $0.pending()) }
            if size != log.count {
                throw Violation("\(device.name) has \(size) of \(log.count) after healing")
            }
            if let stuck = pending.first {
                throw Violation("\(device.name) cannot deliver \(stuck.reference.seq) \(stuck.id)")
            }
        }
        try checkNothingIsMissing(in: log)
        try compareAll(members, log)
    }

    private func checkNothingIsMissing(in log: [UnverifiedDiff]) throws {
        guard let engagement, let membership = server.membership(of: engagement) else { return }
        let logged = Set(log.map(\.id))
        for known in registry.all where acknowledged.contains(known.diff.id) {
            guard !logged.contains(known.diff.id), !gone.contains(known.diff.id),
                membership.devices[known.diff.head.author] != nil
            else { continue }
            throw Violation("an acknowledged diff is lost: \(known.diff.reference)")
        }
    }

    private func compareAll(_ members: [SimulatedDevice], _ log: [UnverifiedDiff]) throws {
        guard let first = members.first else { return }
        let expected = try Picture(first.store)
        for device in members.dropFirst() {
            let picture = try Picture(device.store)
            if picture == expected { continue }
            throw Violation(
                "\(device.name) and \(first.name) differ: \(picture.difference(from: expected))"
            )
        }
        for device in [first, random.pick(members)] {
            try checkRebuild(of: device)
            try checkCells(of: device)
        }
        if let problem = try rightsProblem(in: log, of: first) { throw Violation(problem) }
        let diffs = try ChainVerification.verify(log, with: verifier)
        let fresh = try freshReplica("fresh")
        try takeInParts(diffs, into: fresh)
        try compare(fresh, "a fresh replica that took the log", with: expected)
        if random.oneIn(3) { try compareOrders(of: diffs, with: expected) }
    }

    /// Two replicas that get the end of the log by hand, each in an order of its own, agree; and they
    /// agree with everybody once they have the log.
    private func compareOrders(of diffs: [VerifiedDiff], with expected: Picture) throws {
        let logged = max(
            diffs.count - random.below(min(diffs.count, 60)),
            firstThatCanComeByHand(diffs)
        )
        var stores: [ReplicaStore] = []
        for name in ["late", "later"] {
            let store = try freshReplica(name)
            try takeInParts(Array(diffs[..<logged]), into: store)
            try takeInByHand(diffs, from: logged, into: store)
            stores.append(store)
        }
        let before = try Picture(stores[0])
        try compare(stores[1], "a replica that had the same in another order", with: before)
        try takeInParts(diffs, into: stores[0], from: logged)
        try compare(stores[0], "a replica that had everything before the log", with: expected)
    }

    private func compare(
        _ store: ReplicaStore,
        _ name: String,
        with expected: Picture
    ) throws {
        let picture = try Picture(store)
        guard picture == expected else {
            throw Violation("\(name) differs: \(picture.difference(from: expected))")
        }
        let result = try store.checkState()
        guard result.isSame else {
            throw Violation("\(name): \(result.differences.prefix(6).joined(separator: "\n    "))")
        }
        try store.close()
    }

    private func freshReplica(_ name: String) throws -> ReplicaStore {
        serial += 1
        return try ReplicaStore.create(
            at: "\(folder)/\(name)-\(serial).concord",
            verifier: verifier
        )
    }

    private func takeInParts(
        _ diffs: [VerifiedDiff],
        into store: ReplicaStore,
        from start: Int = 0
    ) throws {
        var index = start
        while index < diffs.count {
            let end = min(index + 1 + random.below(40), diffs.count)
            let items = diffs[index..<end].map(LogItem.new)
            if let refused = try store.takeIn(log: items, from: index).refused {
                throw Violation("a replica refuses the log: \(refused)")
            }
            index = end
        }
    }

    /// Receives diffs that have no place in the log, in some order that respects what was seen.
    ///
    /// Control operations keep their order: a join beside a device is evidence before that device is
    /// revoked, and none after.
    private func takeInByHand(
        _ diffs: [VerifiedDiff],
        from start: Int,
        into store: ReplicaStore
    ) throws {
        var held = Set(diffs[..<start].map(\.id))
        var waiting = Array(diffs[start...])
        while !waiting.isEmpty {
            let control = waiting.firstIndex(where: isControl)
            let ready = waiting.indices.filter { index in
                waiting[index].head.parents.allSatisfy(held.contains)
                    && (index == control || !isControl(waiting[index]))
            }
            let diff = waiting.remove(at: random.pick(ready))
            held.insert(diff.id)
            let result = try store.takeIn(pending: [diff]).first
            guard case .taken? = result else {
                let result = result.map { "\($0)" } ?? "no answer"
                throw Violation("a bundle's diff is not taken in: \(result)")
            }
        }
    }

    /// Behind the last join beside another device, if somebody is revoked after it, or if several joined on one
    /// invitation; behind the last join on an invitation, if somebody's role or membership is changed after it.
    ///
    /// What has no place in the log is judged in the order of depth, in which the revocation may stand before the
    /// join, and another device be the one too many, or the change of a leader's role before the leader's invitation: then
    /// nothing of the device that joined is evidence before the log comes.
    private func firstThatCanComeByHand(_ diffs: [VerifiedDiff]) -> Int {
        var invitations: Set<WireText> = []
        var isInvitedTwice = false
        var (join, revocation) = (-1, -1)
        var (invited, change) = (-1, -1)
        for (index, diff) in diffs.enumerated() {
            for operation in diff.body.operations {
                let path = operation.path
                let isDevice = path.kind == Schema.device.name
                if path.field == "status", isDevice || path.kind == Schema.member.name {
                    revocation = index
                }
                if path.field == "role" || path.field == "status" { change = index }
                guard isDevice, path.field == nil,
                    case .add(.object(let fields)) = operation.action,
                    fields["proof"] != nil
                else { continue }
                if let invitation = fields["invitation"]?.stringValue {
                    isInvitedTwice = isInvitedTwice || !invitations.insert(invitation).inserted
                    invited = index
                } else {
                    join = index
                }
            }
        }
        return max(
            join < revocation || isInvitedTwice ? join + 1 : 0,
            invited < change ? invited + 1 : 0
        )
    }

    private func isControl(_ diff: VerifiedDiff) -> Bool {
        diff.body.operations.contains { Schema.kind($0.path.kind)?.isControl == true }
    }
}
