import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

/// An engagement with its server's log and the people in it: a leader, and members who have joined on
/// invitations.
final class World {
    /// What the server has accepted, in its order.
    private(set) var log: [VerifiedDiff] = []
    /// By name; the leader is `ada`.
    private(set) var actors: [String: Actor] = [:]
    /// The leader.
    let ada: Actor
    private let isForgetful: Bool

    /// An engagement in which everybody has joined and seen all joins.
    ///
    /// - Parameter inTraining: the standards in which somebody is in training.
    init(
        _ members: KeyValuePairs<String, Role> = [:],
        inTraining: [String: [String]] = [:],
        forgetful: Bool = false
    ) throws {
        isForgetful = forgetful
        ada = Actor("ada", forgetful: forgetful)
        actors["ada"] = ada
        try ada.found()
        try sync("ada")
        for (name, role) in members {
            try invite(name, as: role, inTraining: inTraining[name] ?? [])
        }
        for (name, _) in members { try join(name, on: name) }
        try syncAll()
    }

    subscript(_ name: String) -> Actor {
        guard let actor = actors[name] else { preconditionFailure("nobody is called \(name)") }
        return actor
    }

    /// The leader invites whoever holds the key called `key`.
    @discardableResult
    func invite(
        _ key: String,
        as role: Role,
        inTraining: [String] = [],
        uses: Int = 1
    ) throws -> VerifiedDiff {
        var fields: JSONObject = [
            "key": .string(HashSigner("invitation \(key)").author.description),
            "role": .string(role.rawValue), "uses": .integer(Int64(uses)),
        ]
        if !inTraining.isEmpty { fields["inTraining"] = .array(inTraining.map { .string($0) }) }
        return try ada.save(.add("invitation/\(key)", fields))
    }

    /// Somebody new joins on an invitation, having taken in the log.
    @discardableResult
    func join(_ name: String, on key: String) throws -> VerifiedDiff {
        try newcomer(name).join(on: key)
    }

    /// Somebody's new device, which has taken in the log.
    func newcomer(_ name: String) throws -> Actor {
        let actor = Actor(name, forgetful: isForgetful)
        actors[name] = actor
        try sync("ada")
        try actor.pull(log)
        return actor
    }

    /// Another device with the key and the state of `name`: a clone, which forks its chain.
    func clone(_ name: String, as other: String) -> Actor {
        let actor = Actor(copying: self[name])
        actors[other] = actor
        return actor
    }

    /// Pushes what somebody has that the server has not, and pulls the rest.
    func sync(_ name: String) throws {
        try push(name)
        try self[name].pull(log)
    }

    /// The server takes what somebody has: those of his diffs that it has all parents of.
    func push(_ name: String) throws {
        let accepted = Set(log.map(\.id))
        log += self[name].diffs.filter { !accepted.contains($0.id) }
    }

    /// The server takes one diff.
    func accept(_ diff: VerifiedDiff) { log.append(diff) }

    /// Everybody syncs until everybody has everything.
    func syncAll() throws {
        for name in actors.keys.sorted() { try push(name) }
        for name in actors.keys.sorted() { try self[name].pull(log) }
    }

    /// Everybody syncs; then all must show the same, the same as a fold from scratch and as the obvious
    /// fold.
    @discardableResult
    func settle(_ place: SourceLocation = #_sourceLocation) throws -> Picture {
        try syncAll()
        let expected = ObviousFold(log: log).picture()
        var fresh = Desk()
        _ = try fresh.takeIn(log: log.map(LogItem.new))
        #expect(fresh.picture().difference(from: expected).isEmpty, sourceLocation: place)
        for name in actors.keys.sorted() {
            let difference = self[name].picture().difference(from: expected)
            #expect(difference.isEmpty, "\(name)", sourceLocation: place)
            try self[name].desk.checkInvariants()
        }
        return expected
    }
}
