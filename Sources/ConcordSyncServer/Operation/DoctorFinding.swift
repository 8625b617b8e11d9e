/// One thing that the doctor has looked at.
public struct DoctorFinding: Hashable, Sendable {
    /// How it stands.
    public enum Grade: String, CaseIterable, Sendable {
        /// As it should be.
        case ok
        /// It works, and something should be done.
        case warning
        /// The server does not work like this, or is not safe.
        case error
    }

    /// What was looked at; part of the stable output.
    public enum Subject: String, CaseIterable, Sendable {
        /// Whether the database can be read, and is this version's.
        case database
        /// Whether others can read the server's files.
        case permissions
        /// Whether the disk has room.
        case space
        /// The SQLite that is used.
        case sqlite
        /// The key that signs the logs.
        case logKey = "log-key"
        /// What was signed, against what is here.
        case checkpoints
        /// The files of evidence that the logs promise.
        case files
        /// The certificate for TLS.
        case certificate
        /// The machine's clock.
        case clock
    }

    /// What was looked at.
    public let subject: Subject
    /// How it stands.
    public let grade: Grade
    /// What was found, and what to do where something is to be done; for people.
    public let detail: String

    init(_ subject: Subject, _ grade: Grade, _ detail: String) {
        self.subject = subject
        self.grade = grade
        self.detail = detail
    }
}
