#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A large file that is open: read and written at any place, piece by piece.
///
/// For stores of files, which are too large to be in memory. It is closed with the value. Links are followed only where
/// a person named the file.
package struct OpenFile: ~Copyable {
    private let descriptor: Int32
    /// The name by which it was opened.
    package let path: String

    /// How a file is opened.
    package enum Purpose {
        /// To read a file that a person named.
        case reading
        /// To read a file of ours.
        case readingOwn
        /// To write a new file of ours; there may be none of this name.
        case creating
        /// To write in a file of ours, which is created where there is none.
        case writing

        fileprivate var flags: Int32 {
            let always = O_CLOEXEC | O_NONBLOCK
            return switch self {
            case .reading: always | O_RDONLY
            case .readingOwn: always | O_RDONLY | O_NOFOLLOW
            case .creating: always | O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
            case .writing: always | O_RDWR | O_CREAT | O_NOFOLLOW
            }
        }
    }

    /// Opens a regular file; only its owner can read one that is created.
    ///
    /// - Throws: `FileFailure`, for example `notFound`, or `notRegular` for a folder.
    package init(_ path: String, for purpose: Purpose) throws(FileFailure) {
        let descriptor = open(path, purpose.flags, 0o600)
        guard descriptor >= 0 else { throw FileFailure(system: "\(path) could not be opened.") }
        do throws(FileFailure) {
            guard try FileFacts(descriptor: descriptor, path).isRegular else {
                throw FileFailure(.notRegular, "\(path) is not a regular file. Name another file.")
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// How many bytes it has.
    package var size: Int {
        get throws(FileFailure) { Int(try FileFacts(descriptor: descriptor, path).size) }
    }

    /// When it was last changed, in milliseconds since 1970.
    package var modifiedAt: Int64 {
        get throws(FileFailure) {
            var facts = stat()
            guard fstat(descriptor, &facts) == 0 else {
                throw FileFailure(system: "\(path) could not be examined.")
            }
            #if canImport(Darwin)
            let time = facts.st_mtimespec
            #else
            let time = facts.st_mtim
            #endif
            return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        }
    }

    /// Says when it was last changed, in milliseconds since 1970.
    package func setModified(at milliseconds: Int64) throws(FileFailure) {
        var seconds = milliseconds / 1000
        var rest = milliseconds % 1000
        if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1000) }
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest) * 1_000_000)
        guard futimens(descriptor, [time, time]) == 0 else {
            throw FileFailure(system: "The time of \(path) was not set.")
        }
    }

    /// Reads what stands at a place, as much as there is room for.
    ///
    /// - Returns: how many bytes were read; fewer than there is room for only at the end of the file.
    package func read(
        at offset: Int,
        into room: UnsafeMutableRawBufferPointer
    ) throws(FileFailure) -> Int {
        var done = 0
        while done < room.count {
            let count = pread(
                descriptor,
                room.baseAddress?.advanced(by: done),
                room.count - done,
                off_t(offset + done)
            )
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure(system: "\(path) could not be read.") }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads so many bytes that stand at a place; fewer at the end of the file.
    package func read(_ range: Range<Int>) throws(FileFailure) -> [UInt8] {
        var failure: FileFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, count in
            do throws(FileFailure) {
                let room = UnsafeMutableRawBufferPointer(room)
                count = try read(
                    at: range.lowerBound,
                    into: UnsafeMutableRawBufferPointer(rebasing: room[..<range.count])
                )
            } catch {
                failure = error
                count = 0
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes bytes at a place.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileFailure) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor,
                bytes.baseAddress?.advanced(by: done),
                bytes.count - done,
                off_t(offset + done)
            )
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure(system: "\(path) was not written.") }
            done += count
        }
    }

    /// Writes bytes at a place.
    package func write(_ bytes: [UInt8], at offset: Int) throws(FileFailure) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(FileFailure) in try write(bytes, at: offset) }
        }
        try result.get()
    }

    /// Cuts off what stands behind so many bytes.
    package func truncate(to size: Int) throws(FileFailure) {
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw FileFailure(system: "\(path) was not shortened.")
        }
    }

    /// Makes what was written survive a power cut.
    package func makeDurable() throws(FileFailure) {
        guard fsync(descriptor) == 0 else {
            throw FileFailure(system: "\(path) may not survive a power cut.")
        }
    }

    /// Locks the file against other processes that lock it, until it is closed.
    ///
    /// - Returns: false if another one has it.
    package func lock() throws(FileFailure) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { return false }
            throw FileFailure(system: "\(path) could not be locked.")
        }
        return true
    }
}

/// A folder of Concord's own.
package enum OwnFolder {
    /// Creates a folder that only its owner can look into; one that is there is left as it is.
    package static func create(_ path: String) throws(FileFailure) {
        guard mkdir(path, 0o700) != 0 else { return try Folder.makeDurable(of: path) }
        var facts = stat()
        guard errno == EEXIST, stat(path, &facts) == 0 else {
            throw FileFailure(system: "The folder \(path) was not created.")
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw FileFailure(
                .notOurs,
                "\(path) is not a folder. Move it away and try again."
            )
        }
    }

    /// How many bytes can still be written on the disk of a folder.
    package static func freeBytes(at path: String) throws(FileFailure) -> Int {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else {
            throw FileFailure(system: "The disk of \(path) could not be examined.")
        }
        return Int(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }

    /// Removes what a failed attempt left; that it failed is told already.
    package static func discard(_ path: String) { unlink(path) }

    /// Whether there is a folder of this name.
    package static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Gives a file another name in the same folder, in the place of the file that has it.
    package static func replace(_ path: String, by new: String) throws(FileFailure) {
        guard rename(new, path) == 0 else { throw FileFailure(system: "\(path) was not written.") }
        try Folder.makeDurable(of: path)
    }
}
