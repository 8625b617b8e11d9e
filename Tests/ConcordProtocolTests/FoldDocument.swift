import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// The state document of a fold that holds everything in memory: `Protocol/merge.md`, "State
/// document".
struct FoldDocument: Equatable {
    let state: JSON
    let conflicts: JSON

    /// SHA-256 over the canonical form.
    var digest: String {
        let document: JSON = ["conflicts": conflicts, "state": state]
        return SHA256Digest(hashing: document.canonicalBytes).hex
    }
}

extension Fold {
    /// What is shown of every record that is present, and what is disputed there.
    func document() throws -> FoldDocument {
        var state: JSONObject = [:]
        var conflicts: [Conflict] = []
        for number in changes.records.sorted() {
            let presence = try evaluator.evaluate(.presence(of: number))
            guard presence.shown != nil else { continue }
            if let conflict = presence.conflict { conflicts.append(conflict) }
            let record = try record(number)
            var fields: JSONObject = [:]
            // Members stand in what was written as a whole, which comes first.
            let keys = changes.cells.filter { $0.record == number && !$0.field.isEmpty }
            for key in keys.sorted(by: { $0.member.isEmpty && !$1.member.isEmpty }) {
                let evaluation = try evaluator.evaluate(key)
                if let conflict = evaluation.conflict { conflicts.append(conflict) }
                guard let shown = evaluation.shown else { continue }
                if key.member.isEmpty {
                    fields[key.field] = shown
                } else {
                    var members = fields[key.field]?.objectValue ?? [:]
                    members[key.member] = shown
                    fields[key.field] = .object(members)
                }
            }
            var records = state[record.kind.name]?.objectValue ?? [:]
            records[record.id] = .object(fields)
            state[record.kind.name] = .object(records)
        }
        conflicts.sort {
            Array($0.path.description.utf8).lexicographicallyPrecedes(
                Array($1.path.description.utf8)
            )
        }
        return FoldDocument(state: .object(state), conflicts: .array(conflicts.map(\.json)))
    }

    /// Every write without effect, with its reason.
    func voids() throws -> JSON {
        var voids: [JSON] = []
        for key in changes.cells {
            let path = path(of: key, in: try record(key.record))
            for write in try cell(key, complete: true).writes {
                guard let reason = write.effect.voidReason else { continue }
                voids.append([
                    "path": .string(path.description), "reason": .string(reason.rawValue),
                    "write": .string(try entry(write.diff).reference.description),
                ])
            }
        }
        return .array(voids)
    }
}
