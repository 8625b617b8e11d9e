import Concord
import ConcordTesting
import Foundation
import Testing

/// What extensions leave, and what the app makes of it.
@Suite(.timeLimit(.minutes(5))) struct CaptureTests {
    private let team: Team
    private let temporary: TemporaryFolder
    private let folder: CaptureFolder
    private var replica: Replica { team.ruth }

    init() async throws {
        team = try await Team()
        temporary = try TemporaryFolder()
        folder = CaptureFolder(path: temporary.path)
    }

    private func titles() async throws -> [WireText] {
        try await replica.snapshot().audit.findings.compactMap(\.title).sorted()
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: temporary.file(name))))
    }

    private func write(_ bytes: [UInt8], as name: String? = nil) throws {
        let name = name ?? SHA256Digest(hashing: bytes).hex + ".capture"
        try Data(bytes).write(to: URL(fileURLWithPath: temporary.file(name)))
    }

    private func refusals(_ report: CaptureReport) -> [CaptureRefusal?] {
        report.refused.map { $0.reason as? CaptureRefusal }
    }

    // MARK: What is left is raised.

    /// Every draft that can be left is raised as it was, whatever of it is missing.
    @Test(arguments: 0..<24) func aCaptureIsRaisedAsItWasNoted(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        func text(_ name: String) -> WireText? {
            random.oneIn(2) ? nil : WireText("\(name) \(random.below(100)) \u{1F9EA} é\n\"\\")
        }
        var draft = FindingDraft(title: WireText("Finding \(seed)"))
        draft.statement = text("statement")
        draft.requirementNote = text("requirement")
        if random.oneIn(2) {
            draft.criteria = [
                .init("iso-9001-2008", "4.2.3", grade: random.oneIn(2) ? .minor : nil)
            ]
        }
        var items: [EvidenceDraft] = []
        for number in 0..<random.below(3) {
            var item = EvidenceDraft(kind: "photo", title: WireText("Photo \(number)"))
            item.place = text("place")
            item.size = random.oneIn(2) ? random.below(1 << 30) : nil
            item.sha256 = random.oneIn(2) ? SHA256Digest(hashing: random.bytes(8)) : nil
            items.append(item)
        }

        let left = try folder.leave(draft, evidence: items, for: replica.engagement)
        let report = try await replica.raiseCaptures(in: folder)

        let raised = try #require(report.raised.first)
        let audit = try await replica.snapshot().audit
        let finding = try #require(audit.finding(left.id))
        #expect(raised.id == left.id)
        #expect(raised.draftNumber == finding.draftNumber)
        #expect(finding.title == draft.title)
        #expect(finding.statement == draft.statement)
        #expect(finding.requirementNote == draft.requirementNote)
        #expect(finding.state == "draft")
        #expect(finding.criteria.map(\.reference) == draft.criteria.map(\.reference))
        #expect(finding.criteria.map(\.grade) == draft.criteria.map(\.grade))
        let cited = audit.evidence.filter { finding.evidence.contains($0.id) }
        #expect(
            cited.sorted { ($0.title ?? "") < ($1.title ?? "") }.map { [$0.place, $0.sha256] }
                == items.map { [$0.place, $0.sha256.map { WireText($0.hex) }] }
        )
        #expect(Set(cited.map(\.capturedAt)) == (items.isEmpty ? [] : [WireText("\(left.time)")]))
        #expect(try temporary.names.isEmpty)
    }

    @Test func capturesGetTheirNumbersInTheOrderInWhichTheyWereNoted() async throws {
        let environment = ReplicaEnvironment.seeded(1)
        for number in 0..<12 {
            try folder.leave(
                FindingDraft(title: WireText("\(number)")),
                for: replica.engagement,
                environment: environment
            )
        }

        let report = try await replica.raiseCaptures(in: folder)

        let audit = try await replica.snapshot().audit
        #expect(report.raised.map { audit.finding($0.id)?.title } == (0..<12).map { "\($0)" })
        #expect(report.raised.map(\.draftNumber) == report.raised.map(\.draftNumber).sorted())
    }

    @Test func aFileIsHashedWhenItIsNoted() async throws {
        let random = SeededGenerator(seed: 3)
        var generator = random
        let photo = generator.bytes(700_001)
        try write(photo, as: "photo.jpg")

        let draft = try EvidenceDraft(
            kind: "photo",
            title: "Rack",
            file: temporary.file("photo.jpg")
        )

        #expect(draft.sha256 == SHA256Digest(hashing: photo))
        #expect(draft.size == photo.count)
        let failure = #expect(throws: ReplicaFailure.self) {
            try EvidenceDraft(kind: "photo", title: "Rack", file: temporary.path)
        }
        #expect(failure?.code == .readOnly)
    }

    @Test func evidenceIsRecordedAndCited() async throws {
        let raised = try await replica.raise(FindingDraft(title: "A finding"))
        var draft = EvidenceDraft(kind: "interview-note", title: "Talk with the shift leader")
        draft.content = "Nobody knew the new procedure."

        let id = try await replica.recordEvidence(draft, for: [raised.id])

        let audit = try await replica.snapshot().audit
        #expect(audit.finding(raised.id)?.evidence == [id])
        let item = try #require(audit.evidence(id))
        #expect(item.kind == "interview-note" && item.content == draft.content)
        let member = try replica.currentMember()
        #expect(item.capturedBy == member?.member)
    }

    // MARK: Nothing is raised twice.

    /// The app was ended after its save and before the file was removed, and may meanwhile have done anything with the
    /// finding.
    @Test(arguments: ["nothing", "withdrawn", "removed", "another device"])
    func aCaptureThatWasRaisedIsNotRaisedAgain(meanwhile: String) async throws {
        let left = try folder.leave(FindingDraft(title: "Once"), for: replica.engagement)
        let name = try #require(try temporary.names.first)
        let file = try bytes(name)
        try await replica.raiseCaptures(in: folder)
        switch meanwhile {
        case "withdrawn": try await replica.withdraw([left.id], reason: "seen twice")
        case "removed":
            var edit = Edit(reason: "a test")
            edit.hide(kind: Schema.finding.name, id: left.id)
            try await replica.save(edit)
        case "another device": try await team.sync()
        default: break
        }
        let before = try await replica.snapshot().status.diffs
        try write(file, as: name)

        let report = try await replica.raiseCaptures(in: folder)

        #expect(report.raised.isEmpty && report.refused.isEmpty)
        #expect(report.known == 1)
        #expect(try await replica.snapshot().status.diffs == before)
        #expect(try temporary.names.isEmpty)
    }

    @Test func twoProcessesRaiseEachCaptureOnce() async throws {
        let count = 20
        for number in 0..<count {
            try folder.leave(FindingDraft(title: WireText("\(number)")), for: replica.engagement)
        }
        let second = try await Replica.open(at: replica.path)

        async let one = replica.raiseCaptures(in: folder)
        async let two = second.raiseCaptures(in: folder)
        let reports = try await [one, two]

        #expect(reports.map(\.raised.count).reduce(0, +) == count)
        #expect(try await replica.snapshot().audit.findings.count == count)
        #expect(try temporary.names.isEmpty)
    }

    // MARK: What is not a capture stays, and is told.

    /// A file of which only the beginning was written, under its final name, and every change of one byte.
    @Test func whatWasDamagedIsToldAndStays() async throws {
        try folder.leave(FindingDraft(title: "Whole"), for: replica.engagement)
        let name = try #require(try temporary.names.first)
        let whole = try bytes(name)
        var damaged = (0..<whole.count).map { Array(whole.prefix($0)) }
        damaged += whole.indices.map { index in
            var bytes = whole
            bytes[index] ^= 1
            return bytes
        }
        try folder.discard(name)

        for bytes in damaged {
            try write(bytes, as: name)
            let entries = try folder.entries()
            guard case .failure(.damaged) = try #require(entries.first).content else {
                Issue.record("taken: \(bytes)")
                continue
            }
        }

        let report = try await replica.raiseCaptures(in: folder)
        #expect(refusals(report) == [.damaged])
        #expect(try temporary.names == [name])
        #expect(try await titles().isEmpty)
        try folder.discard(name)
        #expect(try folder.entries().isEmpty)
    }

    /// Somebody who can write into the folder gives the file the name that its bytes ask for.
    @Test func onlyWhatIsUnderstoodWhollyIsRaised() async throws {
        try folder.leave(FindingDraft(title: "Whole"), for: replica.engagement)
        let name = try #require(try temporary.names.first)
        let whole = try JSON(parsing: try bytes(name)).objectValue ?? [:]
        try folder.discard(name)
        func changed(_ change: (inout JSONObject) -> Void) -> [UInt8] {
            var object = whole
            change(&object)
            return object.canonicalBytes
        }
        func finding(_ change: (inout JSONObject) -> Void) -> [UInt8] {
            changed { object in
                var finding = object["finding"]?.objectValue ?? [:]
                change(&finding)
                object["finding"] = .object(finding)
            }
        }

        let forged: [(bytes: [UInt8], refusal: CaptureRefusal)] = [
            (Array("hello".utf8), .malformed),
            ([], .malformed),
            (changed { $0["capture"] = 2 }, .newerVersion),
            (changed { $0["more"] = 1 }, .malformed),
            (changed { $0["time"] = "yesterday" }, .malformed),
            (changed { $0["engagement"] = "nowhere" }, .malformed),
            (finding { $0["state"] = "confirmed" }, .malformed),
            (finding { $0["confirmedBy"] = "somebody" }, .malformed),
            (finding { $0["statement"] = 7 }, .malformed),
            (finding { $0["evidence"] = [1] }, .malformed),
            (finding { $0["criteria"] = [["standard": "iso-9001-2008"]] }, .malformed),
            (
                finding {
                    $0["criteria"] = [["standard": "a", "clause": "1", "grade": "worst"]]
                }, .malformed
            ),
            (changed { $0["evidence"] = [["kind": "photo"]] }, .malformed),
            (Array(repeating: 0x20, count: (1 << 20) + 1), .tooLarge),
        ]
        for (bytes, refusal) in forged {
            try write(bytes)
            let report = try await replica.raiseCaptures(in: folder)
            #expect(
                refusals(report) == [refusal],
                "\(String(decoding: bytes.prefix(300), as: UTF8.self))"
            )
            for name in try temporary.names { try folder.discard(name) }
        }
        #expect(try await titles().isEmpty)
    }

    @Test func aLinkIsNotFollowed() async throws {
        let elsewhere = try TemporaryFolder()
        try CaptureFolder(path: elsewhere.path)
            .leave(FindingDraft(title: "Elsewhere"), for: replica.engagement)
        let name = try #require(try elsewhere.names.first)
        try FileManager.default.createSymbolicLink(
            atPath: temporary.file(name),
            withDestinationPath: elsewhere.file(name)
        )

        let report = try await replica.raiseCaptures(in: folder)

        #expect(refusals(report) == [.notAFile])
        #expect(try elsewhere.names == [name])
    }

    @Test func whatIsForAnotherEngagementOrSomebodyElsesStays() async throws {
        let other = try await Team()
        try folder.leave(FindingDraft(title: "There"), for: other.leader.engagement)
        try write([1, 2, 3], as: "photo.jpg")
        try write([1], as: ".half.new")
        let before = try temporary.names

        let report = try await replica.raiseCaptures(in: folder)

        #expect(report.others == 1 && report.raised.isEmpty && report.refused.isEmpty)
        #expect(try temporary.names == before)
        #expect(try await other.leader.raiseCaptures(in: folder).raised.count == 1)
    }

    @Test func aFolderThatIsNotThereIsEmpty() async throws {
        let none = CaptureFolder(path: temporary.file("none"))

        #expect(try none.entries().isEmpty)
        #expect(try await replica.raiseCaptures(in: none).raised.isEmpty)
        let failure = #expect(throws: ReplicaFailure.self) {
            try none.leave(FindingDraft(title: "Nowhere"), for: replica.engagement)
        }
        #expect(failure?.code == .notFound)
    }

    /// What the audit's rules forbid stays with its reason, and what comes after it is raised.
    @Test func aRefusedCaptureHoldsUpNoOther() async throws {
        let environment = ReplicaEnvironment.seeded(1)
        var refused = FindingDraft(title: "Refused")
        refused.criteria = [
            .init("iso-9001-2008", "4.2.3", grade: .minor),
            .init("iso-9001-2008", "4.2.3", grade: .major),
        ]
        for draft in [FindingDraft(title: "First"), refused, FindingDraft(title: "Last")] {
            try folder.leave(draft, for: replica.engagement, environment: environment)
        }

        for _ in 0..<2 {
            let report = try await replica.raiseCaptures(in: folder)
            #expect((report.refused.first?.reason as? ActRefusal)?.code == .clauseTwice)
            guard case .success(let capture) = report.refused.first?.entry.content else {
                Issue.record("\(report)")
                continue
            }
            #expect(capture.finding.title == "Refused")
        }

        #expect(try await titles() == ["First", "Last"])
        #expect(try temporary.names.count == 1)
    }

    // MARK: What widgets read.

    @Test func aWidgetReadsWhatTheAppWrote() async throws {
        let file = temporary.file("widget.json")
        #expect(try WidgetSnapshot(file: file) == nil)
        for number in 0..<7 {
            var draft = FindingDraft(title: WireText("\(number)"))
            draft.criteria = [.init("iso-9001-2008", "4.2.3", grade: .major)]
            try await replica.raise(draft)
        }

        #expect(try await replica.writeWidgetSnapshot(to: file))

        let read = try #require(try WidgetSnapshot(file: file))
        let audit = try await replica.snapshot().audit
        #expect(read.engagement == replica.engagement)
        #expect(read.findings == 7 && read.conflicts == 0 && read.unsent == 7)
        #expect(read.lines.map(\.id) == Array(audit.countedFindings.map(\.id).reversed().prefix(5)))
        #expect(read.lines.allSatisfy { $0.grade == .major && $0.title != nil })
        let only = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect((only as? NSNumber)?.intValue == 0o600)
    }

    @Test func aWidgetIsReloadedOnlyForNews() async throws {
        let file = temporary.file("widget.json")
        try await replica.writeWidgetSnapshot(to: file)
        let before = try bytes("widget.json")

        #expect(try await replica.writeWidgetSnapshot(to: file) == false)
        #expect(try bytes("widget.json") == before)
        try await replica.raise(FindingDraft(title: "News"))
        #expect(try await replica.writeWidgetSnapshot(to: file))
        #expect(try await replica.writeWidgetSnapshot(to: file, lines: 0))
        #expect(try WidgetSnapshot(file: file)?.lines == [])
    }

    @Test func aFileThatIsNotAWidgetsIsLeftAlone() async throws {
        for (name, words) in [("notes", "my notes"), ("half", "{\"widget\":1,")] {
            try write(Array(words.utf8), as: name)
            let read = #expect(throws: ReplicaFailure.self) {
                try WidgetSnapshot(file: temporary.file(name))
            }
            #expect(read?.code == .corrupted)
            await #expect(throws: ReplicaFailure.self) {
                try await replica.writeWidgetSnapshot(to: temporary.file(name))
            }
            #expect(try bytes(name) == Array(words.utf8))
        }
        // One of a newer version is ours, and is replaced by the app.
        try write(Array("{\"widget\":2}".utf8), as: "newer")
        let newer = #expect(throws: ReplicaFailure.self) {
            try WidgetSnapshot(file: temporary.file("newer"))
        }
        #expect(newer?.code == .newerVersion)
        #expect(try await replica.writeWidgetSnapshot(to: temporary.file("newer")))
    }
}
