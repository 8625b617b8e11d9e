public import ConcordEncoding
public import ConcordFiles
public import ConcordModel

extension FileStore {
    // MARK: What a server has.

    private func sentPath(of sha256: SHA256Digest) -> String { path(of: sha256) + ".sent" }

    /// Whether a server has said that it has the file, durably.
    public func isSent(_ sha256: SHA256Digest) throws(FileFailure) -> Bool {
        try OwnFile.exists(sentPath(of: sha256))
    }

    /// When a server said so last; nil if none did, or nobody noted when.
    public func sentTold(_ sha256: SHA256Digest) throws(FileFailure) -> Timestamp? {
        let bytes = try OwnFile.read(sentPath(of: sha256), most: Self.sentBytes)
        return bytes.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
            .map { Timestamp(milliseconds: $0) }
    }

    /// Notes that a server has the file.
    ///
    /// - Parameters:
    ///   - receipt: what it has signed of that; nil if it signs nothing.
    ///   - now: when it said so.
    public func noteSent(
        _ sha256: SHA256Digest,
        receipt: [UInt8]?,
        at now: Timestamp
    ) throws(FileFailure) {
        try OwnFolder.create(folder)
        if let receipt, try self.receipt(of: sha256) != receipt {
            try OwnFile.write(receipt, to: receiptPath(of: sha256)) { _ in true }
        }
        let digits = String(max(now.milliseconds, 0))
        let padding = String(repeating: "0", count: max(0, Self.sentBytes - digits.utf8.count))
        // Told again each day: what a power cut takes of it is asked again.
        try OwnFile.writeInPlace(Array((padding + digits).utf8), to: sentPath(of: sha256)) { _ in
            true
        }
    }

    /// Milliseconds, so many digits.
    private static var sentBytes: Int { 19 }

    /// What a server has signed of the file; nil if it signed nothing.
    public func receipt(of sha256: SHA256Digest) throws(FileFailure) -> [UInt8]? {
        try OwnFile.read(receiptPath(of: sha256), most: Self.receiptBytesMax)
    }

    private func receiptPath(of sha256: SHA256Digest) -> String { path(of: sha256) + ".receipt" }

    private static var receiptBytesMax: Int { 64 << 10 }

    /// Forgets that a server has a file: it lacks it by now. What it has signed stays.
    public func forgetSent(_ sha256: SHA256Digest) throws(FileFailure) {
        try OwnFile.remove(sentPath(of: sha256))
    }

    /// Forgets which files a server has: it is another one, or was restored. What it has signed stays.
    public func forgetSent() throws(FileFailure) {
        for name in try FolderNames.list(folder) where name.hasSuffix(".sent") {
            try OwnFile.remove(folder + "/" + name)
        }
    }

    // MARK: Copying out.

    /// Copies a file to where a person wants it; a file that has the name already is not changed.
    ///
    /// - Returns: false if there is a file already.
    public func export(
        _ file: FilePromise,
        to path: String,
        modifiedAt: Timestamp? = nil
    ) throws(FileFailure) -> Bool {
        if try OwnFile.exists(path) { return false }
        let source = try OpenFile(self.path(of: file.sha256), for: .readingOwn)
        let draft = path + ".\(UInt64.random(in: .min ... .max)).new"
        let output = try OpenFile(draft, for: .creating)
        do throws(FileFailure) {
            for index in 0..<file.partCount {
                let range = file.range(ofPart: index)
                let bytes = try source.read(range)
                try output.write(bytes, at: range.lowerBound)
            }
            if let modifiedAt { try output.setModified(at: modifiedAt.milliseconds) }
            try output.makeDurable()
            if try OwnFile.move(draft, to: path) { return true }
            try OwnFile.remove(draft)
            return false
        } catch {
            OwnFolder.discard(draft)
            throw error
        }
    }
}

extension FileStore {
    /// How long a file has been here, in milliseconds.
    public func age(of sha256: SHA256Digest, at now: Timestamp) throws(FileFailure) -> Int64 {
        now.milliseconds - (try heldSince(sha256)).milliseconds
    }

    /// When the last byte of a file came, which never changes afterwards.
    public func heldSince(_ sha256: SHA256Digest) throws(FileFailure) -> Timestamp {
        let held = try OpenFile(path(of: sha256), for: .readingOwn)
        return Timestamp(milliseconds: try held.modifiedAt)
    }
}
