// The examples of the articles in Sources/Concord/Concord.docc and of the comments of public functions, which
// `Tools/check examples` looks for here. They are compiled; what they do is tested elsewhere.
import Concord
import ConcordTesting

private func start(path: String) async throws {
    let replica = try await Replica.open(at: path)
    _ = replica
}

private func startInSynchronousCode(path: String) throws {
    let replica = try Replica.open(at: path)
    _ = replica
}

private func create(path: String) async throws {
    let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's tablet")
    let (replica, recoveryKey) = try await Replica.create(at: path, engagement: draft)
    _ = (replica, recoveryKey)
}

private func read(_ replica: Replica) async throws {
    let audit = try await replica.snapshot().audit
    for finding in audit.countedFindings {
        print(finding.label, finding.title ?? "", finding.headGrade?.title ?? "not graded")
    }
}

private func act(_ replica: Replica) async throws {
    var finding = FindingDraft(title: "Withdrawn procedure in use")
    finding.criteria = [.init("iso-iec-20000-1-2011", "9.2", grade: .minor)]
    let raised = try await replica.raise(finding)

    do {
        try await replica.submit([raised.id])
    } catch let refusal as ActRefusal {
        print(refusal.message, refusal.next)
    }

    try await replica.act { shown in
        let drafts = shown.audit.findings.filter { $0.state == "draft" }
        return try shown.findingActs.submit(drafts)
    }

    var edit = Edit()
    edit.set(.finding(raised.id, .process), to: "9.2")
    edit.setText(
        .finding(raised.id, .statement),
        to: "PR-12 rev 3 was in use."
    )
    try await replica.save(edit)

    let receipt = try await replica.perform { try $0.undo() }
    _ = receipt
}

private func edit(_ replica: Replica, id: WireText) async throws {
    var edit = Edit()
    edit.set(.finding(id, .unit), to: "MH")
    try await replica.save(edit)
}

private func raise(_ replica: Replica) async throws {
    let raised = try await replica.raise(FindingDraft(title: "No rollback plan"))
    print(raised.draftNumber)
}

private func raiseWithMore(_ replica: Replica) async throws {
    var finding = FindingDraft(title: "Withdrawn procedure in use", unit: "MH")
    finding.criteria = [.init("iso-iec-20000-1-2011", "9.2", grade: .minor)]
    let raised = try await replica.raise(finding)
    _ = raised
}

/// What an app would show things in.
@MainActor private final class Screen {
    private struct Field { var text: WireText? }

    private var badge = 0
    private var field = Field()

    private func show(_ findings: [FindingRecord]) { print(findings.count) }

    private func show(_ comparisons: [ConflictComparison]) { print(comparisons.count) }

    private func observeConflicts(_ replica: Replica) async throws {
        for try await comparisons in replica.observe({ try $0.conflictComparisons() }) {
            show(comparisons)
        }
    }

    private func observe(_ replica: Replica) async throws {
        for try await findings in replica.observeFindings() {
            show(findings)
        }
    }

    private func openAndShow(path: String) async throws {
        let replica = try await Replica.open(at: path)
        for try await findings in replica.observeFindings() { show(findings) }
    }

    private func count(_ replica: Replica) async throws {
        for try await new in replica.observe({ try $0.inbox().count { $0.isNew } }) {
            badge = new
        }
    }

    private func countEntries(_ replica: Replica) async throws {
        for try await inbox in replica.observe({ try $0.inbox() }) {
            badge = inbox.count { $0.isNew }
        }
    }

    private func observeValue(_ replica: Replica, id: WireText) async throws {
        let unit = CellPath.finding(id, .unit)
        for try await value in replica.observeValue(at: unit) { field.text = value?.stringValue }
    }

    private func observeStatus(_ replica: Replica) async throws {
        for try await status in replica.observeSyncStatus() {
            if let time = status.upToDateSince {
                print("up to date at \(time)")
            } else if case .offline(let why) = status.state {
                print("offline: \(why) \(status.unsent) not sent")
            }
        }
    }
}

private func sync(_ replica: Replica, _ transport: some SyncTransport) async throws {
    let summary = try await replica.sync(through: transport)
    print("sent \(summary.pushed), received \(summary.received)")
    _ = try await replica.sync(through: transport, within: .seconds(25))
}

private func join(_ typed: String, path: String, _ transport: some SyncTransport) async throws {
    guard let code = InvitationCode(typed) else { return print("The code is incomplete.") }
    let replica = try await Replica.join(
        at: path,
        code: code,
        device: "Tomas's phone",
        through: transport
    )
    _ = replica
}

private func decide(_ replica: Replica) async throws {
    for comparison in try await replica.perform({ try $0.conflictComparisons() }) {
        print(comparison.finding?.label ?? "", comparison.shown ?? .null)
        for side in comparison.sides {
            print(side.author?.name ?? "somebody", side.reason ?? "", side.isMine)
            for piece in side.changes { print(piece.kind, piece.text) }
        }
    }
    let news = try await replica.perform { try $0.inbox() }.filter(\.isNew)
    _ = news
}

private func decide(_ replica: Replica, at path: CellPath) async throws {
    let comparison = try replica.conflictComparison(at: path)
    if let conflict = comparison?.conflict {
        try await replica.resolve(conflict, to: "No tested rollback plan", reason: "agreed")
    }
}

private func acceptAll(_ replica: Replica) async throws {
    for proposal in try await replica.perform({ try $0.openProposals() }) {
        var edit = Edit(reason: "seen on site")
        edit.accept(proposal)
        _ = try await replica.save(edit)
    }
}

private func decideProposals(_ replica: Replica) async throws {
    while let proposal = try await replica.perform({ try $0.openProposals() }).first {
        var edit = Edit(reason: "seen on site")
        edit.accept(proposal)
        try await replica.save(edit)
    }
}

private func maintain(_ replica: Replica) async throws {
    let receipt = try await replica.perform { try $0.undo() }
    let entries = try await replica.perform { try $0.inbox() }
    _ = (receipt, entries)
}

private func suspend(_ replica: Replica) async throws {
    try await replica.perform { try $0.close() }
}

private func rebuild(path: String) throws {
    let report = try Replica.rebuild(at: path)
    print(report.isSame ? "undamaged" : "rebuilt, old file: \(report.rebuilt?.kept ?? "")")
}

private func keys(path: String, _ keys: some KeyStorage) async throws {
    let replica = try await Replica.open(at: path, keys: keys)
    _ = replica
    try await checkKeyStorage { keys }
}

private func keyFiles(path: String, passphrase: String) throws {
    let keys = FileKeyStorage(folder: "/Volumes/Keys/concord", passphrase: passphrase)
    let replica = try Replica.open(at: path, keys: keys)
    _ = replica
}

private func test() async throws {
    let engagement = try await TestEngagement()
    let colleague = try await engagement.join("Tomas", as: .auditor)
    try await engagement.leader.raise(FindingDraft(title: "No rollback plan"))
    try await engagement.syncAll()

    engagement.server.loseAnswers(1)
    engagement.server.stop()
    engagement.server.start()
    _ = colleague
}

private func testOffline(path: String, draft: EngagementDraft) async throws {
    let transport = MemoryTransport()
    let replica = try await Replica.create(at: path, engagement: draft).replica
    _ = try await replica.sync(through: transport)
    transport.stop()
}

private func testSeed(path: String, draft: EngagementDraft) throws {
    let environment = ReplicaEnvironment.seeded(7)
    let replica = try Replica.create(at: path, engagement: draft, environment: environment).replica
    _ = replica
}

private func leave(_ replica: Replica) throws {
    var lines: [[UInt8]] = []
    try replica.log { lines.append($0.exported) }
    _ = lines
}

private func list(_ replica: Replica) throws {
    for comparison in try replica.conflictComparisons() {
        for side in comparison.sides {
            print(side.author?.name ?? "", side.changes.map(\.text).count)
        }
    }
}

private func take(
    _ side: ConflictComparison.Side,
    of comparison: ConflictComparison,
    _ replica: Replica
) async throws {
    try await replica.resolve(comparison, taking: side, reason: "agreed on site")
}

private func note(_ groupFolder: String, _ photoPath: String) throws {
    let folder = CaptureFolder(path: groupFolder + "/captures")
    guard let widget = try WidgetSnapshot(file: groupFolder + "/widget.json") else { return }
    let photo = try EvidenceDraft(kind: "photo", title: "Rack 4", file: photoPath)
    try folder.leave(
        FindingDraft(title: "No label on rack 4"),
        evidence: [photo],
        for: widget.engagement
    )
}

private func noteOne(_ groupFolder: String, for engagement: DiffID) throws {
    let folder = CaptureFolder(path: groupFolder + "/captures")
    try folder.leave(FindingDraft(title: "No label on rack 4"), for: engagement)
}

private func raiseCaptures(in folder: CaptureFolder, _ replica: Replica) async throws {
    let report = try await replica.raiseCaptures(in: folder)
    for refused in report.refused { print(refused.entry.name, refused.reason) }
}

private func showInWidgets(_ replica: Replica, _ groupFolder: String) async throws {
    let isNews = try await replica.writeWidgetSnapshot(to: groupFolder + "/widget.json")
    let snapshot = try WidgetSnapshot(file: groupFolder + "/widget.json")
    _ = (isNews, snapshot)
}

private func record(_ replica: Replica, _ raised: RaisedFinding, _ photoPath: String) async throws {
    var photo = try EvidenceDraft(kind: "photo", title: "Label on rack 4", file: photoPath)
    photo.place = "Server room"
    let id = try await replica.recordEvidence(photo, for: [raised.id])
    _ = id
}

private func recordAgain(
    _ replica: Replica,
    _ raised: RaisedFinding,
    _ photo: EvidenceDraft
) async throws {
    let id = try await replica.recordEvidence(photo, for: [raised.id])
    _ = id
}

private func lose(_ engagement: TestEngagement) {
    let link = LossyTransport(engagement.server, seed: 7)
    _ = link
}

private func watch(_ replica: Replica, _ transport: MemoryTransport) {
    let watching = Task { try await replica.watch(through: transport) { print($0) } }
    watching.cancel()
}
