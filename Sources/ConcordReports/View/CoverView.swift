import ConcordEncoding
import ConcordModel

/// What the report is about: who, what, when, by whom, from which state.
struct CoverView {
    struct Fact {
        let name: String
        let value: String
    }

    struct Person {
        let name: String
        let role: String
        let competence: String?
    }

    let organization: String
    let heading: String
    let standards: [StandardTag]
    let facts: [Fact]
    let objectives: Listing<String>?
    let people: [Person]
    let digest: String
    let generatedAt: String
    let isDraft: Bool
    let openConflicts: String?

    init(_ context: ReportContext) {
        let audit = context.audit
        let engagement = audit.engagement
        organization = audit.organization?.name?.string ?? "Unnamed organization"
        heading =
            "\(Words.capitalized(engagement?.mode?.string ?? "")) audit report"
            .trimmingSpaces.capitalizingFirst
        standards = context.standards
        let all: [(String, String?)] = [
            ("Engagement", engagement?.number?.string),
            ("Kind", engagement?.kind.map { Words.capitalized($0.string) }),
            ("On site", ReportDate.range(engagement?.from?.string, engagement?.to?.string)),
            ("Certification body", engagement?.certificationBody?.string),
            ("Previous engagement", engagement?.previous?.string),
            ("Language", engagement?.language?.string),
            ("Confidentiality", engagement?.confidentiality?.string),
            ("State", engagement?.state.map { Words.capitalized($0.string) }),
        ]
        facts = all.compactMap { name, value in value.map { Fact(name: name, value: $0) } }
        objectives = Listing((engagement?.objectives ?? []).map(\.string))
        people = audit.members.map { member in
            Person(
                name: context.person(member.id),
                role: member.role?.title.capitalizingFirst ?? "Member",
                competence: Self.competence(member, context)
            )
        }
        digest = context.input.digest.string
        generatedAt = ReportDate.momentWithOffset(context.input.generatedAt)
        isDraft = engagement?.state != "signed" && engagement?.state != "closed"
        let conflicts = context.input.conflicts.count
        openConflicts =
            conflicts == 0
            ? nil : conflicts == 1 ? "1 open conflict" : "\(conflicts) open conflicts"
    }

    private static func competence(_ member: MemberRecord, _ context: ReportContext) -> String? {
        let competent = member.standards.map { context.standard($0).title }
        let training = member.inTraining.map { "\(context.standard($0).title) (in training)" }
        let all = competent + training
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }
}

extension String {
    var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }

    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }) }
}
