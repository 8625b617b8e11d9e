#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension SigningKey {
    /// Reads a key from a PEM file that nobody else may read.
    ///
    /// - Throws: a failure if there is no such file, if the group or others may read or change it,
    ///   or if it holds no key that can be read with this passphrase.
    public init(file path: String, passphrase: String? = nil) throws(KeyFailure) {
        try self.init(pem: KeyFile.read(path), passphrase: passphrase)
    }

    /// Writes the key to a new PEM file that nobody else may read, and makes it durable.
    ///
    /// The file is there with all its contents or not at all, also after a power cut. An existing
    /// file is never replaced.
    ///
    /// - Throws: a failure if there is such a file or it cannot be written.
    public func write(to path: String, passphrase: String? = nil) throws(KeyFailure) {
        try KeyFile.create(path, contents: Array(pem(passphrase: passphrase).utf8))
    }
}

/// Files of secrets.
enum KeyFile {
    private static let bytesMax = 1 << 16

    static func read(_ path: String) throws(KeyFailure) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if file < 0, errno == ENOENT {
            throw KeyFailure(.noSuchFile, "There is no key file \(path).")
        }
        guard file >= 0 else { throw failure("The key file \(path) cannot be opened.") }
        defer { close(file) }
        try requirePrivate(file, path)
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var length = 0
        while length < bytesMax {
            let count = bytes.withUnsafeMutableBytes { room in
                posixRead(file, room.baseAddress?.advanced(by: length), bytesMax - length)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("The key file \(path) cannot be read.") }
            if count == 0 { break }
            length += count
        }
        return String(decoding: bytes[..<length], as: UTF8.self)
    }

    private static func requirePrivate(_ file: Int32, _ path: String) throws(KeyFailure) {
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw failure("The key file \(path) cannot be examined.")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw KeyFailure(.fileAccess, "\(path) is not a file.")
        }
        if status.st_mode & 0o077 != 0 {
            throw KeyFailure(
                .fileIsShared,
                "Other users may read or change the key file \(path). "
                    + "Restrict it with chmod 600. If others use this machine, "
                    + "create a new key."
            )
        }
    }

    /// Writes a file next to the place and links it there: a link never replaces a file, and
    /// appears atomically.
    static func create(_ path: String, contents: [UInt8]) throws(KeyFailure) {
        let draft = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).new"
        try writeDraft(draft, contents)
        defer { unlink(draft) }
        if link(draft, path) != 0 {
            if errno == EEXIST {
                throw KeyFailure(
                    .fileExists,
                    "There is a file \(path) already; keys are never overwritten."
                )
            }
            throw failure("The key file \(path) cannot be written.")
        }
        try syncFolder(of: path)
    }

    private static func writeDraft(_ path: String, _ contents: [UInt8]) throws(KeyFailure) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("The key file \(path) cannot be created.") }
        defer { close(file) }
        var written = 0
        while written < contents.count {
            let count = contents.withUnsafeBytes { bytes in
                posixWrite(
                    file,
                    bytes.baseAddress?.advanced(by: written),
                    contents.count - written
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw abandoned(path) }
            written += count
        }
        guard fchmod(file, 0o600) == 0, fsync(file) == 0 else { throw abandoned(path) }
    }

    private static func abandoned(_ draft: String) -> KeyFailure {
        let failure = failure("The key file \(draft) cannot be written.")
        unlink(draft)
        return failure
    }

    private static func syncFolder(of path: String) throws(KeyFailure) {
        let folder: String
        switch path.lastIndex(of: "/") {
        case nil: folder = "."
        case path.startIndex: folder = "/"
        case let slash?: folder = String(path[..<slash])
        }
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("The folder \(folder) cannot be opened.") }
        defer { close(file) }
        guard fsync(file) == 0 else {
            throw failure("The folder \(folder) cannot be made durable.")
        }
    }

    private static func failure(_ message: String) -> KeyFailure {
        KeyFailure(.fileAccess, message, cause: String(cString: strerror(errno)))
    }
}

// The functions of the system, whose names those of `KeyFile` would hide.
private func posixRead(_ file: Int32, _ room: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, room, count)
}

private func posixWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}
