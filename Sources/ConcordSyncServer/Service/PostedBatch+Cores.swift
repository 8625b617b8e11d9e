import ConcordDiff
import ConcordSync
import Foundation

extension PostedBatch {
    /// Reads the envelopes of a request and checks the signatures that may be evidence, on all cores.
    ///
    /// A request has no more parts under way than there are cores, and a part is so small (`SyncService.stretch`)
    /// that others come in between: a long request takes all cores while nobody else needs them, and its
    /// share otherwise. Memory holds what the request has brought, once.
    ///
    /// - Parameter membership: as the log is now; nil, and all signatures are left to the verdicts.
    init(
        onAllCores request: SyncRequest,
        knownTo membership: Membership?,
        verifier: any SignatureVerifier
    ) async {
        let count = request.envelopes.count
        let starts = Array(stride(from: 0, to: count, by: SyncService.stretch))
        let read: @Sendable (Int) -> PostedPart = { index in
            let range = starts[index]..<min(starts[index] + SyncService.stretch, count)
            return PostedPart(range, of: request, knownTo: membership, verifier: verifier)
        }
        // What most devices send most of the time needs no second thread.
        if starts.count < 2 {
            self.init(request, parts: starts.indices.map(read), verifier: verifier)
            return
        }
        let parts = await withTaskGroup(of: (Int, PostedPart).self) { group in
            var waiting = starts.indices
            let addOne: (inout TaskGroup<(Int, PostedPart)>) -> Void = { group in
                guard let index = waiting.popFirst() else { return }
                group.addTask { (index, read(index)) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { addOne(&group) }
            var parts: [(Int, PostedPart)] = []
            while let part = await group.next() {
                parts.append(part)
                addOne(&group)
            }
            return parts.sorted { $0.0 < $1.0 }.map(\.1)
        }
        self.init(request, parts: parts, verifier: verifier)
    }
}
