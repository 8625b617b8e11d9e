import Foundation

/// The server of the demo: started, stopped, and started again with the same database and port.
final class DemoServer {
    private let program: String
    private let folder: DemoFolder
    private let options: [String]
    private var process: ChildProcess?
    private var starts = 0
    /// Where it listens; known from the first start on.
    private(set) var port = 0

    /// - Parameter options: more of `concord-server serve`.
    init(program: String, folder: DemoFolder, options: [String] = []) {
        self.program = program
        self.folder = folder
        self.options = options
    }

    /// The address for clients.
    var url: String { "http://127.0.0.1:\(port)" }
    /// The file with all logs.
    var database: String { folder.file("server.sqlite") }
    /// The arguments to start it again.
    var arguments: [String] {
        ["serve", "--database", database, "--host", "127.0.0.1", "--port", "\(port)"]
            + options
    }
    /// The process's id while it runs; otherwise 0.
    var processID: Int32 { process?.id ?? 0 }

    /// Starts it and waits until it listens: the first time on a free port.
    func start() throws {
        let portFile = folder.file("server.port")
        starts += 1
        let started = try ChildProcess(
            program,
            arguments + ["--port-file", portFile],
            environment: Surroundings.plain(),
            files: folder.file("server-\(starts)")
        )
        process = started
        RunningServer.set(started.id)
        let deadline = Date(timeIntervalSinceNow: 20)
        while true {
            if let text = FileManager.default.contents(atPath: portFile),
                let port = Int(
                    String(decoding: text, as: UTF8.self).trimmingCharacters(
                        in: .whitespacesAndNewlines
                    )
                )
            {
                self.port = port
                return
            }
            guard started.isRunning else {
                let errors = try started.wait(seconds: 1).errors
                throw DemoFailure("concord-server ended at once: \(errors)")
            }
            guard Date() < deadline else {
                throw DemoFailure("concord-server did not listen within 20 s")
            }
            usleep(5_000)
        }
    }

    /// Ends it at once, whatever it does; `start` goes on with the same database and port.
    func kill() throws {
        process?.kill()
        _ = try process?.wait(seconds: 20)
        process = nil
        RunningServer.set(0)
        // Nobody was left to remove it, and the next start waits for it.
        let portFile = folder.file("server.port")
        if FileManager.default.fileExists(atPath: portFile) {
            try FileManager.default.removeItem(atPath: portFile)
        }
    }

    /// Stops it in order and waits until it has ended.
    func stop() throws {
        try process?.stop(seconds: 20)
        process = nil
        RunningServer.set(0)
    }
}
