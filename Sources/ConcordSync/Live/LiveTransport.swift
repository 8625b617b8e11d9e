public import ConcordDiff

/// A transport that can also be told when a log has grown.
public protocol LiveTransport: SyncTransport {
    /// The size of an engagement's log, at once and whenever it grows. The same size may come again.
    ///
    /// - Returns: a sequence that ends when its reader stops, and otherwise with the `SyncFailure` that says why nothing more
    ///   comes: the connection ended, or the server said nothing for longer than it should.
    func sizes(
        of engagement: DiffID,
        by signer: RequestSigner
    ) -> AsyncThrowingStream<Int, any Error>
}
