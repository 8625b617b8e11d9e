import Foundation

/// A virtual environment of Python with a peer or two, made once in its folder.
///
/// The versions are pinned in a file of requirements. A copy of that file is written into the
/// environment when everything is installed; as long as both are equal, the network is not needed. A half
/// made environment has no copy, and is made again.
struct PeerEnvironment {
    /// What is missing, and what to do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let packages: String
    private let requirements: URL
    private let folder: URL
    private let mark: URL

    /// - Parameter packages: their names, for a reader.
    init(_ packages: String, requirements: URL, folder: URL) {
        self.packages = packages
        self.requirements = requirements
        self.folder = folder
        mark = folder.appendingPathComponent("requirements.txt")
    }

    /// The path of its Python.
    func python() throws -> URL {
        let python = folder.appendingPathComponent("bin/python")
        guard try !isComplete(python) else { return python }
        if FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder)
        }
        let system = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        PeersBench.say("Making a virtual environment in \(folder.path), with \(system)")
        try run(
            [system, "-m", "venv", folder.path],
            or: "There is no Python 3.9 or newer with `venv` under the name \(system). On Debian: "
                + "apt-get install python3-venv. Another one: CONCORD_PYTHON=/path/to/python3."
        )
        PeersBench.say("Installing \(packages) from PyPI (a minute)")
        try run(
            [python.path, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
                + ["--timeout", "30", "--retries", "2", "--only-binary", ":all:"]
                + ["--requirement", requirements.path],
            or:
                "The packages of \(requirements.path) could not be installed; pip's own message is above. "
                + "If it speaks of the network, try again when there is one, or put the wheels into a "
                + "folder and set PIP_NO_INDEX=1 and PIP_FIND_LINKS=FOLDER. The environment is then kept "
                + "and needs no network again. Without --peers everything else is measured."
        )
        try FileManager.default.copyItem(at: requirements, to: mark)
        return python
    }

    private func isComplete(_ python: URL) throws -> Bool {
        guard FileManager.default.fileExists(atPath: mark.path),
            FileManager.default.isExecutableFile(atPath: python.path)
        else { return false }
        return try Data(contentsOf: mark) == Data(contentsOf: requirements)
    }

    private func run(_ command: [String], or message: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.standardError
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: message) }
    }
}
