import ConcordDiff
import ConcordSync

/// Telling that a log has grown.
extension SyncService {
    /// Whether a device may still be told of a log.
    func admitListening(_ engagement: DiffID, by key: Author) async -> Bool {
        do throws(RequestRefusal) {
            try await admitReading(engagement, by: key)
            return true
        } catch {
            return false
        }
    }

    /// The sizes of a log from now on, nil for a beat, and its size now.
    ///
    /// - Throws: `busy` if too many listen.
    func news(
        of engagement: DiffID,
        to key: Author
    ) async throws(RequestRefusal) -> (size: Int, later: AsyncStream<Int?>) {
        // First the sequence: what is added in between is told.
        guard let later = listeners.listen(to: engagement, by: key) else { throw .http(.busy) }
        return (try await signedSize(of: engagement), later)
    }
}
