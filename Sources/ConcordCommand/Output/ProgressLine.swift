import Foundation
import Synchronization

/// A line on a terminal's standard error that long work rewrites as it goes on; silent elsewhere.
final class ProgressLine: Sendable {
    private let shown = Mutex(false)

    /// Rewrites the line.
    func show(_ text: Shown) {
        guard Terminal.isError else { return }
        shown.withLock { $0 = true }
        Output.rewrite(text)
    }

    /// Takes the line away.
    func clear() {
        let wasShown = shown.withLock { shown in
            defer { shown = false }
            return shown
        }
        if wasShown { Output.rewrite("") }
    }
}
