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

    private func observe(_ replica: Replica) async throws {
        for try await findings in replica.openFindings() {
            show(findings)
        }
    }

    private func openAndShow(path: String) async throws {
        let replica = try await Replica.open(at: path)
        for try await findings in replica.openFindings() { show(findings) }
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
    for conflict in try await replica.snapshot().conflicts {
        let details = try await replica.perform { try $0.conflictDetails(at: conflict.path) }
        for side in details?.sides ?? [] {
            print(side.candidate.value ?? .null, side.account.time, side.before.shown ?? .null)
        }
    }
    let news = try await replica.perform { try $0.inbox() }.filter(\.isNew)
    _ = news
}

private func decide(
    _ replica: Replica,
    _ conflict: Conflict,
    _ choice: Conflict.Candidate
) async throws {
    try await replica.resolve(conflict, to: choice.value, reason: "agreed on site")
}

private func decideAll(_ replica: Replica) async throws {
    for conflict in try await replica.snapshot().conflicts {
        guard let first = conflict.candidates.first else { continue }
        try await replica.resolve(conflict, to: first.value, reason: "agreed on site")
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
