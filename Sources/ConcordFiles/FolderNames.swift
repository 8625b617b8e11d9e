#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What is in a folder that others write into.
public enum FolderNames {
    /// The names of what stands in the folder, sorted; none where there is no folder.
    ///
    /// - Throws: `FileFailure` if it cannot be read.
    public static func list(_ folder: String) throws(FileFailure) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw FileFailure(system: "\(folder) could not be read.")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileFailure(system: "\(folder) could not be read.") }
        return names.sorted()
    }
}

/// A file that a person chose, read in parts: it may be larger than the memory.
public enum FileParts {
    private static let partBytes = 1 << 18

    /// Gives the bytes of a regular file, part by part.
    ///
    /// - Returns: how many bytes there were.
    /// - Throws: `FileFailure`, for example `notRegular` for a folder.
    public static func read(
        _ path: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileFailure) -> Int {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw FileFailure(system: "\(path) could not be read.") }
        defer { close(file) }
        guard try FileFacts(descriptor: file, path).isRegular else {
            throw FileFailure(.notRegular, "\(path) is not a regular file. Name another file.")
        }
        var part = [UInt8](repeating: 0, count: partBytes)
        var length = 0
        while true {
            let count = part.withUnsafeMutableBytes { systemRead(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure(system: "\(path) could not be read.") }
            if count == 0 { return length }
            part.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            length += count
        }
    }
}

private func systemRead(_ file: Int32, _ room: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, room, count)
}
