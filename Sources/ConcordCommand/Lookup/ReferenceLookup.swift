import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

extension NameLookup {
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
        case .record(Schema.finding.name): return try finding(text.string).id
        case .record(Schema.evidence.name): return try evidence(text.string).id
        case .record(Schema.member.name): return try member(text.string).id
        case .findingOrNumber:
            if let only = try findingCalled(text.string) { return only.id }
            let here = matches(text.string, kinds: [Schema.finding.name])
            if here.count > 1 { throw ambiguous(text.string, here) }
            if let only = here.first { return only.id }
        case .record, .unit, .site, .process: break
        }
        // What belongs to the frame needs no other record.
        let isOfFrame = [.unit, .site, .process].contains(referent)
        return try References(in: isOfFrame ? view.frame : view.audit).id(named: text, as: referent)
    }
}
