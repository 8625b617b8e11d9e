import ConcordEncoding
import Foundation

/// Plays an engagement file with the real programs, and compares what comes out with the file.
final class DemoPlayer {
    let file: DemoFile
    let folder: DemoFolder
    let programs: String
    let server: DemoServer
    let leader: Auditor
    /// The two who join.
    let colleagues: [Auditor]
    var narrator = Narrator()
    /// What did not come out as the file says.
    var differences = 0
    /// The evidence that is on each device, by person.
    var evidenceOn: [String: Set<String>] = [:]
    /// The findings and questions that have been captured.
    var captured: Set<String> = []
    private let began = Date()

    init(file: DemoFile, programs: String, folder: DemoFolder) throws {
        self.file = file
        self.folder = folder
        self.programs = programs
        for name in ["concord", "concord-server"] {
            guard FileManager.default.isExecutableFile(atPath: "\(programs)/\(name)") else {
                throw DemoFailure("there is no program \(name) in \(programs); build it first")
            }
        }
        server = DemoServer(program: programs + "/concord-server", folder: folder)
        guard let lead = file.team.first(where: { $0.role.lowercased().contains("lead") }) else {
            throw DemoFailure("nobody in the file's team is its leader (role \"lead auditor\")")
        }
        let auditors = file.team.filter {
            $0.id != lead.id && $0.role.lowercased().hasPrefix("auditor")
        }
        let withDevice = auditors.filter { $0.device != nil }
        let without = auditors.filter { $0.device == nil }
        leader = try Auditor(lead, program: programs + "/concord", folder: folder)
        colleagues = try (withDevice + without).prefix(2).map {
            try Auditor($0, program: programs + "/concord", folder: folder)
        }
    }

    /// The three.
    var everyone: [Auditor] { [leader] + colleagues }

    /// Plays it; whether everything came out as the file says.
    func play() throws -> Bool {
        try open()
        try prepareCases()
        try goOffline()
        try meetAgain()
        try settle()
        try conclude()
        let isRight = try compare()
        try leader.run(["report", "--output", folder.file("report.html")])
        try server.stop()
        finish(isRight)
        return isRight
    }

    /// The person of an id who takes part; the leader stands in for anyone who does not.
    func player(_ id: String) -> Auditor {
        everyone.first { $0.person.id == id } ?? leader
    }

    /// Whether a person takes part.
    func isPlaying(_ id: String) -> Bool { everyone.contains { $0.person.id == id } }

    /// The time of day of a moment, for the narrative.
    func clock(_ time: Timestamp?) -> String? {
        time.map { String($0.description.dropFirst(11).prefix(5)) }
    }

    /// Counts and tells a comparison.
    func check(_ isRight: Bool, _ text: String) {
        if !isRight { differences += 1 }
        narrator.check(isRight, text)
    }

    /// How long it has taken so far.
    var seconds: Int { Int(Date().timeIntervalSince(began).rounded()) }

    /// Everybody syncs, round after round, until nothing is new for anyone.
    @discardableResult
    func syncUntilQuiet() throws -> Int {
        for round in 1...8 {
            var moved: Int64 = 0
            for auditor in everyone {
                let summary = try auditor.ask(["sync"])
                moved += summary["sent"]?.integerValue ?? 0
                moved += summary["received"]?.integerValue ?? 0
            }
            if moved == 0 { return round }
            for auditor in everyone { evidenceOn[auditor.person.id] = allEvidence }
        }
        throw DemoFailure("after eight rounds of syncing there is still something new")
    }

    private var allEvidence: Set<String> {
        evidenceOn.values.reduce(into: []) { $0.formUnion($1) }
    }
}
