import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

extension AuditView {
    /// What a field is to hold that names something, by the names that people use; what names nothing as it was
    /// typed.
    ///
    /// - Throws: `CommandFailure` or `ActRefusal` where there is nothing of the name.
    func reference(
        _ text: WireText,
        of field: WireText,
        in kind: WireText
    ) throws -> WireText {
        guard let referent = References.referent(of: field, in: kind) else { return text }
        switch referent {
        case .record("finding"): return try finding(text.string).id
        case .record("evidence"): return try evidence(text.string).id
        case .record("member"): return try member(text.string).id
        case .findingOrNumber:
            let here = matches(text.string, kinds: ["finding"])
            if here.count > 1 { throw ambiguous(text.string, here) }
            if let only = here.first { return only.id }
        case .record, .unit, .site, .process: break
        }
        return try References(in: audit).id(named: text, as: referent)
    }
}
