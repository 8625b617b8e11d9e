import Foundation
import Synchronization

/// A line on a terminal's standard error that long work rewrites as it goes on; silent elsewhere.
final class ProgressLine: Sendable {
    private let shown = Mutex(false)

    /// Rewrites the line.
    func show(_ text: String) {
        guard Terminal.isError else { return }
        shown.withLock { $0 = true }
        emit("\r\u{1B}[K" + text)
    }

    /// Takes the line away.
    func clear() {
        let wasShown = shown.withLock { shown in
            defer { shown = false }
            return shown
        }
        if wasShown { emit("\r\u{1B}[K") }
    }

    private func emit(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
