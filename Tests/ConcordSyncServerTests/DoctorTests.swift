import ConcordEncoding
import ConcordSigning
import Foundation
import Testing

@testable import ConcordSyncServer

/// The doctor finds what is wrong, and nothing else.
@Suite struct DoctorTests {
    private static let tls = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Data/tls")

    private func server(in folder: URL) throws -> ServerFiles {
        let files = ServerFiles(database: folder.appending(path: "a.sqlite").path)
        try ServerDatabase(path: files.database).close()
        return files
    }

    private func grade(
        _ subject: DoctorFinding.Subject,
        _ doctor: ServerDoctor
    ) -> DoctorFinding.Grade? {
        doctor.findings().first { $0.subject == subject }?.grade
    }

    @Test func aSoundServerHasNoErrors() async throws {
        try await withFolder { folder in
            let findings = ServerDoctor(try server(in: folder)).findings()

            #expect(findings.map(\.subject) == DoctorFinding.Subject.allCases)
            #expect(findings.filter { $0.grade == .error } == [])
        }
    }

    @Test func aSharedFileIsFound() async throws {
        try await withFolder { folder in
            let files = try server(in: folder)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640],
                ofItemAtPath: files.database
            )

            #expect(grade(.permissions, ServerDoctor(files)) == .error)
        }
    }

    @Test func aMissingKeyIsFound() async throws {
        try await withFolder { folder in
            let files = try server(in: folder)
            try FileManager.default.removeItem(atPath: files.logKey)

            #expect(grade(.logKey, ServerDoctor(files)) == .error)
        }
    }

    @Test func aMissingDatabaseIsFound() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "none.sqlite").path)

            #expect(grade(.database, ServerDoctor(files)) == .error)
        }
    }

    /// The certificate of the tests ends in 2114; the doctor's clock is what changes.
    @Test func aCertificateThatEndsIsTold() async throws {
        let certificate = ServerCertificate.Files(
            certificate: Self.tls.appending(path: "server.pem").path,
            key: Self.tls.appending(path: "server-key.pem").path
        )
        let expires = try ServerCertificate(certificate).expires.milliseconds
        try await withFolder { folder in
            let files = try server(in: folder)
            let day: Int64 = 86_400_000
            let grades = [40 * day, 29 * day, -day].map { left in
                grade(
                    .certificate,
                    ServerDoctor(
                        files,
                        certificate: certificate,
                        now: Timestamp(milliseconds: expires - left)
                    )
                )
            }

            #expect(grades == [.ok, .warning, .error])
        }
    }

    @Test func aKeyOfAnotherCertificateIsFound() throws {
        let mixed = ServerCertificate.Files(
            certificate: Self.tls.appending(path: "server.pem").path,
            key: Self.tls.appending(path: "other-key.pem").path
        )

        #expect(throws: StorageFailure.self) { try ServerCertificate(mixed) }
    }
}
