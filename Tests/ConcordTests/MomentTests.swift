import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import Testing

/// What a moment answers, and what its answers cost.
@Suite struct MomentTests {
    /// A question with a name.
    struct Question: Sendable, CustomTestStringConvertible {
        let name: String
        let ask: @Sendable (Moment) throws -> Void

        var testDescription: String { name }
    }

    /// What commands ask that are not about all records.
    static let questions = [
        Question(name: "people") { _ = try $0.people() },
        Question(name: "the frame") {
            _ = try $0.records(of: [Schema.engagement.name, Schema.member.name, Schema.scope.name])
        },
        Question(name: "conflicts") { _ = try $0.conflicts() },
        Question(name: "proposals and what has no effect") {
            _ = try ($0.proposals(), $0.voids())
        },
        Question(name: "a finding by its number") { moment in
            let labels = try moment.people().labels
            let found = try moment.findings(mayBeCalled: "a-07", labelledBy: labels)
            #expect(found == [Sample.id(7)])
            let records = try moment.findings(Set(found), labelledBy: labels)
            #expect(records.findings.count == 1 && records.criteria.count == 1)
        },
        Question(name: "evidence by the end of its id") { moment in
            let id = Sample.id(7, "evidence")
            let handle = WireText(String(id.string.suffix(6)))
            let found = try moment.ids(Schema.evidence.name, handle: handle)
            #expect(found == [id])
        },
        Question(name: "the findings in a state") { moment in
            let found = try moment.findings(inState: "submitted")
            #expect(found == [Sample.id(3)])
        },
        Question(name: "the findings of a standard") { moment in
            let found = try moment.findings(citing: "iso-iec-20000-1-2011")
            #expect(found == [Sample.id(2)])
        },
        Question(name: "the duplicates of a finding") { moment in
            let found = try moment.findings(everMergedInto: Sample.id(5))
            #expect(found == [Sample.id(4)])
        },
    ]

    @Test(arguments: questions)
    func aQuestionAboutAFewCostsTheSameHoweverManyThereAre(_ question: Question) throws {
        let few = try Sample(findings: 20).moment()
        let many = try Sample(findings: 1000).moment()

        try question.ask(few)
        try question.ask(many)

        let steps = try (few.machineSteps(), many.machineSteps())
        #expect(steps.0 > 5, "it read something")
        #expect(Double(steps.1) <= Double(steps.0) * 1.3, "\(steps)")
    }

    @Test func allRecordsCostWhatTheyAre() throws {
        let few = try Sample(findings: 20).moment()
        let many = try Sample(findings: 1000).moment()

        _ = try (few.records(), many.records())

        let steps = try (few.machineSteps(), many.machineSteps())
        #expect(steps.1 > steps.0 * 10, "the measure tells few from many: \(steps)")
    }

    @Test func theFiguresAfterAChangeCostTheSameHoweverManyFindingsThereAre() throws {
        let samples = try [Sample(findings: 20), Sample(findings: 1000)]
        for sample in samples {
            _ = try sample.replica.figures()
            var edit = Edit()
            edit.set(.finding(Sample.id(7), .title), to: "Plan untested since the move")
            edit.set(.criterion(Sample.criterion(7), .grade), to: "major")
            try sample.replica.save(edit)
        }

        let steps = try samples.map { sample in
            let moment = try sample.moment()
            let figures = try moment.figures(keptBeside: sample.replica.path)
            #expect(figures.gradesByStandard["iso-9001-2008"]?[.major] == 1)
            return try moment.machineSteps()
        }

        #expect(steps[0] > 5, "it read something")
        #expect(Double(steps[1]) <= Double(steps[0]) * 1.3, "\(steps)")
    }

    @Test func theNextDraftNumberIsFoundAtOnce() throws {
        let sample = try Sample(findings: 300)

        var number: WireText = ""
        _ = try sample.replica.save { numbers in
            number = numbers.number()
            return Edit()
        }

        #expect(number == "A-300")
    }

    @Test func everyAnswerIsOfTheSameMoment() throws {
        let sample = try Sample(findings: 20)
        let moment = try sample.replica.moment()
        let before = try moment.findings(inState: "submitted")

        var edit = Edit()
        edit.set(CellPath(kind: "finding", record: Sample.id(8), field: "state"), to: "submitted")
        try sample.replica.save(edit)

        #expect(try moment.findings(inState: "submitted") == before)
        let later = try sample.replica.moment()
        #expect(try later.findings(inState: "submitted") == [Sample.id(3), Sample.id(8)])
    }

    @Test func aPartIsLabelledAsTheWhole() throws {
        let sample = try Sample(findings: 20)
        // The same number twice, and one that only looks like it.
        var edit = Edit()
        for (number, text) in [(8, "A-07"), (9, "a-07"), (10, "\u{410}-07")] {
            let path = CellPath(kind: "finding", record: Sample.id(number), field: "draftNumber")
            edit.set(path, to: .string(WireText(text)))
        }
        try sample.replica.save(edit)
        let moment = try sample.replica.moment()
        let people = try moment.people()
        let whole = try people.labels.labelling(moment.records())["finding"]

        for number in 0..<20 {
            let id = Sample.id(number)
            let found = try moment.findings([id], labelledBy: people.labels)
            let part = people.labels.labelling(
                ["finding": .object(found.findings)],
                beside: found.rivals
            )
            #expect(part["finding"]?[id] == whole?[id], "\(number)")
        }
    }
}

/// An engagement with findings that have a criterion and an item of evidence each.
private struct Sample {
    let folder: TemporaryFolder
    let replica: Replica

    init(findings: Int) throws {
        folder = try TemporaryFolder()
        replica = try Replica.create(
            at: folder.file("a.concord"),
            engagement: EngagementDraft(leader: "Ines", device: "dev-L", fields: ["number": "E-1"])
        ).replica
        for first in stride(from: 0, to: findings, by: 100) {
            var edit = Edit()
            for number in first..<min(first + 100, findings) { Self.add(number, to: &edit) }
            try replica.save(edit)
        }
        var edit = Edit()
        edit.set(CellPath(kind: "finding", record: Self.id(3), field: "state"), to: "submitted")
        edit.set(
            CellPath(kind: "finding", record: Self.id(4), field: "duplicateOf"),
            to: .string(Self.id(5))
        )
        try replica.save(edit)
    }

    func moment() throws -> Moment { try replica.moment() }

    private static func add(_ number: Int, to edit: inout Edit) {
        let evidence = id(number, "evidence")
        edit.add("evidence", id: evidence, fields: ["kind": "record", "title": "Sheet"])
        let digits = number < 10 ? "0\(number)" : "\(number)"
        edit.add(
            "finding",
            id: id(number),
            fields: [
                "draftNumber": .string(WireText("A-\(digits)")), "title": "Plan untested",
                "statement": "Not tested since the move.", "evidence": .object([evidence: true]),
            ]
        )
        let standard: WireText = number == 2 ? "iso-iec-20000-1-2011" : "iso-9001-2008"
        edit.add(
            "criterion",
            id: criterion(number, standard),
            fields: [
                "finding": .string(id(number)), "standard": .string(standard), "clause": "8.4",
                "grade": "minor",
            ]
        )
    }

    static func criterion(_ number: Int, _ standard: WireText = "iso-9001-2008") -> WireText {
        DerivedID.criterion(finding: id(number), standard: standard, clause: "8.4")
    }

    static func id(_ number: Int, _ kind: String = "finding") -> WireText {
        let random = SHA256Digest(hashing: Array("\(kind) \(number)".utf8)).hex
        return WireText(
            "01900000-0000-7\(random.prefix(3))-8\(random.dropFirst(3).prefix(3))-"
                + "\(random.dropFirst(6).prefix(12))"
        )
    }
}
