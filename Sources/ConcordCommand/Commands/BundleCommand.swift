import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding

/// `concord bundle`.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Carry work by hand: everything in one file, for a USB stick.",
        discussion: """
            Where there is no network at all, colleagues exchange their work as files. A bundle holds the \
            diffs that are on this device, also those of others, and the files of evidence. Whoever \
            takes it in checks all of it as in a sync, and passes it on to the server at the next sync.

            Examples:
              concord bundle export /media/stick/audit.bundle
              concord bundle export --no-files audit.bundle
              concord bundle import /media/stick/audit.bundle

            A bundle is an archive that `tar` reads. It is not encrypted: use an encrypted stick.
            """,
        subcommands: [BundleExportCommand.self, BundleImportCommand.self]
    )
}

/// `concord bundle export`.
struct BundleExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a bundle."
    )

    @Argument(help: "The bundle's file; an ordinary file of this name is replaced.")
    var file: String
    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "Put the files of evidence into it too."
    )
    var files = true
    @Option(
        help: ArgumentHelp(
            "Leave out the first entries of the server's log, which the receivers have (their `concord status` says how many).",
            valueName: "count"
        )
    )
    var from = 0
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        if from < 0 { throw ValidationError("--from is 0 or more.") }
    }

    func run() throws {
        let replica = try options.openForReading()
        let progress = ProgressLine()
        defer { progress.clear() }
        let export = try replica.exportBundle(to: file, from: from, holdsFiles: files) { bytes in
            progress.show(Shown("Writing files: \(ByteCount.words(bytes))"))
        }
        progress.clear()
        try options.output.show(ExportView(export: export, path: file))
    }

    private struct ExportView: View {
        let export: BundleExport
        let path: String

        var json: JSON {
            [
                "file": .string(WireText(path)), "diffs": .integer(Int64(export.diffs)),
                "from": .integer(Int64(export.from)), "files": .integer(Int64(export.files)),
                "bytes": .integer(Int64(export.bytes)),
            ]
        }

        var lines: [Shown] {
            [
                Shown(
                    "Wrote \(path): \(Layout.count(export.diffs, "diff")), "
                        + "\(Layout.count(export.files, "file")) of evidence, \(ByteCount.words(export.bytes))."
                )
            ]
        }
    }
}

/// `concord bundle import`.
struct BundleImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take a bundle in.",
        discussion: """
            Everything is checked before anything is taken in: the log against what the server has signed, \
            each signature, and each file against what its record says. To take a bundle in twice does nothing.
            """
    )

    @Argument(help: "The bundle's file.")
    var file: String
    @OptionGroup var options: EngagementOptions

    func run() async throws {
        let replica = try options.open()
        let mark = try replica.newsMark()
        let progress = ProgressLine()
        defer { progress.clear() }
        let report: BundleImport
        do {
            report = try await replica.importBundle(from: file) { state in
                progress.show(Shown(SyncedFiles.line(state)))
            }
        } catch let refusal as BundleRefusal {
            throw CommandFailure(
                refusal.code,
                "\(file) was not taken in",
                next: refusal.description
            )
        } catch let refusal as ImportRefusal {
            throw CommandFailure(
                refusal.refusal.map { FailureCode.diff($0) } ?? .command(.malformedLine),
                "\(file) was not taken in",
                next: refusal.description
            )
        }
        progress.clear()
        let news = try replica.news(since: mark)
        try options.output.show(
            ImportView(
                report: report,
                files: SyncedFiles(summary: report.files, failure: nil),
                news: news.isEmpty
                    ? nil : NewsView(news: news, view: try AuditView(replica), peopleMax: 5)
            )
        )
    }

    private struct ImportView: View {
        let report: BundleImport
        let files: SyncedFiles
        let news: NewsView?

        var json: JSON {
            [
                "diffs": .integer(Int64(report.diffs)), "new": .integer(Int64(report.new)),
                "files": files.json,
            ]
        }

        var lines: [Shown] {
            var lines: [Shown] = [
                Shown(
                    "\(report.new) of \(Layout.count(report.diffs, "diff")) were new."
                        + (report.new > 0 ? " `concord sync` offers them to the server." : "")
                )
            ]
            lines += files.lines
            return lines + (news?.lines ?? [])
        }
    }
}

extension BundleRefusal {
    /// The code of the failure.
    fileprivate var code: FailureCode {
        switch self {
        case .notABundle, .damaged: .command(.badBundle)
        case .newerVersion: .replica(.newerVersion)
        case .otherEngagement: .diff(.wrongEngagement)
        case .gap: .command(.bundleGap)
        }
    }
}
