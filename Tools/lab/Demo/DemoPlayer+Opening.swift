import ConcordEncoding
import Foundation

extension DemoPlayer {
    /// The first chapter: server, engagement, invitations, joins.
    func open() throws {
        narrator.chapter("The audit team leader opens the engagement and invites the team")
        try server.start()
        narrator.say("A server is listening on \(server.url); all its logs are in one SQLite file.")
        let name = URL(fileURLWithPath: file.path).lastPathComponent
        narrator.command("concord new --from \(name) --server \(server.url)")
        let opened = try leader.ask(
            [
                "new", "--from", file.path, "--leader", leader.person.id, "--server", server.url,
            ],
            time: beginning
        )
        let records = opened["records"]?.integerValue ?? 0
        narrator.say(
            "\(leader.person.name) leads the audit of \(file.json["client"]?["name"]?.text ?? "the client"): "
                + "\(records) records of organization, scopes, plan and checklist come from the "
                + "file. What the auditors find does not: they will capture it themselves."
        )
        for colleague in colleagues {
            narrator.command("concord invite --name \"\(colleague.person.name)\"")
            let role =
                colleague.person.role.lowercased().contains("training") ? "inTraining" : "auditor"
            let invitation = try leader.ask(
                ["invite", "--role", role, "--name", colleague.person.id],
                time: beginning
            )
            guard let code = invitation["code"]?.text else {
                throw DemoFailure("concord invite gave no code")
            }
            try leader.run(["sync"])
            let device = colleague.person.device ?? "device of " + colleague.shortName
            try colleague.run(["join", code, "--device", device], time: beginning)
            narrator.say(
                "\(colleague.person.name) joins on \(device) with the code \(code.prefix(24))…"
            )
        }
        for step in ["planApproved", "inProgress"] {
            try leader.run(["engagement", "--step", step], time: beginning)
        }
        narrator.say("The leader approves the plan, and the audit begins.")
        try syncUntilQuiet()
    }

    /// An hour before the first appointment of the plan.
    private var beginning: Timestamp? {
        file.list("plan").compactMap { $0["from"]?.text.flatMap { Timestamp($0) } }.min()
            .map {
                Timestamp(
                    milliseconds: $0.milliseconds - 3_600_000,
                    offsetMinutes: $0.offsetMinutes
                )
            }
    }
}
