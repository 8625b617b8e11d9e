import ConcordEncoding
import Foundation
import Testing

@testable import ConcordLab

/// People of the sample's team: each with a device of his own, and a real server between them.
final class CaseTeam {
    /// The sample engagement, with the cases.
    static func sample() throws -> DemoFile {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try DemoFile(path: root.path + "/Tools/demo-data/sample-engagement.json")
    }

    let file: DemoFile
    let server: TestServer
    /// Who leads.
    let leader: String
    /// The people's ids, the leader first.
    private(set) var people: [String]
    private var places: [String: Workplace] = [:]

    /// The leader opens the engagement of the sample and invites those of these ids, who join.
    init(_ file: DemoFile, with ids: Set<String>) throws {
        self.file = file
        server = try TestServer()
        let lead = try #require(file.team.first { $0.role.contains("lead") })
        leader = lead.id
        people = [lead.id]
        let place = try Workplace()
        places[lead.id] = place
        try place.json(["new", "--from", file.path, "--leader", lead.id, "--server", server.url])
        let others = file.team.filter { ids.contains($0.id) && $0.id != lead.id }
        let codes = try others.map { person in
            try place.json("invite", "--name", person.id)["code"]?.plain
        }
        try place.json("sync")
        for (person, code) in zip(others, codes) {
            let own = try Workplace()
            let joined = try own.json(
                ["join", try #require(code), "--device", person.device ?? person.id]
            )
            #expect(joined["person"]?.plain == person.name)
            places[person.id] = own
            people.append(person.id)
        }
        try sync()
    }

    /// The device of a person who takes part.
    subscript(id: String) -> Workplace {
        get throws { try #require(places[id], "\(id) takes no part") }
    }

    /// Whether a person takes part.
    func has(_ id: String) -> Bool { places[id] != nil }

    /// The person of the sample.
    func person(_ id: String) throws -> DemoFile.Person {
        try #require(file.team.first { $0.id == id })
    }

    /// Twice round: these first, in this order, then the others. Then everybody has everything.
    func sync(_ first: [String] = []) throws {
        let order = first + people.filter { !first.contains($0) }
        for id in order + order { try self[id].json("sync") }
    }

    /// Goes on without a network.
    func offline(_ work: () throws -> Void) throws {
        try server.stop()
        try work()
        #expect(try self[leader].concord("sync").status == 69)
        try server.startAgain()
    }
}
