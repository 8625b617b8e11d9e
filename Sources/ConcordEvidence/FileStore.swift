public import ConcordEncoding
public import ConcordFiles
public import ConcordModel

/// A folder of files that are named after their contents.
///
/// A device keeps the files of its evidence in one, a server those of each engagement. A file that stands there under
/// its name is whole, verified and durable: it was written under another name first. So the same photo is there once,
/// however many records cite it, and a file is never changed.
///
/// - `<sha256>`: a file;
/// - `<sha256>.damaged`: what stood there and was found to be damaged;
/// - `<sha256>.parts`: the hashes of its parts, if it has more than one;
/// - `<sha256>.sent`, on a device: the server has the file, and `.receipt`: what it has signed of that;
/// - `<sha256>-<root>.part`: what has come of a file so far (`PartialFile`), and `….part.parts` its hashes;
/// - `.new-…`: a file that is being written. Its writer holds a lock on it, so what nobody holds was left by a process
///   that was killed; `cleanUp` removes it.
///
/// Only the owner of the folder can read it (0700, files 0600).
public struct FileStore: Sendable {
    /// Where it is.
    public let folder: String

    /// A store in a folder, which is created with the first file.
    public init(folder: String) { self.folder = folder }

    /// A file that was put into a store.
    public struct Stored: Hashable, Sendable {
        /// Which bytes they are.
        public let file: FilePromise
        /// The first bytes, up to 512, which tell what kind of file it is.
        public let beginning: [UInt8]
        /// Whether the store had the same bytes already.
        public let wasHere: Bool
        /// When the original was last changed; nil where there was no file.
        public let modifiedAt: Timestamp?
    }

    /// How much of a promised file is here.
    public enum State: Hashable, Sendable {
        /// All of it.
        case here
        /// So many bytes; 0 if there is nothing yet.
        case promised(bytes: Int)
    }

    /// Where a file is, once it is whole.
    public func path(of sha256: SHA256Digest) -> String { folder + "/" + sha256.hex }

    /// Where the hashes of its parts are.
    func partsPath(of sha256: SHA256Digest) -> String { path(of: sha256) + ".parts" }

    // MARK: Adding.

    /// Copies a file into the store; the original is only read.
    ///
    /// - Parameter progress: called with the number of bytes copied so far, about once for each mebibyte.
    /// - Throws: `FileFailure`, for example `notFound`, `diskFull`; nothing is left in the store then.
    public func add(
        _ original: String,
        progress: (Int) -> Void = { _ in }
    ) throws(FileFailure) -> Stored {
        let source = try OpenFile(original, for: .reading)
        let modified = Timestamp(milliseconds: try source.modifiedAt)
        return try add(named: original, modifiedAt: modified, progress: progress) {
            (offset, room) throws(FileFailure) in try source.read(at: offset, into: room)
        }
    }

    /// Puts bytes into the store that come from anywhere, such as standard input.
    ///
    /// - Parameter read: gives the next bytes; fewer than there is room for only at the end.
    /// - Throws: `FileFailure`, and what `read` throws; nothing is left in the store then.
    public func add(
        named name: String,
        modifiedAt: Timestamp? = nil,
        progress: (Int) -> Void = { _ in },
        reading read: (Int, UnsafeMutableRawBufferPointer) throws(FileFailure) -> Int
    ) throws(FileFailure) -> Stored {
        try OwnFolder.create(folder)
        let draft = folder + "/.new-\(UInt64.random(in: .min ... .max))"
        let output = try OpenFile(draft, for: .creating)
        do throws(FileFailure) {
            guard try output.lock() else {
                throw FileFailure(.busy, "\(name) was not added: its copy is locked. Try again.")
            }
            var copy = Copy()
            while try copy.takePart(to: output, name, reading: read) { progress(copy.size) }
            guard let file = copy.promise() else { throw Self.tooLarge(name) }
            let wasHere = try holds(file)
            // What stands there damaged is replaced.
            if wasHere, try isIntact(file.sha256) {
                try OwnFile.remove(draft)
            } else {
                try output.makeDurable()
                try place(draft, file, copy.tree)
            }
            return Stored(
                file: file,
                beginning: copy.beginning,
                wasHere: wasHere,
                modifiedAt: modifiedAt
            )
        } catch {
            OwnFolder.discard(draft)
            throw error
        }
    }

    /// What is known of bytes that are being copied.
    private struct Copy {
        var whole = SHA256Hasher()
        var parts: [SHA256Digest] = []
        var size = 0
        var beginning: [UInt8] = []
        private var room = [UInt8](repeating: 0, count: PartTree.partBytes)

        init() {}

        var tree: PartTree { PartTree(parts) }

        func promise() -> FilePromise? {
            FilePromise(sha256: whole.finalize(), size: size, partsRoot: tree.root)
        }

        /// Copies the next part; false if there is none.
        mutating func takePart(
            to output: borrowing OpenFile,
            _ name: String,
            reading read: (Int, UnsafeMutableRawBufferPointer) throws(FileFailure) -> Int
        ) throws(FileFailure) -> Bool {
            var failure: FileFailure?
            let offset = size
            var hash: SHA256Digest?
            let count = room.withUnsafeMutableBytes { room in
                do throws(FileFailure) {
                    let count = try read(offset, room)
                    let bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
                    if count > 0 {
                        hash = PartTree.hash(ofPart: bytes)
                        whole.update(bufferPointer: bytes)
                        try output.write(bytes, at: offset)
                    }
                    return count
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard let hash else { return false }
            if offset == 0 { beginning = Array(room[..<min(count, 512)]) }
            parts.append(hash)
            size += count
            guard size <= FilePromise.sizeMax else { throw FileStore.tooLarge(name) }
            return count == PartTree.partBytes
        }
    }

    private static func tooLarge(_ name: String) -> FileFailure {
        FileFailure(
            .notAllowed,
            "\(name) was not added: a file may have at most \(FilePromise.sizeMax >> 30) GiB. Split it."
        )
    }

    /// Gives a whole, durable file of the folder its name, and its part hashes theirs before it.
    func place(_ draft: String, _ file: FilePromise, _ tree: PartTree) throws(FileFailure) {
        if file.partCount > 1 {
            try OwnFile.write(tree.bytes, to: partsPath(of: file.sha256)) { _ in true }
        }
        try OwnFolder.replace(path(of: file.sha256), by: draft)
    }

    // MARK: Asking.

    /// Whether all of a file is here.
    public func holds(_ file: FilePromise) throws(FileFailure) -> Bool {
        guard try OwnFile.exists(path(of: file.sha256)) else { return false }
        return try OpenFile(path(of: file.sha256), for: .readingOwn).size == file.size
    }

    /// How much of a promised file is here.
    public func state(of file: FilePromise) throws(FileFailure) -> State {
        if try holds(file) { return .here }
        let part = PartialFile.path(of: file, in: self)
        guard try OwnFile.exists(part) else { return .promised(bytes: 0) }
        return .promised(bytes: min(try OpenFile(part, for: .readingOwn).size, file.size))
    }

    /// The bytes of a file that is here, from one place to another.
    ///
    /// - Throws: `FileFailure` with `notFound` if it is not here.
    public func bytes(
        of file: FilePromise,
        _ range: Range<Int>
    ) throws(FileFailure) -> [UInt8] {
        try OpenFile(path(of: file.sha256), for: .readingOwn).read(range)
    }

    /// The hashes of the parts of a file that is here; nil if what is noted does not fit the file.
    public func tree(of file: FilePromise) throws(FileFailure) -> PartTree? {
        if let tree = file.tree() { return tree }
        let most = file.partCount * SHA256Digest.byteCount
        let noted = try OwnFile.read(partsPath(of: file.sha256), most: most)
        return noted.flatMap { PartTree(bytes: $0) }.flatMap { file.tree($0) }
    }

    /// Reads a file from its first byte to its last, and compares it with what was promised.
    ///
    /// - Throws: `FileFailure` with `notFound` if it is not here.
    public func verify(
        _ file: FilePromise,
        progress: (Int) -> Void = { _ in }
    ) throws(FileFailure) -> Bool {
        let held = try OpenFile(path(of: file.sha256), for: .readingOwn)
        guard try held.size == file.size else { return false }
        let read = try ReadFile(held, file, progress)
        return read.sha256 == file.sha256 && read.tree.root == file.partsRoot
    }

    /// Whether the contents of a file that is here are those that it is named after.
    ///
    /// - Throws: `FileFailure` with `notFound` if it is not here.
    public func isIntact(_ sha256: SHA256Digest) throws(FileFailure) -> Bool {
        var whole = SHA256Hasher()
        _ = try FileParts.read(path(of: sha256)) { whole.update(bufferPointer: $0) }
        return whole.finalize() == sha256
    }

    /// Gives a damaged file another name, `<sha256>.damaged`, so that it is not taken for the one that was promised.
    public func setAside(_ sha256: SHA256Digest) throws(FileFailure) {
        try OwnFolder.replace(path(of: sha256) + ".damaged", by: path(of: sha256))
    }

    /// The SHA-256 of every file that is here, in order.
    public func all() throws(FileFailure) -> [SHA256Digest] {
        try FolderNames.list(folder).compactMap { SHA256Digest(hex: $0) }
    }

    // MARK: Removing.

    /// Removes a file, and what has come of it, for good.
    public func remove(_ sha256: SHA256Digest) throws(FileFailure) {
        let name = sha256.hex
        for other in try FolderNames.list(folder) where other.hasPrefix(name) {
            try OwnFile.remove(folder + "/" + other)
        }
        if OwnFolder.isFolder(folder) { try OwnFile.makeDurable(folderOf: path(of: sha256)) }
    }

    /// Removes what processes left that were killed while they added a file.
    public func cleanUp() throws(FileFailure) {
        for name in try FolderNames.list(folder) where name.hasPrefix(".new-") {
            let path = folder + "/" + name
            guard try OwnFile.exists(path) else { continue }
            if try OpenFile(path, for: .writing).lock() { try OwnFile.remove(path) }
        }
    }
}

/// A file that was read from its first byte to its last.
struct ReadFile {
    let sha256: SHA256Digest
    let tree: PartTree

    init(
        _ held: borrowing OpenFile,
        _ file: FilePromise,
        _ progress: (Int) -> Void = { _ in }
    ) throws(FileFailure) {
        var whole = SHA256Hasher()
        var parts: [SHA256Digest] = []
        for index in 0..<file.partCount {
            let range = file.range(ofPart: index)
            let bytes = try held.read(range)
            bytes.withUnsafeBytes { bytes in
                whole.update(bufferPointer: bytes)
                parts.append(PartTree.hash(ofPart: bytes))
            }
            progress(range.upperBound)
        }
        sha256 = whole.finalize()
        tree = PartTree(parts)
    }
}
