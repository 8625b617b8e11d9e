import Foundation
import GRDBSQLite

/// The file itself, before SQLite touches it.
enum ReplicaFile {
    /// Creates an empty file that only its owner can read, if there is none yet.
    static func make(at path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        throw StorageFailure(code(of: errno), while: "making the replica", path, cause: POSIX())
    }

    /// Removes a replica that could not be finished.
    static func remove(_ path: String) throws {
        for name in ["", "-wal", "-shm", ".lock"].map({ path + $0 })
        where unlink(name) != 0 && errno != ENOENT {
            throw StorageFailure(code(of: errno), while: "removing", name, cause: POSIX())
        }
    }

    /// Refuses what is not a replica by its first bytes, so that another program's database stays as it
    /// is.
    ///
    /// - Parameter mayBeCut: whether a file is taken that is shorter than it says.
    static func check(_ path: String, mayBeCut: Bool = false) throws {
        guard access(path, R_OK) == 0 else {
            throw StorageFailure(code(of: errno), while: "opening", path, cause: POSIX())
        }
        let (header, size) = try beginning(of: path)
        let magic = Array("SQLite format 3".utf8) + [0]
        guard size >= header.count, header.starts(with: magic) else {
            throw StorageFailure(.corrupted, while: "opening", path)
        }
        let id = header[68..<72].reduce(0) { $0 << 8 | Int($1) }
        guard id == Tables.applicationID else {
            throw StorageFailure(.notAReplica, while: "opening", path)
        }
        if !mayBeCut { try checkSize(size, header, path) }
    }

    /// The first 100 bytes of a file, and its length.
    ///
    /// Through SQLite, which shares the file with the process's other connections: to open and close it
    /// on our own would end the locks that these have on it.
    private static func beginning(of path: String) throws -> (header: [UInt8], size: Int) {
        var connection: OpaquePointer?
        let opened = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, nil)
        defer { sqlite3_close(connection) }
        guard opened == SQLITE_OK, let connection,
            let file = try DatabaseFile.file(SQLITE_FCNTL_FILE_POINTER, of: connection),
            let methods = file.pointee.pMethods
        else { throw SQLiteError(connection, code: opened) }
        var header = [UInt8](repeating: 0, count: 100)
        let read = header.withUnsafeMutableBytes {
            methods.pointee.xRead(file, $0.baseAddress, Int32($0.count), 0)
        }
        var size: Int64 = 0
        let sized = methods.pointee.xFileSize(file, &size)
        guard sized == SQLITE_OK, read == SQLITE_OK || size < header.count else {
            throw SQLiteError(connection, code: sized == SQLITE_OK ? read : sized)
        }
        return (header, Int(size))
    }

    /// Refuses a file that is shorter than it says, unless newer pages are in the log next to it.
    private static func checkSize(_ size: Int, _ header: [UInt8], _ path: String) throws {
        let stored = header[16..<18].reduce(0) { $0 << 8 | Int($1) }
        let pageSize = stored == 1 ? 65_536 : stored
        let pages = header[28..<32].reduce(0) { $0 << 8 | Int($1) }
        var beside = stat()
        let hasWAL = stat(path + "-wal", &beside) == 0 && beside.st_size > 0
        if !hasWAL, size < pages * pageSize {
            throw StorageFailure(.corrupted, while: "opening", path)
        }
    }

    /// Makes a file that nobody has open, and its name, survive a power cut.
    static func makeDurable(_ path: String) throws {
        let slash = path.lastIndex(of: "/")
        for name in [path, slash.map { String(path[...$0]) } ?? "."] {
            let descriptor = open(name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw StorageFailure(code(of: errno), while: "writing", path, cause: POSIX())
            }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 || errno == EINVAL else {
                throw StorageFailure(code(of: errno), while: "writing", path, cause: POSIX())
            }
        }
    }

    private static func code(of error: Int32) -> StorageFailure.Code {
        switch error {
        case ENOENT, ENOTDIR: .notFound
        case EEXIST: .alreadyExists
        case EACCES, EPERM, EROFS: .readOnly
        case ENOSPC, EDQUOT: .diskFull
        default: .io
        }
    }

    /// The last error of the system.
    private struct POSIX: Error, CustomStringConvertible {
        let description = String(cString: strerror(errno))
    }
}
