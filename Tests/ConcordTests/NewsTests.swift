import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordStorage
import ConcordTesting
import Foundation
import Testing

/// What came in since somebody last looked.
@Suite struct NewsTests {
    private static func set(
        _ replica: Replica,
        _ finding: WireText,
        state: WireText,
        _ reason: WireText? = nil
    )
        throws
    {
        var edit = Edit(reason: reason)
        edit.set(
            CellPath(kind: "finding", record: finding, field: "state"),
            to: .string(state)
        )
        try replica.save(edit)
    }

    @Test func newsIsWhatOthersDidSinceItWasRead() async throws {
        let team = try await Team()
        try team.tomas.markNewsRead()
        #expect(try team.tomas.news().isEmpty)
        _ = try addFinding(team.tomas, title: "by himself")
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        let mark = try team.tomas.newsMark()

        try await team.sync()

        let news = try team.tomas.news()
        #expect(try team.tomas.news(since: mark) == news)
        #expect(news.people.count == 1)
        let person = try #require(news.people.first)
        #expect(person.member == (try team.ruth.currentMember()?.member))
        #expect(person.saves.count == 1)
        guard case .raised(let raised, _, let criteria) = person.deeds.first else {
            Issue.record("no finding was raised: \(person.deeds)")
            return
        }
        #expect(raised == finding)
        #expect(criteria.count == 1)
        #expect(news.returned == [])
        try team.tomas.markNewsRead()
        #expect(try team.tomas.news().isEmpty)
        #expect(try !team.tomas.news(since: .beginning).isEmpty)
    }

    /// What was there when somebody joined is not news to them; what comes later is, until it was read.
    @Test func whatWasThereBeforeIsNoNews() async throws {
        let team = try await Team()
        _ = try addFinding(team.ruth, title: "Emergency changes")
        try await team.sync()
        let code = try team.leader.invite(role: .auditor, name: "Nora")
        _ = try await team.leader.sync(through: team.transport)
        let nora = try await Replica.join(
            at: team.folder.file("nora.concord"),
            code: code,
            device: "dev-N",
            through: team.transport
        )

        #expect(try nora.news().isEmpty)
        _ = try await team.ruth.sync(through: team.transport)
        let joined = try team.ruth.news().people.flatMap(\.deeds).filter {
            if case .recorded(let path, _) = $0 { return path.kind != "invitation" }
            return false
        }
        // That somebody joined is one thing, not two.
        let kinds = joined.map { deed -> WireText? in
            guard case .recorded(let path, _) = deed else { return nil }
            return path.kind
        }
        #expect(kinds.contains("member") && !kinds.contains("device"))
        _ = try addFinding(team.tomas, title: "later")
        try await team.sync()
        _ = try await nora.sync(through: team.transport)
        #expect(try nora.news().people.flatMap(\.deeds).count == 1)
    }

    @Test func whatIsReturnedIsTold() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        var edit = Edit()
        let ruth = try #require(try team.ruth.currentMember()).member
        edit.set(CellPath(kind: "finding", record: finding, field: "raisedBy"), to: .string(ruth))
        _ = try await team.ruth.save(edit)
        try Self.set(team.ruth, finding, state: "submitted")
        try await team.sync()
        try Self.set(team.leader, finding, state: "draft", "too short")
        try await team.sync()

        let returned = try team.ruth.news().returned

        let leader = try #require(try team.leader.currentMember()).member
        #expect(returned.map(\.finding) == [finding])
        #expect(returned.first?.by == leader)
        #expect(returned.first?.reason == "too short")
        #expect(try team.tomas.news().returned == [])
        // Submitted again it waits for nobody but the leader.
        try Self.set(team.ruth, finding, state: "submitted")
        #expect(try team.ruth.news().returned == [])
    }

    /// What has no effect is not told as done.
    @Test func whatHasNoEffectIsCounted() async throws {
        let team = try await Team()
        try team.leader.markNewsRead()
        let finding = try addFinding(team.leader, title: "Emergency changes")
        try await team.sync()
        var edit = Edit()
        edit.set(
            CellPath(kind: "finding", record: finding, field: "state"),
            to: "confirmed"
        )
        _ = try await team.ruth.save(edit, keepingVoid: true)
        try await team.sync()

        let person = try #require(try team.leader.news().people.first)

        #expect(person.savesWithoutEffect == 1)
        #expect(person.deeds == [])
    }

    /// The news of all, in any order of syncs and marks, is each save of others exactly once.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func everySaveIsToldOnce(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let team = try await Team()
        for replica in team.all { try replica.markNewsRead() }
        var told = [[DiffID]](repeating: [], count: 3)
        for _ in 0..<30 {
            let index = Int.random(in: 0..<3, using: &random)
            let replica = team.all[index]
            switch Int.random(in: 0..<3, using: &random) {
            case 0: _ = try addFinding(replica, title: "a finding")
            case 1: _ = try await replica.sync(through: team.transport)
            default:
                told[index] += try replica.news().people.flatMap(\.saves).map(\.id)
                try replica.markNewsRead()
            }
        }
        try await team.sync()
        for (index, replica) in team.all.enumerated() {
            told[index] += try replica.news().people.flatMap(\.saves).map(\.id)
            var others = 0
            try replica.log { line in
                let diff = try UnverifiedDiff(envelope: line.envelope)
                let isFinding = diff.body.operations.contains { $0.path.kind == "finding" }
                if isFinding, diff.head.author != replica.author { others += 1 }
            }
            #expect(told[index].count == others)
            #expect(Set(told[index]).count == others)
        }
    }

    @Test func newsCostsWhatIsNew() async throws {
        func steps(_ count: Int) async throws -> Int {
            let team = try await Team()
            for _ in 0..<count {
                var edit = Edit()
                let id = ReplicaEnvironment.system.newID()
                edit.add("finding", id: id, fields: ["state": "draft", "title": "one of many"])
                _ = try await team.ruth.save(edit)
            }
            try await team.sync()
            let known = try newestNumbers(team.tomas)
            _ = try addFinding(team.ruth, title: "new")
            try await team.sync()
            return try readingSteps(team.tomas) { reader in
                let saves = try NewsReader(reader).saves(behind: known, notBy: [team.tomas.author])
                #expect(saves.count == 1)
            }
        }
        let few = try await steps(20)
        let many = try await steps(400)

        #expect(many < few * 2, "\(few) and \(many)")
    }

    private func newestNumbers(_ replica: Replica) throws -> [Author: Int] {
        let store = try ReplicaStore.open(at: replica.path, verifier: DiffVerifier())
        return try store.read { try NewsReader($0).newestNumbers() }
    }
}
