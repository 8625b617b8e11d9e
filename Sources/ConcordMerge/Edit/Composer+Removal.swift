import ConcordDiff
import ConcordEncoding

extension Composer {
    /// Refuses to take out what holds an open conflict: nobody who decides nothing ends one.
    ///
    /// Over the presence of the record itself may be one: to remove the record decides that. So may one be of
    /// which one member wrote all candidates: nobody disagrees with them.
    func requireUncontested(inside name: RecordName) throws {
        guard let record = try record(named: name), record.isPresent else { return }
        for number in [record.number] + (try records(ownedBy: record.number)) {
            let part = try self.record(number)
            guard part.isPresent else { continue }
            for key in try allCells(of: number).sorted(by: CellKey.isBefore)
            where number != record.number || !key.field.isEmpty {
                guard let conflict = try evaluator.evaluate(key).conflict else { continue }
                let authors = Set(conflict.candidates.map(\.write.author))
                let members = Set(authors.map { membership.devices[$0]?.member })
                if members.count < 2 { continue }
                throw EditError(.inConflict, at: path(of: key, in: part).text)
            }
        }
    }
}
