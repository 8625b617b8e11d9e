import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// Values of fields in words.
struct ValueWords {
    let view: AuditView

    /// A value as people read it where it stands: a state that nobody has written as the first one, what is
    /// named by an id by what it is called.
    ///
    /// - Parameter none: what nothing is called.
    func worded(_ value: JSON?, at path: CellPath, none: String = "(removed)") -> String {
        let field = path.field ?? ""
        if case .state(let cycle) = Schema.kind(path.kind)?.field(field)?.rule, path.member == nil {
            return NameWords.spaced(value?.stringValue ?? cycle.initial)
        }
        if field == FindingField.includedRequirement.name, let words = included(value) {
            return words
        }
        guard let id = value?.stringValue else { return view.conflictView.named(value, none: none) }
        switch field {
        case "unit": return (view.organization?.unitName(id) ?? id).string
        case "site": return (view.organization?.siteName(id) ?? id).string
        case "slot": return (view.field(PlanSlotField.title, of: id)?.stringValue ?? id).string
        case "evidence": return view.subjects.memberText(id).trimmed
        default: return view.conflictView.named(value, none: none)
        }
    }

    /// A requirement that was adopted from another standard: "ISO/IEC 20000-1:2011 6.4, adopted through
    /// clause 7.2.1"; nil of what is none.
    func included(_ value: JSON?) -> String? {
        guard let standard = value?["standard"]?.stringValue,
            let clause = value?["clause"]?.stringValue
        else { return nil }
        let route = value?["route"]?.stringValue.map { ", adopted through clause \($0)" }
        return "\(AuditView.title(ofStandard: standard)) \(clause)\(route ?? "")"
    }

    /// A value of several parts as people read it: "from 2026-03-02, to 2026-03-04".
    static func words(ofParts value: JSON) -> String {
        switch value {
        case .string(let text): return text.string
        case .array(let parts): return parts.map { words(ofParts: $0) }.joined(separator: ", ")
        case .object(let parts):
            return parts.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
                .map { name, part in
                    part == true
                        ? name.string : "\(NameWords.spaced(name)) \(words(ofParts: part))"
                }
                .joined(separator: ", ")
        default: return value.canonicalText
        }
    }
}
