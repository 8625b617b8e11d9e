import Concord
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Foundation
import Testing

/// A device of its own: a folder that is the XDG data folder of every program run there.
final class Workplace {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("concord-command-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// The environment of the programs.
    func environment(_ further: [String: String] = [:]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("CONCORD_") && !$0.key.hasPrefix("XDG_")
        }
        environment["XDG_DATA_HOME"] = folder.path
        environment["HOME"] = folder.path
        return environment.merging(further) { $1 }
    }

    /// Starts `concord`.
    func start(
        _ arguments: [String],
        _ further: [String: String] = [:],
        input: String? = nil
    ) throws
        -> RunningProgram
    {
        try RunningProgram(
            "concord",
            arguments,
            environment: environment(further),
            folder: folder,
            owner: self,
            input: input
        )
    }

    /// Starts `concord` so that file permissions bind it even where the tests run as root.
    func startWithoutOverride(_ arguments: [String]) throws -> RunningProgram {
        let concord = Bundle.main.bundleURL.appendingPathComponent("concord")
        let isRoot = getuid() == 0
        let bound = ["--bounding-set=-dac_override", "--inh-caps=-dac_override", concord.path]
        return try RunningProgram(
            isRoot ? URL(fileURLWithPath: "/usr/bin/setpriv") : concord,
            (isRoot ? bound : []) + arguments,
            environment: environment(),
            folder: folder,
            owner: self
        )
    }

    /// Runs `concord` to its end.
    @discardableResult
    func concord(
        _ arguments: String...,
        environment: [String: String] = [:],
        input: String? = nil
    )
        throws -> Outcome
    {
        try start(arguments, environment, input: input).wait()
    }

    /// Runs `concord` and expects it to succeed; the JSON that it prints.
    @discardableResult
    func json(
        _ arguments: String...,
        environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        try json(arguments, environment: environment, sourceLocation: sourceLocation)
    }

    /// Runs `concord` and expects it to succeed; the JSON that it prints.
    @discardableResult
    func json(
        _ arguments: [String],
        environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let outcome = try start(arguments + ["--json"], environment).wait()
        #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        return try outcome.json
    }

    /// Opens an engagement from a small file.
    @discardableResult
    func openEngagement(server: String? = nil, name: String? = nil) throws -> JSON {
        let file = try write(Engagements.small, to: "engagement.json")
        var arguments = ["new", "--from", file, "--json"]
        if let server { arguments += ["--server", server] }
        if let name { arguments += ["--name", name] }
        let outcome = try start(arguments).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try outcome.json
    }

    /// The replica of the only engagement.
    func replica() throws -> String {
        let list = try json("list")
        return try #require(list["engagements"]?.arrayValue?.first?["path"]?.plain)
    }

    /// Saves what no command writes, with the key of who works here.
    func save(_ change: (inout Edit) throws -> Void) throws {
        var edit = Edit()
        try change(&edit)
        try Replica.open(at: try replica()).save(edit, keepingVoid: true)
    }

    /// Changes the database of the only engagement, as no program of ours would.
    func changeByHand(_ sql: String) throws {
        let arguments = [
            ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3", "-c",
            """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1])
            database.execute(sys.argv[2])
            database.commit()
            """, try replica(), sql,
        ]
        try #require(try ChildProgram.run("/usr/bin/env", arguments).end == .exit(0))
    }
}

/// Engagement files for tests.
enum Engagements {
    static let small = """
        {
          "engagement": {"id": "audit-7", "standards": ["iso-9001-2008", "iso-iec-20000-1-2011"],
            "kind": "surveillance"},
          "client": {"name": "Client", "sites": [{"id": "s1", "name": "House"}],
            "units": [{"id": "U1", "name": "Hosting", "people": 3}, {"id": "U2", "name": "Desk", "people": 2},
              {"id": "U3", "name": "Network", "people": 2}]},
          "scopes": [
            {"standard": "iso-9001-2008", "statement": "Hosting.", "units": ["U1"], "sites": ["s1"],
             "exclusions": [{"clause": "7.5.2", "justification": "All results can be checked."}]},
            {"standard": "iso-iec-20000-1-2011", "statement": "Hosting services.", "units": ["U1"]}],
          "team": [
            {"id": "p1", "name": "Lea Der", "role": "lead auditor", "standards": ["iso-9001-2008"]},
            {"id": "p2", "name": "Audi Tor", "role": "auditor",
             "standards": ["iso-iec-20000-1-2011"], "inTraining": ["iso-9001-2008"]},
            {"id": "p3", "name": "Obs Erver", "role": "observer"}],
          "plan": [{"id": "a1", "from": "2026-03-02T09:00:00+01:00", "to": "2026-03-02T10:00:00+01:00",
            "title": "Change", "auditors": ["p1"], "clauses": [
              {"standard": "iso-iec-20000-1-2011", "clause": "9.2"}]}],
          "checklist": [{"id": "q1", "standard": "iso-9001-2008", "clause": "4.2.3",
            "question": "Valid revisions?", "answer": "conforming"}],
          "processes": [{"clause": "6.1", "title": "Levels", "operation": {"U1": "own"}}],
          "responsePolicy": {"planDueDays": 30}
        }
        """
}
