public import ConcordDiff
public import ConcordModel

/// The way of evidence files to a server and back: a lane of its own beside that of diffs.
///
/// Whatever is lost on the way, a file continues at the byte where the other end says that it does; each part is checked
/// against the hash that its record promises. So every call can be repeated without harm.
///
/// Each call has a signer, which proves to the server who asks; over HTTP by `RequestSigner.fields(posting:to:method:at:)`. A
/// server in memory need not look at it.
///
/// Protocol: `Protocol/evidence.md`.
public protocol FileTransport: Sendable {
    /// How much of each file the server has, with a receipt if it has all of it.
    ///
    /// - Parameter files: at most `FileLimits.files`.
    func held(
        _ files: [FilePromise],
        of engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> [HeldFile]

    /// Sends the hashes of a file's parts, before its first bytes.
    func send(
        _ tree: PartTree,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure)

    /// Sends bytes that stand at a place of a file.
    ///
    /// - Returns: how much the server has then, also where that is not up to the end of these bytes.
    func send(
        _ bytes: [UInt8],
        of file: FilePromise,
        at offset: Int,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> HeldFile

    /// The hashes of a file's parts, as the server has them.
    func partTree(
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> PartTree

    /// Receives bytes of a file, and gives them on as they come.
    ///
    /// - Parameter take: takes the next bytes; false ends the transfer.
    func receive(
        _ range: Range<Int>,
        of file: FilePromise,
        in engagement: DiffID,
        by signer: RequestSigner,
        taking take: @escaping @Sendable (_ bytes: [UInt8]) async -> Bool
    ) async throws(SyncFailure)
}

/// The bounds on messages about files; `Protocol/limits.md` lists the same numbers.
public enum FileLimits {
    /// The most files that one request asks about.
    public static let files = 500
    /// The most bytes of a file that one request sends.
    public static let bodyBytes = PartTree.partBytes
}
