import Concord
import ConcordTesting
import Dispatch
import Foundation
import Synchronization
import Testing

@Suite struct ActTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func replica(_ name: String = "a.concord") async throws -> Replica {
        let draft = EngagementDraft(leader: "Ines", device: "d")
        return try await Replica.create(at: folder.file(name), engagement: draft).replica
    }

    // MARK: What the acts do.

    @Test func aFindingGoesThroughItsLife() async throws {
        let replica = try await replica()
        var draft = FindingDraft(title: "No rollback plan", statement: "None was shown.")
        draft.criteria = [.init("iso-iec-20000-1-2011", "9.2", grade: .minor)]

        let raised = try await replica.raise(draft)
        let second = try await replica.raise(FindingDraft(title: "The same again"))
        try await replica.submit([raised.id, second.id])
        try await replica.confirm([raised.id])
        try await replica.giveBack([raised.id], reason: "one more question")
        try await replica.merge([second.id], into: raised.id)
        try await replica.withdraw([raised.id], reason: "shown later")
        try await replica.reopen([raised.id])

        let audit = try await replica.snapshot().audit
        let finding = try #require(audit.finding(raised.id))
        #expect(raised.draftNumber == "A-01" && second.draftNumber == "A-02")
        #expect(finding.state == "draft")
        #expect(finding.statement == "None was shown.")
        #expect(finding.headGrade == .minor)
        #expect(finding.raisedBy == audit.members.first?.id)
        #expect(audit.finding(second.id)?.state == "merged")
    }

    @Test func theAuditeeAnswersAndHandsIn() async throws {
        let engagement = try await TestEngagement()
        let auditee = try await engagement.join("Ada Quill", as: .auditeeRep)
        let raised = try await engagement.leader.raise(FindingDraft(title: "No rollback plan"))
        try await engagement.syncAll()

        try await auditee.answer(raised.id, with: AnswerDraft(cause: "Nobody asked for one."))
        try await auditee.answer(raised.id, with: AnswerDraft(correctiveAction: "It is written."))
        try await auditee.submitAnswer(to: raised.id)
        try await engagement.syncAll()

        let answers = try await engagement.leader.snapshot().audit.actions(for: raised.id)
        #expect(answers.map(\.state) == ["responseSubmitted"])
        #expect(answers.first?.cause == "Nobody asked for one.")
        #expect(answers.first?.correctiveAction == "It is written.")
    }

    @Test func whatTheRulesForbidIsARefusalAndNothingIsWritten() async throws {
        let replica = try await replica()
        let raised = try await replica.raise(FindingDraft(title: "A finding"))
        let before = try await replica.snapshot().digest

        let confirming = await #expect(throws: ActRefusal.self) {
            try await replica.confirm([raised.id])
        }
        let unknown = await #expect(throws: ActRefusal.self) {
            try await replica.submit(["nowhere"])
        }
        let draft = FindingDraft(
            title: "Graded twice",
            criteria: [
                .init("iso-iec-20000-1-2011", "9.2", grade: .minor),
                .init("iso-iec-20000-1-2011", "9.2", grade: .major),
            ]
        )
        let twice = await #expect(throws: ActRefusal.self) { try await replica.raise(draft) }

        #expect(confirming?.code == .lifeCycle)
        #expect(unknown?.code == .unknownFinding)
        #expect(twice?.code == .clauseTwice)
        #expect(try await replica.snapshot().digest == before)
    }

    @Test func aConflictIsResolvedForEverybody() async throws {
        let engagement = try await TestEngagement()
        let tomas = try await engagement.join("Tomas", as: .auditor)
        let raised = try await engagement.leader.raise(FindingDraft(title: "A finding"))
        try await engagement.syncAll()
        let unit = CellPath.finding(raised.id, .title)
        for (replica, title) in [(engagement.leader, "One"), (tomas, "Two")] {
            var edit = Edit()
            edit.set(unit, to: .string(WireText(title)))
            try await replica.save(edit)
        }
        try await engagement.syncAll()

        let conflict = try #require(try await engagement.leader.snapshot().conflicts.first)
        try await engagement.leader.resolve(conflict, to: "Two", reason: "agreed on site")
        try await engagement.syncAll()

        #expect(try await tomas.snapshot().conflicts == [])
        #expect(try await tomas.snapshot().audit.finding(raised.id)?.title == "Two")
    }

    // MARK: One transaction.

    /// What an act sees is what it changes: two processes that both submit whatever is a draft write one
    /// submission, however their calls fall.
    @Test func nothingChangesBetweenWhatIsShownAndWhatIsSaved() async throws {
        let first = try await replica()
        let second = try await Replica.open(at: first.path)
        for number in 0..<8 { try await first.raise(FindingDraft(title: "Finding \(number)")) }

        let seen = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for replica in [first, second, first, second] {
                group.addTask {
                    try await replica.act { shown in
                        let drafts = shown.audit.findings.filter { $0.state == "draft" }
                        seen.add(drafts.count)
                        usleep(30_000)
                        return try shown.findingActs.submit(drafts)
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(seen.all.sorted() == [0, 0, 0, 8])
    }

    @Test func numbersAreNeverGivenTwice() async throws {
        let first = try await replica()
        let second = try await Replica.open(at: first.path)

        let numbers = try await withThrowingTaskGroup(of: WireText.self) { group in
            for index in 0..<12 {
                let replica = index.isMultiple(of: 2) ? first : second
                group.addTask {
                    try await replica.raise(FindingDraft(title: "\(index)")).draftNumber
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(Set(numbers).count == 12)
    }

    // MARK: Nobody is blocked.

    /// More saves than Swift has threads wait for something that another task does: on Swift's own threads
    /// none would be left for it.
    @Test(.timeLimit(.minutes(5))) func savesThatWaitLeaveSwiftsThreadsFree() async throws {
        let gate = DispatchSemaphore(value: 0)
        let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 2
        var replicas: [Replica] = []
        for index in 0..<count { replicas.append(try await replica("\(index).concord")) }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for replica in replicas {
                group.addTask {
                    try await replica.save { _ in
                        gate.wait()
                        return Edit()
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: .milliseconds(100))
                for _ in 0..<count { gate.signal() }
            }
            try await group.waitForAll()
        }
    }

    /// The save waits for what the main actor does after it was asked for.
    @Test(.timeLimit(.minutes(5))) @MainActor func aSaveLeavesTheCallersActorFree() async throws {
        let replica = try await replica()
        let gate = DispatchSemaphore(value: 0)

        let save = Task { @MainActor in
            try await replica.save { _ in
                gate.wait()
                return Edit()
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        gate.signal()

        #expect(try await save.value == nil)
    }

    #if os(Linux)
    // MARK: Suspension.

    /// A replica that is closed holds no lock, nor does it write any more; what was saved is there.
    @Test func aClosedReplicaHoldsNoLock() async throws {
        let replica = try await replica()
        try await replica.raise(FindingDraft(title: "A finding"))
        let observed = Task { for try await _ in replica.observeFindings() {} }
        #expect(try locks(of: replica.path) > 0, "else this test sees nothing")

        try await replica.perform { try $0.close() }

        #expect(try locks(of: replica.path) == 0)
        await #expect(throws: ReplicaFailure.self) { try await observed.value }
        await #expect(throws: ReplicaFailure.self) {
            try await replica.raise(FindingDraft(title: "Too late"))
        }
        let again = try await Replica.open(at: replica.path)
        #expect(try await again.snapshot().audit.findings.map(\.title) == ["A finding"])
    }

    /// How many locks the system counts on a replica's files.
    private func locks(of path: String) throws -> Int {
        let files = try [path, path + "-shm", path + "-wal", path + ".lock"].compactMap { file in
            guard FileManager.default.fileExists(atPath: file) else { return Int?.none }
            let facts = try FileManager.default.attributesOfItem(atPath: file)
            return (facts[.systemFileNumber] as? NSNumber)?.intValue
        }
        // The file says that it is empty, so it is read to its end.
        let list = try #require(FileHandle(forReadingAtPath: "/proc/locks"))
        let held = String(decoding: try list.readToEnd() ?? Data(), as: UTF8.self)
        return held.split(separator: "\n").count { line in
            files.contains { line.contains(":\($0) ") }
        }
    }
    #endif

    @Test func aCancelledTaskSavesNothing() async throws {
        let replica = try await replica()
        let gate = DispatchSemaphore(value: 0)

        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await replica.raise(FindingDraft(title: "Too late"))
        }
        task.cancel()
        gate.signal()

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await replica.snapshot().audit.findings == [])
    }
}

/// Numbers that several tasks note.
private final class Counts: Sendable {
    private let counts = Mutex<[Int]>([])

    var all: [Int] { counts.withLock { $0 } }

    func add(_ count: Int) { counts.withLock { $0.append(count) } }
}
