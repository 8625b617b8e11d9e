import ConcordEncoding
import ConcordModel

/// What the audit concludes for one standard, next to the facts it rests on.
struct ConclusionView {
    struct Count {
        let grade: GradeView
        let count: String
    }

    struct Passage {
        let name: String
        let text: String
    }

    struct Exclusion {
        let clause: String
        let title: String?
        let justification: String?
    }

    let anchor: String
    let standard: StandardTag
    let edition: String
    let state: String
    let isSigned: Bool
    let scopeStatement: String?
    let scopeUnits: String?
    let scopeSites: String?
    let recommendation: String?
    let isContradicted: Bool
    let passages: [Passage]
    let counts: Listing<Count>?
    let open: Listing<FindingLink>?
    let exclusions: Listing<Exclusion>?

    init(_ tag: StandardTag, _ context: ReportContext) {
        let audit = context.audit
        let conclusion = audit.conclusion(for: tag.id)
        let scope = audit.scope(of: tag.id)
        let facts = ConclusionFacts(standard: tag.id, in: context.input.counted)
        anchor = "conclusion-\(tag.tone)"
        standard = tag
        edition = (context.catalogues[tag.id]?.edition ?? tag.id).string
        state = Words.capitalized(conclusion?.state.string ?? "not written yet")
        isSigned = conclusion?.state == "signed"
        scopeStatement = (conclusion?.scopeStatement ?? scope?.statement)?.string
        scopeUnits = Self.names(scope?.units) { context.unit($0) }
        scopeSites = Self.names(scope?.sites) { context.site($0) }
        recommendation = conclusion?.recommendationText?.string
        isContradicted =
            conclusion?.recommendation.map {
                !ConclusionFacts(standard: tag.id, in: audit).allows($0)
            } ?? false
        passages = Self.passages(conclusion, tag.id, context)
        counts = Listing(
            Grade.allCases.reversed().compactMap { grade in
                facts.grades[grade].map { Count(grade: GradeView(grade), count: "\($0)") }
            }
        )
        open = Listing(
            facts.openNonconformities.compactMap { audit.finding($0) }.map {
                FindingLink($0, grade: $0.headGrade(in: tag.id))
            }
        )
        exclusions = Listing(Self.exclusions(tag.id, context))
    }

    private static func names(_ ids: Set<WireText>?, _ name: (WireText) -> String) -> String? {
        guard let ids, !ids.isEmpty else { return nil }
        return ids.map { WireText(name($0)) }.sorted().joined(separator: ", ")
    }

    private static func passages(
        _ conclusion: ConclusionRecord?,
        _ standard: WireText,
        _ context: ReportContext
    ) -> [Passage] {
        let notReached =
            context.coverages.first { $0.catalogue.id == standard }?
            .clauses(.notReached) ?? []
        let followUp = conclusion?.followUp.map { kind in
            let days = conclusion?.days.map { ", \($0) days" } ?? ""
            return Words.capitalized(kind.string) + days
        }
        let all: [(String, String?)] = [
            ("Fulfilment of the criteria", conclusion?.fulfilment?.string),
            ("Effectiveness of the system", conclusion?.effectiveness?.string),
            ("Objectives met", conclusion?.areObjectivesMet.map { $0 ? "Yes" : "No" }),
            ("Conditions", conclusion?.conditions?.string),
            ("Follow-up", followUp),
            ("Parts not covered", conclusion?.partsNotCovered?.string),
            (
                "Clauses without a record",
                notReached.isEmpty ? nil : notReached.joined(separator: ", ")
            ),
            ("Sampling", conclusion?.samplingCaveat?.string),
            ("Diverging opinions", conclusion?.divergingOpinions?.string),
        ]
        return all.compactMap { name, text in text.map { Passage(name: name, text: $0) } }
    }

    private static func exclusions(_ standard: WireText, _ context: ReportContext) -> [Exclusion] {
        context.audit.exclusions.compactMap { exclusion in
            guard let reference = exclusion.reference, reference.standard == standard else {
                return nil
            }
            return Exclusion(
                clause: reference.clause.string,
                title: context.clauseTitle(reference),
                justification: exclusion.justification?.string
            )
        }
    }
}
