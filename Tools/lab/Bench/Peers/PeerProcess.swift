import ConcordEncoding
import Foundation

/// The script that measures the peers, asked for one measurement at a time.
final class PeerProcess {
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var unread: [UInt8] = []
    private var versions: [String: String] = [:]

    /// Starts it and waits until it has built the history.
    init(python: URL, project: URL, bench: TextBench) throws {
        process.executableURL = python
        process.arguments = [
            project.appendingPathComponent("Tools/bench/peers.py").path, bench.concurrent.file.path,
            bench.sequential.file.path,
        ]
        process.standardInput = requests
        process.standardOutput = answers
        try process.run()
        let ready = try readLine()
        for name: WireText in ["loro", "pycrdt"] {
            versions[name.string] = ready[name]?.stringValue?.string
        }
    }

    /// Runs a measurement; microseconds.
    func measure(_ name: String) throws -> Double {
        try requests.fileHandleForWriting.write(contentsOf: Data("\(name)\n".utf8))
        guard let time = try readLine()["nanoseconds"]?.integerValue else {
            throw PeerEnvironment.Failure(
                description: "Tools/bench/peers.py does not answer as it should."
            )
        }
        return Double(time) / 1_000
    }

    /// The library that a measurement is of, with its version.
    func name(of measurement: String) -> String {
        let library = measurement.split(separator: "-").first.map(String.init) ?? measurement
        return "\(library) \(versions[library] ?? "")"
    }

    /// Ends it.
    func stop() {
        do {
            try requests.fileHandleForWriting.close()
        } catch {
            process.terminate()
        }
        process.waitUntilExit()
    }

    private func readLine() throws -> JSON {
        let handle = answers.fileHandleForReading
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(unread[..<end])
                unread.removeSubrange(...end)
                return try JSON(parsing: line)
            }
            // Waits for some bytes; `read(upToCount:)` would wait for all of them.
            let part = handle.availableData
            guard !part.isEmpty else {
                process.waitUntilExit()
                throw PeerEnvironment.Failure(
                    description:
                        "Tools/bench/peers.py ended with exit code \(process.terminationStatus); "
                        + "its own message is above. Removing .build/peers makes the environment again."
                )
            }
            unread += part
        }
    }
}
