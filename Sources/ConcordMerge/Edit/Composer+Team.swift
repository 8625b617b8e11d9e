import ConcordDiff
import ConcordEncoding
import ConcordModel

extension Composer {
    /// Sets a field of a member or device who is there without a record: nobody has to write one to join,
    /// and who leaves it out can be given another role and be revoked all the same.
    func settingUnrecorded(
        _ path: CellPath,
        _ value: JSON?,
        reason: WireText?
    ) throws -> Operation? {
        guard let value, let kind = Schema.kind(path.kind), let name = path.field,
            let field = kind.field(name), field.rule == .control, field.accepts(value)
        else { return nil }
        let isThere =
            switch kind.name {
            case Schema.member.name: membership.members[path.record] != nil
            case Schema.device.name: Author(path.record).flatMap { membership.devices[$0] } != nil
            default: false
            }
        let record = try record(named: RecordName(kind: path.kind, id: path.record))
        guard isThere, record.map({ !$0.isPresent && $0.firstAdd == nil }) ?? true else {
            return nil
        }
        return Operation(.add(value), at: path, reason: reason)
    }
}
