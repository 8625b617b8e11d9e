import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordSync
import ConcordTesting

extension Simulation {
    /// Whether a device writes at all: it has joined as far as it knows, and does not wait for a sync.
    func canWrite(_ device: SimulatedDevice) -> Bool { !device.mustSync }

    /// Processes die, devices are restored and cloned.
    func disaster(_ device: SimulatedDevice) throws {
        switch random.below(10) {
        case 0, 1: try device.restart()
        case 2, 3: try dieBeforeCommit(device)
        case 4, 5: try dieWhileCommitting(device)
        case 6, 7: device.backup = try device.copyAside("backup")
        case 8: try restore(device)
        default: try clone(device)
        }
    }

    /// The process dies within a save, before its transaction is committed.
    private func dieBeforeCommit(_ device: SimulatedDevice) throws {
        let before = try device.digest()
        var copy: String?
        _ = try device.save { context in
            _ = try context.operations(for: Edit())
            copy = try device.copyAside("dying")
            throw Crash()
        }
        guard try device.digest() == before else {
            throw Violation("\(device.name): a save that failed left something behind")
        }
        try device.restart(from: copy)
        guard try device.digest() == before else {
            throw Violation("\(device.name): a save that did not return is there after a crash")
        }
    }

    /// The process dies while SQLite writes: the journal ends anywhere within the transaction.
    private func dieWhileCommitting(_ device: SimulatedDevice) throws {
        guard canWrite(device) else { return }
        let before = try device.digest()
        let start = device.journalBytes
        serial += 1
        let operation = add("evidence", "lost \(serial)", ["kind": "note", "title": "lost"])
        let result = try device.save { _ in [operation] }
        let end = device.journalBytes
        guard let result, end > start else {
            try note(result, by: device)
            return
        }
        let after = try device.digest()
        tell("    dies while committing")
        try device.restart(journal: start + random.below(end - start))
        guard let diff = try device.diff(result.id) else {
            guard try device.digest() == before else {
                throw Violation("\(device.name): half a save is there after a crash")
            }
            return
        }
        // All of it can be there, though the save had not returned.
        guard try device.digest() == after else {
            throw Violation("\(device.name): half a save is there after a crash")
        }
        registry.note(diff)
    }

    /// A device is set back to an older copy of its file.
    private func restore(_ device: SimulatedDevice) throws {
        guard let backup = device.backup else { return }
        let held = try ids(of: device)
        try device.restart(from: backup)
        device.isCopied = true
        device.mustSync = !random.oneIn(3)
        tell("    is restored, \(device.mustSync ? "and knows it" : "unawares")")
        var others: Set<DiffID> = try ids(of: device)
        for other in devices where other !== device { others.formUnion(try ids(of: other)) }
        if let engagement {
            for envelope in server.envelopes(of: engagement) {
                others.insert(try UnverifiedDiff(envelope: envelope).id)
            }
        }
        gone.formUnion(held.subtracting(others))
    }

    /// Somebody copies a device, key and all; from now on both write under one name.
    private func clone(_ device: SimulatedDevice) throws {
        guard devices.count < Self.devicesMax else { return }
        let copy = try device.copyAside("clone")
        let clone = try SimulatedDevice(
            "d\(devices.count)",
            member: device.member,
            key: device.key,
            in: folder,
            verifier: verifier,
            from: copy
        )
        clone.isCopied = true
        clone.clock = device.clock
        device.isCopied = true
        // What it has asked for would name the clone's diffs as its own.
        device.session = nil
        device.exchange = nil
        devices.append(clone)
        tell("    is cloned as \(clone.name)")
    }

    private func ids(of device: SimulatedDevice) throws -> Set<DiffID> {
        try device.store.read { reader in
            var ids: Set<DiffID> = []
            for known in registry.all where try reader.diff(known.diff.id) != nil {
                ids.insert(known.diff.id)
            }
            return ids
        }
    }
}
