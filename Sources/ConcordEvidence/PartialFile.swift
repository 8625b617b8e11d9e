import ConcordEncoding
public import ConcordFiles
public import ConcordModel

/// What has come of a promised file so far: the bytes from its beginning to some place, in any part.
///
/// A transfer that is cut off continues at the very byte where it ended. Each part is checked against its hash as soon as
/// it is whole; a part with wrong bytes is cut off again, and no more than it is lost. When the last part is there, the
/// whole file is read once more and compared, made durable, and only then gets its name in the store.
///
/// Several transfers of one file may run at the same time: each says where its bytes belong, and only bytes that
/// continue the file are taken.
public struct PartialFile: Sendable {
    /// Why bytes were not taken.
    public enum Refusal: Error, Hashable, Sendable {
        /// The file continues elsewhere: at this byte.
        case wrongOffset(Int)
        /// The hashes of the parts are not here yet, and nothing can be checked without them.
        case partsMissing
        /// The bytes of a part are not those that were promised; the file continues at this byte.
        case wrongPart(Int)
        /// All parts are as promised, but the file is not: no bytes fit this promise.
        case wrongPromise
        /// Another process writes the same file just now.
        case busy
        /// The disk is full, or failed.
        case failure(FileFailure.Code, String)

        /// What a failure of the disk means.
        public init(_ failure: FileFailure) { self = .failure(failure.code, failure.description) }

        /// Runs `body`, which meets the disk.
        static func mapping<Value>(
            _ body: () throws(FileFailure) -> Value
        ) throws(Refusal) -> Value {
            do throws(FileFailure) {
                return try body()
            } catch {
                throw Refusal(error)
            }
        }

        /// Equal if they say the same thing; the words of a failure do not count.
        public static func == (left: Refusal, right: Refusal) -> Bool {
            switch (left, right) {
            case (.wrongOffset(let a), .wrongOffset(let b)): a == b
            case (.wrongPart(let a), .wrongPart(let b)): a == b
            case (.failure(let a, _), .failure(let b, _)): a == b
            case (.partsMissing, .partsMissing), (.wrongPromise, .wrongPromise), (.busy, .busy):
                true
            default: false
            }
        }
    }

    /// Which file.
    public let file: FilePromise
    /// Where it goes when it is whole.
    public let store: FileStore
    private let path: String

    /// What has come of a file, in the store where it goes.
    public init(_ file: FilePromise, in store: FileStore) {
        self.file = file
        self.store = store
        path = Self.path(of: file, in: store)
    }

    /// Where it is. The name says the root too: another promise of the same bytes, which may be wrong, is apart.
    static func path(of file: FilePromise, in store: FileStore) -> String {
        store.path(of: file.sha256) + "-" + file.partsRoot.hex.prefix(16) + "-\(file.size).part"
    }

    private var partsPath: String { path + ".parts" }

    /// How many bytes are here, all of them durable.
    public func offset() throws(Refusal) -> Int {
        try Refusal.mapping { () throws(FileFailure) in
            if try store.holds(file) { return file.size }
            guard try OwnFile.exists(path) else { return 0 }
            let held = try OpenFile(path, for: .writing)
            try held.makeDurable()
            return min(try held.size, file.size)
        }
    }

    /// Notes the hashes of the parts, if they are those of the promise.
    ///
    /// - Returns: whether they are.
    public func note(_ tree: PartTree) throws(Refusal) -> Bool {
        guard let tree = file.tree(tree) else { return false }
        if file.partCount < 2 { return true }
        try Refusal.mapping { () throws(FileFailure) in
            if try store.holds(file) { return }
            try OwnFolder.create(store.folder)
            try OwnFile.write(tree.bytes, to: partsPath) { _ in true }
        }
        return true
    }

    /// The hashes of the parts; nil if they are not here yet.
    public func tree() throws(Refusal) -> PartTree? {
        try Refusal.mapping { () throws(FileFailure) in
            if let tree = file.tree() { return tree }
            let most = file.partCount * SHA256Digest.byteCount
            let noted = try OwnFile.read(partsPath, most: most).flatMap { PartTree(bytes: $0) }
            return noted.flatMap { file.tree($0) }
        }
    }

    /// Takes bytes that continue the file, checks the parts that they complete, and finishes the file with its last byte.
    ///
    /// Where the bytes end within a part, they are kept and not durable yet; `offset` makes them so.
    ///
    /// - Parameter start: where the bytes belong.
    /// - Returns: where the file continues; its length if it is whole, verified and durable.
    public func append(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(Refusal) -> Int {
        if try isWhole() { return file.size }
        guard let tree = try tree() else { throw .partsMissing }
        try Refusal.mapping { () throws(FileFailure) in try OwnFolder.create(store.folder) }
        let held = try opened()
        let size = try Refusal.mapping { () throws(FileFailure) in try held.size }
        guard size == start, start + bytes.count <= file.size else { throw .wrongOffset(size) }
        try Refusal.mapping { () throws(FileFailure) in try held.write(bytes, at: start) }
        let end = start + bytes.count
        let first = start / PartTree.partBytes
        let past = end == file.size ? file.partCount : end / PartTree.partBytes
        for index in first..<max(first, past) { try check(index, of: tree, in: held) }
        if past > first {
            try Refusal.mapping { () throws(FileFailure) in try held.makeDurable() }
        }
        if end == file.size { try finish(held, tree) }
        return end
    }

    /// Takes bytes that continue the file, as above.
    public func append(_ bytes: [UInt8], at start: Int) throws(Refusal) -> Int {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(Refusal) in try append(bytes, at: start) }
        }
        return try result.get()
    }

    private func isWhole() throws(Refusal) -> Bool {
        try Refusal.mapping { () throws(FileFailure) in try store.holds(file) }
    }

    private func opened() throws(Refusal) -> OpenFile {
        do throws(FileFailure) {
            let held = try OpenFile(path, for: .writing)
            if try held.lock() { return held }
        } catch {
            throw Refusal(error)
        }
        throw .busy
    }

    /// Checks a part that is whole; cuts it off if its bytes are wrong.
    private func check(
        _ index: Int,
        of tree: PartTree,
        in held: borrowing OpenFile
    ) throws(Refusal) {
        let range = file.range(ofPart: index)
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try held.read(range)
            if bytes.withUnsafeBytes({ PartTree.hash(ofPart: $0) }) == tree.parts[index] { return }
            try held.truncate(to: range.lowerBound)
        } catch {
            throw Refusal(error)
        }
        throw .wrongPart(range.lowerBound)
    }

    /// Compares the whole file, and gives it its name.
    ///
    /// Parts that were checked before a crash may have been damaged by it, so they are compared again.
    private func finish(_ held: borrowing OpenFile, _ tree: PartTree) throws(Refusal) {
        let read: ReadFile
        do throws(FileFailure) { read = try ReadFile(held, file) } catch { throw Refusal(error) }
        let wrong = zip(read.tree.parts, tree.parts).enumerated().first {
            $0.element.0 != $0.element.1
        }
        if let wrong {
            let place = file.range(ofPart: wrong.offset).lowerBound
            do throws(FileFailure) { try held.truncate(to: place) } catch { throw Refusal(error) }
            throw .wrongPart(place)
        }
        let isPromised = read.sha256 == file.sha256
        do throws(FileFailure) {
            if isPromised {
                try held.makeDurable()
                try store.place(path, file, tree)
                try OwnFile.remove(partsPath)
            } else {
                try discard()
            }
        } catch {
            throw Refusal(error)
        }
        if !isPromised { throw .wrongPromise }
    }

    /// Removes what has come so far.
    public func discard() throws(FileFailure) {
        try OwnFile.remove(path)
        try OwnFile.remove(partsPath)
    }
}
