import Concord
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import Foundation

extension LogCommand {
    /// Half of what a 32-bit machine can address; a log of a million diffs is shorter.
    private static let bytesMax = 1 << 30

    /// Takes an exported log in, and says how much of it was new.
    func importLog(_ path: String, into replica: Replica) throws {
        let bytes = try Self.bytes(of: path)
        let report: ImportReport
        do {
            report = try replica.importLog(bytes)
        } catch let refusal as ImportRefusal {
            throw CommandFailure(
                refusal.refusal.map { FailureCode.diff($0) } ?? .command(.malformedLine),
                "\(path) was not imported",
                next: refusal.description
            )
        }
        try options.output.show(
            Message(
                json: [
                    "diffs": .integer(Int64(report.diffs)), "new": .integer(Int64(report.new)),
                    "witnesses": .array(
                        report.witnesses.map { .string(WireText($0.base64url)) }
                    ),
                ],
                lines: [
                    "Imported: \(report.new) of \(report.diffs) diffs were new. `concord sync` offers them to the server."
                ]
                    + (report.witnesses.isEmpty
                        ? []
                        : [
                            "\(Layout.count(report.witnesses.count, "diff")) of your colleagues' devices contradict the server's"
                                + " log: `concord status`."
                        ])
            )
        )
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        // A pipe is read as standard input is: `-`.
        if path != "-" { try RegularFile.require(path) }
        do {
            let handle =
                try path == "-"
                ? FileHandle.standardInput
                : FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            var bytes: [UInt8] = []
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
                bytes.append(contentsOf: part)
                guard bytes.count <= bytesMax else {
                    throw CommandFailure(
                        .tooLarge,
                        "\(path) is larger than \(bytesMax >> 20) MiB",
                        next: "Is it a log that `concord log --export` wrote?"
                    )
                }
            }
            return bytes
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw CommandFailure(
                isThere ? .unreadable : .notFound,
                isThere ? "\(path) cannot be read" : "there is no file \(path)",
                next: isThere ? "Is it a file, and are you allowed to read it?" : "Check the path."
            )
        }
    }
}
