/// What went wrong with a replica's file: a code to decide on, and words for a person.
package struct StorageFailure: Error, CustomStringConvertible {
    /// What callers decide on.
    package enum Code: String, CaseIterable, Hashable, Sendable {
        /// There is no file.
        case notFound = "not-found"
        /// There is a file where a new replica was to be made.
        case alreadyExists = "already-exists"
        /// The file is a database of another program.
        case notAReplica = "not-a-replica"
        /// The replica was written by a newer version of Concord.
        case newerVersion = "newer-version"
        /// The file is damaged.
        case corrupted = "corrupted"
        /// No space is left.
        case diskFull = "disk-full"
        /// The file, or the folder it is in, cannot be written.
        case readOnly = "read-only"
        /// Another process held the file for too long.
        case busy = "busy"
        /// Another file, or none, has taken the place of the one that was opened.
        case replaced = "replaced"
        /// The disk or the system failed.
        case io = "io"
    }

    /// What callers decide on.
    package var code: Code
    /// What was being done, and what to do next.
    package var message: String
    /// What the layer below said.
    package var cause: (any Error)?

    /// A failure.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The code, the words and the cause.
    package var description: String {
        "\(code.rawValue): \(message)" + (cause.map { " (\($0))" } ?? "")
    }
}

extension StorageFailure {
    /// What is wrong and what to do next, for each kind of failure.
    private static func advice(_ code: Code) -> String {
        switch code {
        case .notFound:
            "there is no such file. Check the path, or open or join an engagement first."
        case .alreadyExists:
            "there is a file already. Choose another path, or open the replica that is there."
        case .notAReplica: "the file belongs to another program. Check the path."
        case .newerVersion:
            "a newer version of Concord wrote it. Install that version; the file was not changed."
        case .corrupted:
            "the file is damaged or is not a replica; it was not changed. Check the path. Keep a copy of"
                + " it, then run `concord rebuild`. If that does not help, join again and import what"
                + " only this file holds from its log."
        case .diskFull:
            "the disk is full. Nothing was changed. Free some space and try again."
        case .readOnly:
            "it cannot be written. Nothing was changed. Make the file and its folder writable for"
                + " this user."
        case .busy:
            "another program is using it. Nothing was changed. Try again when that program has finished."
        case .replaced:
            "the file was replaced or moved while it was open here, by `concord rebuild` for example."
                + " Nothing was changed. Try again; a program that has it open must reopen it."
        case .io:
            "the disk or the system failed. Nothing was changed. Check the disk, and try again."
        }
    }

    /// A failure of SQLite while doing something with the file at `path`.
    init(_ code: Code, while action: String, _ path: String, cause: (any Error)? = nil) {
        self.init(code, "While \(action) \(path): \(Self.advice(code))", cause: cause)
    }
}
