import CMachine
import ConcordDiff
public import ConcordEncoding
import ConcordFiles
import ConcordSigning
import Foundation
internal import GRDB

/// Looks at everything around a server that can be wrong before anybody notices, and says what to do.
///
/// It changes nothing, and a server may be running meanwhile. What the logs themselves hold is `LogVerification`'s.
public struct ServerDoctor {
    private let files: ServerFiles
    private let certificate: ServerCertificate.Files?
    private let now: Timestamp

    /// A doctor for these files.
    ///
    /// - Parameter certificate: the files for TLS, if the server has some.
    public init(
        _ files: ServerFiles,
        certificate: ServerCertificate.Files? = nil,
        now: Timestamp = SyncService.systemClock()
    ) {
        self.files = files
        self.certificate = certificate
        self.now = now
    }

    /// What was found, subject by subject in the order of `DoctorFinding.Subject`.
    public func findings() -> [DoctorFinding] {
        DoctorFinding.Subject.allCases.map { subject in
            do throws(StorageFailure) {
                return try finding(on: subject)
            } catch {
                return DoctorFinding(subject, .error, error.message)
            }
        }
    }

    private func finding(
        on subject: DoctorFinding.Subject
    ) throws(StorageFailure) -> DoctorFinding {
        switch subject {
        case .database: try database()
        case .permissions: try permissions()
        case .space: space()
        case .sqlite: DoctorFinding(.sqlite, .ok, "SQLite \(ServerDatabase.sqliteVersion)")
        case .logKey: try logKey()
        case .checkpoints: try checkpoints()
        case .files: try evidence()
        case .certificate: try shownCertificate()
        case .clock: try clock()
        }
    }

    private func database() throws(StorageFailure) -> DoctorFinding {
        let logs = try LogSummary.all(in: files)
        let file = try ReadOnlyDatabase(files.database, .logs)
        let damage = try file.read("checking the database") { db in
            try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
        }
        guard damage == ["ok"] else {
            let what = damage.first ?? ""
            return DoctorFinding(
                .database,
                .error,
                "the database is damaged (\(what)): stop the server, keep a copy and restore a backup"
            )
        }
        let entries = logs.reduce(0) { $0 + $1.entries }
        return DoctorFinding(.database, .ok, "\(logs.count) engagements, \(entries) diffs")
    }

    private func permissions() throws(StorageFailure) -> DoctorFinding {
        var open: [String] = []
        do throws(FileFailure) {
            for path in files.secret where try FileRights.areShared(path) { open.append(path) }
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
        if open.isEmpty {
            return DoctorFinding(.permissions, .ok, "the files are their owner's alone")
        }
        let names = open.joined(separator: " ")
        return DoctorFinding(
            .permissions,
            .error,
            "others on this machine may read what the server stores: chmod 600 \(names)"
        )
    }

    private func space() -> DoctorFinding {
        let free = DiskSpace.free(beside: files.database)
        let room = "\(free >> 20) MiB are free on the disk"
        if free < DiskSpace.roomMin {
            return DoctorFinding(.space, .error, "\(room): the server takes nothing new. Make room")
        }
        if free < DiskSpace.roomWanted {
            return DoctorFinding(.space, .warning, "\(room): make room, or move the database")
        }
        return DoctorFinding(.space, .ok, room)
    }

    private func logKey() throws(StorageFailure) -> DoctorFinding {
        let keys = try LogKeys(files)
        let isBegun: Bool
        do throws(FileFailure) {
            isBegun = try OwnFile.exists(files.nextLogKey)
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
        let signing = "the key \(keys.key.author.text) signs the logs"
        if isBegun {
            return DoctorFinding(
                .logKey,
                .warning,
                "\(signing), and a change to another one was begun and not finished: stop the server, and run "
                    + "`concord-server rotate-key` again"
            )
        }
        let count = keys.successions.count
        let history = count == 0 ? "" : ", after \(count) changes of the key"
        return DoctorFinding(
            .logKey,
            .ok,
            "\(signing)\(history); keep a backup, which holds it too, on another machine"
        )
    }

    private func checkpoints() throws(StorageFailure) -> DoctorFinding {
        let history = try SignedHistory(files)
        let logs = try LogSummary.all(in: files)
        let sizes = Dictionary(logs.map { ($0.engagement, $0.entries) }) { one, _ in one }
        var behind = 0
        for engagement in history.engagements {
            let signed = history.of(engagement)
            guard signed.unsigned.isEmpty else {
                return DoctorFinding(
                    .checkpoints,
                    .error,
                    "checkpoints are not signed by the key of the logs: put the key and the checkpoints of one server "
                        + "together"
                )
            }
            if (signed.checkpoints.last?.size ?? 0) > sizes[engagement] ?? 0 { behind += 1 }
        }
        if behind > 0 {
            return DoctorFinding(
                .checkpoints,
                .warning,
                "\(behind) logs have fewer entries than were signed, after a restore: ask their teams to sync, each "
                    + "client brings what is missing"
            )
        }
        return DoctorFinding(
            .checkpoints,
            .ok,
            "\(history.engagements.count) logs are signed, and all entries that were signed are here"
        )
    }

    private func evidence() throws(StorageFailure) -> DoctorFinding {
        let report = try EvidenceReport.look(
            at: files.evidence,
            PromisedFiles.all(in: files.database),
            reading: false
        )
        let held = "\(report.files) files of evidence, \(report.bytes >> 20) MiB"
        if report.missing == 0 { return DoctorFinding(.files, .ok, held) }
        return DoctorFinding(
            .files,
            .warning,
            "\(held); \(report.missing) that the logs promise are not here: devices that have them send them at their "
                + "next sync. After a loss, take them from the folder beside your backups (`concord-server restore`)"
        )
    }

    private func shownCertificate() throws(StorageFailure) -> DoctorFinding {
        guard let certificate else {
            return DoctorFinding(
                .certificate,
                .ok,
                "none: the server speaks plain HTTP, for this machine or behind a proxy that speaks TLS"
            )
        }
        let expires = try ServerCertificate(certificate).expires
        let days = (expires.milliseconds - now.milliseconds) / CertificateExpiry.dayMilliseconds
        let until = "the certificate is valid until \(expires)"
        if days < 0 {
            return DoctorFinding(
                .certificate,
                .error,
                "the certificate has expired on \(expires): clients refuse it. Renew it, and send SIGHUP to the server"
            )
        }
        if days < CertificateExpiry.daysWarned {
            return DoctorFinding(
                .certificate,
                .warning,
                "\(until), \(days) days from now: renew it, and send SIGHUP to the server"
            )
        }
        return DoctorFinding(.certificate, .ok, until)
    }

    private func clock() throws(StorageFailure) -> DoctorFinding {
        let newest = try LogSummary.all(in: files).first?.newest
        if let newest, newest.milliseconds > now.milliseconds {
            return DoctorFinding(
                .clock,
                .error,
                "the clock says \(now), and the newest diff came at \(newest): set the clock, or requests are refused"
            )
        }
        guard concord_clock_is_kept() != 0 else {
            return DoctorFinding(
                .clock,
                .warning,
                "the clock says \(now), and nothing keeps it right: run a time service, such as systemd-timesyncd. "
                    + "Requests are refused if it is wrong by five minutes"
            )
        }
        return DoctorFinding(
            .clock,
            .ok,
            "the clock says \(now), and a time service keeps it right"
        )
    }
}
