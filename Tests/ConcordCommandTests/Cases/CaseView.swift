import Concord
import ConcordDiff
import ConcordEncoding
import Testing

@testable import ConcordLab

/// What one device shows of a case.
struct CaseView {
    /// Whose device it is.
    let person: String
    let played: PlayedCase
    let demo: DemoView
    /// The conflicts about what the case's edits touched.
    let conflicts: [JSON]
    /// `concord status --notices`.
    let status: JSON
    private let place: Workplace

    init(_ played: PlayedCase, on person: String) throws {
        self.person = person
        self.played = played
        let place = try played.team[person]
        self.place = place
        demo = try DemoView { try place.json($0) }
        conflicts = demo.conflicts(played.record, played.item.playableEdits.map(\.action))
        status = try place.json("status", "--notices")
    }

    var finding: JSON? { demo.finding(played.record) }

    /// The case's evidence, each file once however often it was captured: by file, all captures.
    func evidence() throws -> [(first: String, captures: [JSON])] {
        let list = try place.json("evidence", "list", "--finding", played.record)["evidence"]
        let byBytes = Dictionary(grouping: list?.arrayValue ?? []) { $0["sha256"] ?? .null }
        return try byBytes.values.map { captures in
            let inTime = captures.sorted {
                ($0["capturedAt"]?.plain ?? "") < ($1["capturedAt"]?.plain ?? "")
            }
            return (try #require(inTime.first?["fileID"]?.plain), captures)
        }
    }

    /// "covered, contested": the coverage of the clause that the question asks about.
    func coverage() throws -> String {
        let question = try #require(played.team.file.question(played.record))
        let standards = try place.json("coverage")["standards"]?.arrayValue ?? []
        let standard = try #require(standards.first { $0["standard"] == question["standard"] })
        let clause = try #require(
            standard["clauses"]?.arrayValue?.first { $0["clause"] == question["clause"] }
        )
        return (clause["status"]?.plain ?? "")
            + (clause["contested"] == true ? ", contested" : "")
    }

    /// The errors to settle before sign-off that say that something is contested, by record.
    var blocked: Set<String> {
        let notices = status["notices"]?.arrayValue ?? []
        return Set(
            notices.filter { $0["code"] == "open-conflict" && $0["severity"] == "error" }
                .compactMap { $0["record"]?.plain }
        )
    }

    /// The writes of a cell, in causal order, with the people who made them.
    func history(of path: CellPath) throws -> [(by: String, entry: HistoryEntry)] {
        let list = try place.json("list")["engagements"]?.arrayValue
        let replica = try Replica.open(at: try #require(list?.first?["path"]?.plain))
        let snapshot = try replica.snapshot()
        return try replica.history(of: path).map { entry in
            let name = snapshot.person(of: entry.write.author)?.name
            let person = try #require(played.team.file.team.first { $0.name == name?.string })
            return (person.id, entry)
        }
    }
}
