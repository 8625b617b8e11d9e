import ArgumentParser
import Foundation

/// One hostile shape at one size, in a process of its own, so that it can be cut off.
struct HostileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hostile-shape",
        abstract: "Measure one hostile shape at one size; `bench --only hostile` runs this.",
        discussion: """
            Prints one line for each stage: its name, the processor's time in microseconds, and the \
            most memory so far in kibibytes, with tabs between them. Without a shape it lists what \
            there is.

            Exit codes: 0 done, 1 a stage failed (standard error says how), \(HostileMeter.cut) a stage took longer \
            than --cut or more memory than a shape may take.
            """
    )

    @Argument(help: "The shape's name.")
    var shape: String?
    @Option(help: "N; by default what the benchmark takes.")
    var size: Int?
    @Option(help: "After how many seconds of the processor's time a stage is given up.")
    var cut = 600.0
    @Option(help: "Where the replica is made; a temporary folder by default.")
    var folder: String?

    func validate() throws {
        guard size ?? 1 > 0 else { throw ValidationError("--size is at least 1.") }
    }

    func run() throws {
        guard let shape else {
            for shape in HostileShape.all { print("\(shape.name)\t\(shape.size)") }
            return
        }
        do {
            let shape = try HostileShape.named(shape)
            let meter = HostileMeter(budget: cut)
            meter.watch()
            let path = (folder ?? NSTemporaryDirectory()) + "/concord-hostile-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
            defer { remove(path) }
            try HostileStages(shape, size: size ?? shape.size, folder: path, meter: meter).run()
        } catch {
            FileHandle.standardError.write(Data("concord-lab: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    private func remove(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("concord-lab: \(path) is left: \(error)\n".utf8))
        }
    }
}
