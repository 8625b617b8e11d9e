import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

/// Random people who do random things, exchange diffs at random, and a server that orders them at
/// random: one seed replays one run.
struct Simulation {
    let world: World
    private var random: SeededGenerator
    private var names: [String]
    private var serial = 0

    private static let roles: [Role] = [
        .auditor, .auditor, .inTraining, .observer, .lead, .auditeeRep,
    ]
    private let findings: [String]
    /// Whether people merge and confirm findings much, also such as come later, and write what is not known.
    private let merges: Bool
    /// Whether people write and hide evidence much, and confirm what cites it.
    private let cites: Bool
    private static let criteria = ["c1", "c2"]

    init(seed: UInt64, merges: Bool = false, cites: Bool = false) throws {
        self.cites = cites
        random = SeededGenerator(seed: seed)
        self.merges = merges
        findings = merges ? (1...7).map { "f\($0)" } : ["f1", "f2"]
        let roles = Self.roles.shuffled(using: &random)
        world = try World(
            ["ben": roles[0], "cem": roles[1], "dot": roles[2]],
            inTraining: random.oneIn(3) ? ["ben": ["s"]] : [:],
            forgetful: random.oneIn(2)
        )
        names = ["ada", "ben", "cem", "dot"]
        try world.ada.save(
            .add(
                "finding/f1",
                ["state": "draft", "unit": "IT", "title": "Logs", "statement": "Logs"]
            ),
            .add("criterion/c1", ["finding": "f1", "standard": "s", "clause": "8"]),
            .add("planSlot/p1", ["title": "Opening"])
        )
        try world.syncAll()
    }

    /// One step: somebody saves, diffs travel, or the server takes something.
    mutating func step() throws {
        let name = random.pick(names)
        switch random.below(20) {
        case 0..<11: try save(name)
        case 11..<13: try world.push(name)
        case 13..<15: try pull(name)
        case 15..<17:
            let other = random.pick(names)
            if other != name { try world[name].receive(from: world[other]) }
        case 17..<19: try world.sync(name)
        default:
            // A device is cloned, or an invitation is used by two.
            guard names.count < 7 else { return }
            serial += 1
            if random.oneIn(2) {
                _ = world.clone(name, as: "clone-\(serial)")
                names.append("clone-\(serial)")
            } else {
                guard serial % 2 == 1 || world.log.isEmpty else {
                    return
                }
                let invitation = try world.invite("spare-\(serial)", as: .auditor)
                // A server takes no join on an invitation without effect.
                try world.sync("ada")
                let reason = world.ada.picture().void("invitation/spare-\(serial)", invitation)
                guard reason == nil else { return }
                try world.join("hal-\(serial)", on: "spare-\(serial)")
                names.append("hal-\(serial)")
                if random.oneIn(2) {
                    try world.join("jon-\(serial)", on: "spare-\(serial)")
                    names.append("jon-\(serial)")
                }
            }
        }
        try world[name].desk.checkInvariants()
    }

    private mutating func pull(_ name: String) throws {
        let logged = world[name].logged
        let left = world.log.count - logged
        guard left > 0 else { return }
        try world[name].pull(world.log, to: logged + 1 + random.below(left))
    }

    /// Everybody has everything: all must show the same, as every fold from scratch does.
    func finish() throws -> Picture {
        let picture = try world.settle()
        var atOnce = Desk(forgetful: true)
        _ = try atOnce.takeIn(log: world.log.map(LogItem.new))
        #expect(atOnce.picture().difference(from: picture).isEmpty)
        var backwards = Desk()
        for diff in world.log { _ = try backwards.takeIn(pending: diff) }
        for diff in world.log { _ = try backwards.takeIn(log: [.held(diff.id)]) }
        #expect(backwards.picture().difference(from: picture).isEmpty)
        return picture
    }

    /// In the middle of a run: what somebody shows is what the obvious fold makes of what he has.
    mutating func compareOne() throws {
        let actor = world[random.pick(names)]
        let log = Array(world.log[..<actor.logged])
        let logged = Set(log.map(\.id))
        let pending = actor.diffs.filter { !logged.contains($0.id) }
        let expected = ObviousFold(log: log, pending: pending).picture()
        let picture = actor.picture()
        let difference = picture.difference(from: expected)
        #expect(difference.isEmpty, "\(actor.member):\(difference)")
    }

    // MARK: Saves.

    private mutating func save(_ name: String) throws {
        var changes: [Change] = []
        var paths: Set<String> = []
        if merges, random.oneIn(3) {
            try world[name].save(decision(by: world[name]))
            return
        }
        if cites, random.oneIn(2) {
            try world[name].save(rest(for: world[name]))
            return
        }
        for _ in 0...random.below(2) {
            let (path, change) = try change(by: world[name])
            if case .add = change {
                // Its first fields and another change might write one cell twice.
                changes = [change]
                break
            }
            if paths.insert(path).inserted { changes.append(change) }
        }
        try world[name].save(changes)
    }

    /// A step with what belongs to it, or one of the two; a finding added; what is not known.
    private mutating func decision(by actor: Actor) throws -> [Change] {
        // One that is merged into may come later.
        let isNew = random.oneIn(4)
        let finding = "finding/" + (isNew ? random.pick(findings) : try picked(by: actor))
        if isNew {
            return [.add(finding, random.oneIn(2) ? ["state": "draft", "unit": "IT"] : [:])]
        }
        switch random.below(8) {
        case 0:
            let path = "\(finding)/zzz/m"
            return [
                random.oneIn(4)
                    ? .take(path) : .set(path, random.pick([false, true, "so", ["a": 1]]))
            ]
        case 1, 2:
            return part("confirmed", "confirmedBy", .string(actor.member), of: finding)
        default: return part("merged", "duplicateOf", .string(random.pick(findings)), of: finding)
        }
    }

    /// A write of evidence, or on what cites it: a finding that is confirmed, or an answer that is accepted.
    private mutating func rest(for actor: Actor) throws -> Change {
        let evidence = "evidence/" + random.pick(["e1", "e2"])
        let citing = random.pick(["finding/f1", "finding/f2", "action/a1"])
        let value: JSON = random.pick(["IT", "HR", "QA"])
        switch random.below(20) {
        case 0: return .add(evidence, ["title": value, "content": "Logs", "kind": "photo"])
        case 1..<3: return .hide(evidence)
        case 3..<6:
            let path = "\(evidence)/\(random.pick(["title", "source", "place", "personalData"]))"
            if random.oneIn(2) { return .set(path, random.oneIn(6) ? nil : value) }
            // Who only asks for it names nothing of others.
            return .raw(Operation(.add(value), at: Actor.path(path)))
        case 6..<9: return splice("\(evidence)/content", by: actor).1
        case 9..<12:
            let path = "\(citing)/evidence/\(random.pick(["e1", "e2"]))"
            return random.oneIn(4) ? .take(path) : .put(path)
        case 12: return .add("action/a1", ["finding": "f1", "state": "open"])
        case 13..<16:
            let state: JSON = random.pick([
                "responseSubmitted", "planAccepted", "implemented", "verified", "closed",
            ])
            return .set("action/a1/state", state)
        default:
            let state: JSON = random.pick(["submitted", "confirmed", "confirmed", "withdrawn"])
            return .set("finding/\(random.pick(["f1", "f2"]))/state", state, reason: "so")
        }
    }

    private mutating func part(
        _ state: JSON,
        _ field: String,
        _ value: JSON,
        of finding: String
    ) -> [Change] {
        let both: [Change] = [.set("\(finding)/state", state), .set("\(finding)/\(field)", value)]
        let ordered = random.oneIn(2) ? both : both.reversed()
        return random.oneIn(5) ? [ordered[0]] : ordered
    }

    /// A finding to write on: where people merge nearly always one that they have, so that those which are named
    /// before anybody wrote on them come later.
    private mutating func picked(by actor: Actor) throws -> String {
        let there = try findings.filter { try actor.shown("finding/\($0)") != nil }
        return random.pick(merges && !there.isEmpty && !random.oneIn(12) ? there : findings)
    }

    private mutating func change(by actor: Actor) throws -> (String, Change) {
        let finding = "finding/" + (try picked(by: actor))
        let criterion = "criterion/" + random.pick(Self.criteria)
        let value: JSON = random.pick(["IT", "HR", "QA"])
        switch random.below(24) {
        case 0..<4: return change("\(finding)/unit", to: random.oneIn(6) ? nil : value)
        case 4..<6: return change("\(finding)/draftNumber", to: value)
        case 6..<9: return change("\(criterion)/grade", to: random.pick(["minor", "major", "ofi"]))
        case 9..<12:
            let state: JSON = random.pick([
                "draft", "submitted", "confirmed", "withdrawn", "merged",
            ])
            let path = "\(finding)/state"
            return (path, .set(path, state, reason: random.oneIn(4) ? nil : "so"))
        case 12: return change("\(finding)/raisedBy", to: .string(actor.member))
        case 13..<15:
            let path = "\(finding)/evidence/\(random.pick(["e1", "e2"]))"
            return (path, random.oneIn(2) ? .put(path) : .take(path))
        case 15:
            let record = random.oneIn(2) ? finding : criterion
            return (record, random.oneIn(2) ? .hide(record) : .restore(record))
        case 16: return (finding, .add(finding, ["unit": value, "state": "draft"]))
        case 17:
            return (
                criterion,
                .add(
                    criterion,
                    [
                        "finding": .string(try picked(by: actor)), "standard": "s",
                        "clause": "8", "grade": "observation",
                    ]
                )
            )
        case 18: return rarely(actor)
        case 19:
            return change(random.pick(["planSlot/p1/title", "finding/f1/title"]), to: value)
        case 20: return change("interview/i1/person", to: value)
        case 21: return seal(actor)
        default:
            // A title is no text: what is spliced into it is void.
            let field = random.oneIn(8) ? "title" : "statement"
            return splice("finding/f1/\(field)", by: actor)
        }
    }

    /// Seals, reopenings, and what only a seal gives.
    private mutating func seal(_ actor: Actor) -> (String, Change) {
        let id = random.pick(["s1", "s2"])
        switch random.below(6) {
        case 0, 1: return ("seal/\(id)", .seal(id))
        case 2, 3: return ("reopening", .reopen(id))
        case 4: return change("finding/f1/number", to: "F-01")
        default: return change("engagement/e/state", to: random.pick(["signed", "closed"]))
        }
    }

    private func change(_ path: String, to value: JSON?) -> (String, Change) {
        (path, .set(path, value))
    }

    private mutating func splice(_ path: String, by actor: Actor) -> (String, Change) {
        let text = (try? actor.shown(path))?.stringValue ?? ""
        let count = text.unicodeScalars.count
        let at = count == 0 ? 0 : random.below(count)
        return (path, .type(path, at: at, delete: min(random.below(3), count - at), "ab"))
    }

    /// Roles, revocations, admissions, and what names the unseen.
    private mutating func rarely(_ actor: Actor) -> (String, Change) {
        let member = "member/" + random.pick(["ben", "cem", "dot", "ada"])
        switch random.below(5) {
        case 0: return change("\(member)/role", to: .string(random.pick(Self.roles).rawValue))
        case 1: return change("\(member)/status", to: random.pick(["revoked", "active"]))
        case 2, 3:
            let diff = random.pick(actor.diffs)
            return ("admission/\(diff.id)", .admit(diff))
        default:
            let unseen = WriteReference(seq: 1 + random.below(9), author: HashSigner("ben").author)
            let path = "finding/f1/unit"
            return (path, .raw(Operation(.add("CO"), at: Actor.path(path), over: [unseen])))
        }
    }
}
