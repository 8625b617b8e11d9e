import Concord
import ConcordTesting
import Testing

/// Conflicts as a screen shows them, and what taking a side does.
@Suite(.timeLimit(.minutes(5))) struct ConflictComparisonTests {
    private let team: Team
    private let finding: WireText

    init() async throws {
        team = try await Team()
        var draft = FindingDraft(title: "No rollback plan")
        draft.statement = "The plan of the release names nobody. It has no date."
        finding = try await team.tomas.raise(draft).id
        try await team.sync()
    }

    private func comparison() async throws -> ConflictComparison {
        try await team.sync()
        let all = try await team.leader.perform { try $0.conflictComparisons() }
        #expect(all.count == 1)
        return try #require(all.first)
    }

    private func edit(_ replica: Replica, _ change: (inout Edit) -> Void) async throws {
        var edit = Edit(reason: "I was there")
        change(&edit)
        try await replica.save(edit)
    }

    private func shown(_ replica: Replica) async throws -> FindingRecord? {
        try await replica.snapshot().audit.finding(finding)
    }

    private func words(_ changes: [TextChange], without kind: TextChange.Kind) -> WireText {
        WireText(changes.filter { $0.kind != kind }.map(\.text.string).joined())
    }

    @Test func eachSideIsShownAgainstWhatStoodBefore() async throws {
        let title = CellPath.finding(finding, .title)
        try await edit(team.tomas) { $0.set(title, to: "No plan to roll back") }
        try await edit(team.ruth) { $0.set(title, to: "No tested rollback plan") }

        let comparison = try await comparison()

        #expect(comparison.conflict.path == title)
        #expect(comparison.finding?.id == finding)
        #expect(comparison.base == .same("No rollback plan"))
        #expect(Set(comparison.sides.map { $0.author?.name }) == ["Tomas", "Ruth"])
        #expect(comparison.sides.map(\.id) == [1, 2])
        for side in comparison.sides {
            #expect(side.reason == "I was there")
            #expect(!side.isMine && !side.isProposal && side.elsewhere.isEmpty)
            #expect(words(side.changes, without: .inserted) == "No rollback plan")
            #expect(
                words(side.changes, without: .deleted) == side.candidates.first?.value?.stringValue
            )
        }
        let own = try await team.tomas.perform { try $0.conflictComparison(at: title) }
        #expect(own?.sides.filter(\.isMine).map { $0.author?.name } == ["Tomas"])
        let none = try await team.tomas.perform { replica in
            try replica.conflictComparison(at: .finding(finding, .statement))
        }
        #expect(none == nil)
    }

    /// A text in conflict is listed as it was before both: the merge of two edits is a sentence that nobody wrote.
    @Test func aTextInConflictIsListedWithoutTheEditsInConflict() async throws {
        let statement = CellPath.finding(finding, .statement)
        for (replica, name) in [(team.tomas, "Ida"), (team.ruth, "Olga")] {
            try await edit(replica) {
                $0.setText(
                    statement,
                    to: WireText("The plan of the release names \(name). It has no date.")
                )
            }
        }
        try await team.sync()
        let before: WireText = "The plan of the release names nobody. It has no date."

        #expect(try await shown(team.leader)?.statement == before)
        for try await findings in team.leader.observeFindings() {
            #expect(findings.map(\.statement) == [before])
            #expect(findings == (try await team.leader.snapshot().audit.countedFindings))
            break
        }
    }

    /// Whichever side is taken, everybody shows what it showed, and the conflict is over.
    @Test(arguments: ["title", "statement", "state", "grade", "removal"], [0, 1])
    func aSideThatIsTakenIsWhatItShowed(what: String, number: Int) async throws {
        let statement = CellPath.finding(finding, .statement)
        switch what {
        case "title":
            let path = CellPath.finding(finding, .title)
            try await edit(team.tomas) { $0.set(path, to: "One") }
            try await edit(team.ruth) { $0.set(path, to: "Two") }
        case "statement":
            try await edit(team.tomas) {
                $0.setText(statement, to: "The plan of the release names Ida. It has no date.")
            }
            try await edit(team.ruth) {
                $0.setText(statement, to: "The plan of the release names Olga. It has no date.")
            }
        case "state":
            try await team.tomas.withdraw([finding], reason: "seen twice")
            try await edit(team.ruth) { $0.setText(statement, to: "Nobody is named.") }
        case "grade":
            try await team.leader.act { shown in
                var edit = Edit()
                try shown.findingActs.cite(
                    [(ClauseReference(standard: "iso-9001-2008", clause: "4.2.3"), .minor)],
                    in: shown.finding(finding),
                    edit: &edit
                )
                return edit
            }
            try await team.sync()
            let criterion = try #require(try await shown(team.tomas)?.criteria.first?.id)
            for (replica, grade) in [(team.tomas, Grade.major), (team.leader, .observation)] {
                try await edit(replica) {
                    $0.set(.criterion(criterion, .grade), to: .string(grade.rawValue))
                }
            }
        default:
            try await edit(team.tomas) { $0.hide(kind: Schema.finding.name, id: finding) }
            try await edit(team.ruth) { $0.setText(statement, to: "Nobody is named.") }
        }
        let comparison = try await comparison()
        try #require(comparison.sides.count == 2, "\(comparison.sides)")
        let side = comparison.sides[number]

        try await team.leader.resolve(comparison, taking: side, reason: "agreed")
        try await team.sync()

        for replica in [team.leader, team.tomas, team.ruth] {
            let snapshot = try await replica.snapshot()
            #expect(snapshot.conflicts.isEmpty)
            let finding = snapshot.audit.finding(finding)
            switch what {
            case "title": #expect(finding?.title == words(side.changes, without: .deleted))
            case "statement": #expect(finding?.statement == words(side.changes, without: .deleted))
            case "state":
                // Against the withdrawal speaks an edit elsewhere, for the record as it is shown.
                #expect(finding?.isCounted == !side.elsewhere.isEmpty)
            case "grade":
                let grade = side.decision?.stringValue.flatMap { Grade($0) }
                #expect(grade != nil && finding?.headGrade == grade)
            default: #expect((finding == nil) == side.elsewhere.isEmpty)
            }
        }
    }

    @Test func sidesThatHadDifferentThingsBeforeThemHaveNoMiddle() async throws {
        let title = CellPath.finding(finding, .title)
        try await edit(team.tomas) { $0.set(title, to: "One") }
        try await edit(team.tomas) { $0.set(title, to: "One and a half") }
        try await edit(team.ruth) { $0.set(title, to: "Two") }

        let comparison = try await comparison()

        #expect(comparison.base == .different)
        #expect(
            comparison.sides.map { words($0.changes, without: .deleted) }.sorted()
                == ["One and a half", "Two"]
        )
    }

    @Test func anObserverIsShownComparisonsAsTheyComeAndGo() async throws {
        let title = CellPath.finding(finding, .title)
        var counts: [Int] = []

        for try await all in team.leader.observe({ try $0.conflictComparisons() }) {
            counts.append(all.count)
            switch counts.count {
            case 1:
                try await edit(team.tomas) { $0.set(title, to: "One") }
                try await edit(team.leader) { $0.set(title, to: "Two") }
                try await team.sync()
            case 2:
                let side = try #require(all.first?.sides.first { !$0.isMine })
                try await team.leader.resolve(try #require(all.first), taking: side, reason: "ok")
            default: break
            }
            if counts.count == 3 { break }
        }

        #expect(counts == [0, 1, 0])
    }
}
