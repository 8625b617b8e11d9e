import Foundation

/// Kinto of its virtual environment, running with everything in memory.
struct KintoServer {
    /// The process, and where it listens.
    private let process: ChildProcess
    let url: String

    /// Installs it, starts it on a free port, and waits until it listens.
    ///
    /// - Throws: `PeerEnvironment.Failure` if it cannot be installed.
    init(in folder: String) throws {
        let project = try ProjectFolder.find()
        let environment = PeerEnvironment(
            "Kinto",
            requirements: project.appendingPathComponent("Tools/bench/kinto-requirements.txt"),
            folder: URL(fileURLWithPath: folder + "/kinto-environment")
        )
        let python = try environment.python()
        let files = folder + "/kinto"
        process = try ChildProcess(
            python.deletingLastPathComponent().appendingPathComponent("kinto").path,
            [
                "start", "--ini", project.appendingPathComponent("Tools/bench/kinto.ini").path,
                "--port", "0",
            ],
            environment: Surroundings.plain(),
            files: files
        )
        RunningServer.setPeer(process.id)
        url = try Self.address(of: process, told: files + ".err")
    }

    /// The address that it says it serves.
    private static func address(of process: ChildProcess, told file: String) throws -> String {
        let deadline = Date(timeIntervalSinceNow: 60)
        while process.isRunning, Date() < deadline {
            let text = FileManager.default.contents(atPath: file) ?? Data()
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
            let marker = "Serving on "
            // The last line may be half written.
            if text.last == UInt8(ascii: "\n"),
                let line = lines.first(where: { $0.contains(marker) }),
                let start = line.firstRange(of: marker)?.upperBound
            {
                return String(line[start...])
            }
            usleep(20_000)
        }
        process.kill()
        throw DemoFailure("Kinto does not listen; see \(file)")
    }

    /// Ends it at once; it has nothing to keep, and does not end when it is asked to.
    func stop() throws {
        process.kill()
        _ = try process.wait(seconds: 20)
        RunningServer.setPeer(0)
    }
}
