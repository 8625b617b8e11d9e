import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordSync
import ConcordTesting
import Foundation

// One run: real replicas in files, the real server's decisions, and one scheduler without threads or
// clocks of its own. Every step draws its choices from a generator of its own, made from the run's seed
// and the step's number: the same steps give the same run, and a step can be left out.

/// What a run is made of.
package struct SimulationSettings: Sendable {
    /// How many devices begin.
    package var replicas = 4
    /// How many steps a run has.
    package var steps = 200
    /// How devices sign.
    package var signatures = SimulatedSignatures.hashes
    /// Whether people meet: some of a team have the same before them and act at the same findings at once. It is
    /// asked for, since it finds more than the merge keeps yet (`docs/testing.md`).
    package var hasMeetings = false
    /// Where the replicas' files are: a folder in memory, if there is one.
    package var folder: String

    /// Settings with their usual values.
    package init(folder: String? = nil) {
        let memory = "/dev/shm"
        let isThere = FileManager.default.fileExists(atPath: memory)
        self.folder = folder ?? (isThere ? memory : NSTemporaryDirectory())
    }
}

/// One run of one seed.
package final class Simulation {
    let seed: UInt64
    let settings: SimulationSettings
    let folder: String
    let verifier: SimulatedVerifier
    var random: SeededGenerator
    var server: MemorySyncServer
    var network = SimulatedNetwork()
    var devices: [SimulatedDevice] = []
    var engagement: DiffID?
    var registry = DiffRegistry()
    /// What a save has returned for: nothing of it may be lost.
    var acknowledged: Set<DiffID> = []
    /// What was on a disk alone that is gone: nobody can have it.
    var gone: Set<DiffID> = []
    var invitations: [OpenInvitation] = []
    var serial = 0
    /// What the steps did, in words.
    package private(set) var story: [String] = []

    /// Begins a run.
    package init(seed: UInt64, _ settings: SimulationSettings) throws {
        self.seed = seed
        self.settings = settings
        folder = "\(settings.folder)/concord-simulation-\(UUID().uuidString)"
        verifier = SimulatedVerifier(signatures: settings.signatures)
        random = SeededGenerator(seed: seed)
        server = MemorySyncServer(verifier: verifier)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        try found()
    }

    deinit {
        do {
            for device in devices { try device.close() }
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            // What is left lies in a folder for temporary files; the run's outcome is known already.
            tell("cannot clean up: \(error)")
        }
    }

    /// Carries out steps, heals everything and checks it.
    ///
    /// - Throws: `SimulationFailure`, whose history is `history` up to the failing step.
    package func run(_ history: [Int]) throws {
        for (index, step) in history.enumerated() {
            try naming(step, Array(history[...index])) { try self.step(step) }
        }
        try naming(settings.steps, history) { try heal() }
    }

    private func naming(_ step: Int, _ history: [Int], _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            let message = (error as? Violation)?.message ?? "\(error)"
            throw SimulationFailure(seed: seed, step: step, message: message, history: history)
        }
    }

    func tell(_ words: String) { story.append(words) }

    // MARK: Steps.

    private func step(_ number: Int) throws {
        random = SeededGenerator(seed: seed, step: number)
        let device = random.pick(devices)
        tell("\(number) \(device.name):")
        switch random.below(100) {
        case 0..<44: try edit(device)
        case 44..<51: try actWithoutRight(device)
        case 51..<58: try beginSync(device)
        case 58..<76: try deliver()
        case 76..<81: try syncAtOnce(device)
        case 81..<89: try carryBundle(from: device, to: random.pick(devices))
        case 89..<93: try disaster(device)
        case 93..<96: try changeTeam(device)
        case 96..<99: try giveOrder(device)
        default: device.clock += Int64(random.below(21) - 10) * 31_557_600_000
        }
        if number.isMultiple(of: 4) { try checkFigures(of: device) }
        if random.oneIn(8) { try checkCells(of: device) }
        if random.oneIn(24) { try checkRebuild(of: device) }
        if random.oneIn(150) { try heal() }
    }

    // MARK: Checks.

    func checkRebuild(of device: SimulatedDevice) throws {
        let result = try device.store.checkState()
        guard result.isSame else {
            throw Violation(
                "\(device.name): what is stored is not what the log gives: "
                    + result.differences.prefix(6).joined(separator: "\n    ")
            )
        }
    }

    /// What is kept of each finding says the same as all records do.
    func checkFigures(of device: SimulatedDevice) throws {
        let (kept, counted) = try device.store.read { reader in
            (
                try FigureQuery(reader).figures(keptAt: device.figures),
                try Snapshot(reader).figures
            )
        }
        guard kept == counted else {
            throw Violation("\(device.name): the figures are \(counted), and \(kept) is told")
        }
    }

    func checkCells(of device: SimulatedDevice) throws {
        let problem = try device.store.read { reader -> String? in
            let check = try CellCheck(reader, registry: registry)
            let problem =
                try check.problem() ?? check.countingProblem() ?? check.decisionProblem()
            return try problem ?? (settings.hasMeetings ? check.toldProblem() : nil)
        }
        if let problem { throw Violation("\(device.name): \(problem)") }
    }

    /// Notes a diff that was just saved.
    func note(_ result: SaveReceipt?, by device: SimulatedDevice) throws {
        guard let result else { return }
        guard let diff = try device.diff(result.id) else {
            throw Violation("\(device.name): a save returned, and its diff is not there")
        }
        registry.note(diff)
        acknowledged.insert(diff.id)
        let words = diff.body.operations.map { $0.json.canonicalText }.joined(separator: " ")
        registry.note(keptVoid: result.voided.map(\.path), of: result.id)
        let voided = result.voided.map { "void \($0.path) \($0.reason.rawValue)" }
        tell("    saves \(result.reference.seq) \(words) \(voided.joined(separator: ", "))")
    }
}
