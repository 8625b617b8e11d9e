import ConcordFiles

/// Where the files of one server are.
public struct ServerFiles: Hashable, Sendable {
    /// The SQLite file with all logs.
    public let database: String
    /// The file of what the server has signed, which is never restored together with the database.
    public let checkpoints: String
    /// The file of the key that signs the logs.
    public let logKey: String
    /// The folder of the files of evidence.
    public var evidence: String { FileBeside.files.of(database) }
    /// The file of the statements by which former keys of the logs lead to the present one.
    public var keyStatements: String { logKey + ".statements" }
    /// The key that is to follow, while the key is changed.
    public var nextLogKey: String { logKey + ".next" }
    /// The file of the keys whose holders may open engagements.
    public let tokens: String

    /// The files of the server with this database; those that are not named stand next to it.
    ///
    /// - Parameters:
    ///   - database: the path of the database.
    ///   - checkpoints: by default `DATABASE.checkpoints`.
    ///   - logKey: by default `DATABASE.log-key`.
    public init(database: String, checkpoints: String? = nil, logKey: String? = nil) {
        self.database = database
        self.checkpoints = checkpoints ?? database + ".checkpoints"
        self.logKey = logKey ?? database + ".log-key"
        tokens = database + ".tokens"
    }

    /// What SQLite puts next to a file of its own, and we to lock it.
    static let parts = ["-wal", "-shm", "-journal", ".lock"]

    /// Everything that is for the server's user alone, as far as it is there.
    var secret: [String] { databases + [logKey, nextLogKey, tokens] }

    private var databases: [String] {
        [database, checkpoints].flatMap { path in [path] + Self.parts.map { path + $0 } }
    }

    /// Takes away from others what they may do with the databases.
    ///
    /// A file that is made is its owner's alone already; this is for those that a copy has left. A key that others could
    /// read is refused where it is read: narrowing would not make it secret again.
    ///
    /// - Throws: a failure if one of them cannot be changed, because it is another user's.
    func narrow() throws(StorageFailure) {
        do throws(FileFailure) {
            for path in databases { try FileRights.narrow(path) }
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
    }
}
