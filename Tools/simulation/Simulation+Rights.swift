import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordStorage

extension Simulation {
    /// Who had no part at a diff's place in the log, and the second branch of a forked chain, has no
    /// effect, unless a leader has admitted it.
    func rightsProblem(in log: [UnverifiedDiff], of device: SimulatedDevice) throws -> String? {
        let voided = withoutPart(log)
        return try device.store.read { reader -> String? in
            let check = try CellCheck(reader, registry: registry)
            let admitted = check.admittedDiffs()
            for (path, cell) in check.cells where Schema.kind(path.kind)?.isControl != true {
                for write in cell.effective {
                    guard let reason = voided[write.diff], !admitted.contains(write.diff) else {
                        continue
                    }
                    return "\(path): \(write.write) has effect, \(reason)"
                }
            }
            return nil
        }
    }

    /// The diffs of the log that have no effect, whatever they hold, and why in words.
    private func withoutPart(_ log: [UnverifiedDiff]) -> [DiffID: String] {
        var membership = Membership()
        var first: [WriteReference: DiffID] = [:]
        var forked: Set<DiffID> = []
        var reasons: [DiffID: String] = [:]
        for diff in log {
            let previous = diff.head.seq > 1 ? diff.head.parents.first : nil
            var isFork = previous.map(forked.contains) ?? false
            if !isFork, first[diff.reference] == nil {
                first[diff.reference] = diff.id
            } else {
                isFork = true
                forked.insert(diff.id)
            }
            let isControl = diff.body.operations.contains {
                Schema.kind($0.path.kind)?.isControl == true
            }
            if isControl {
                membership.receive(diff, isFork: isFork, verifier: verifier)
            }
            if isFork {
                reasons[diff.id] = "on the second branch of a fork"
            } else if !membership.isActive(diff.head.author) {
                reasons[diff.id] = "without a part in the engagement"
            }
        }
        return reasons
    }
}
