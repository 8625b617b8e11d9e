import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting

/// A device of a fuzzed history: its chain, and what it has seen.
final class FuzzDevice {
    let key: HashSigner
    let member: WireText
    /// The diffs of its chain, as indices of the history.
    var chain: [Int] = []
    /// What it has seen of others that is beneath nothing else it has seen, as indices.
    var heads: Set<Int> = []

    init(_ name: String, member: WireText) {
        key = HashSigner(name)
        self.member = member
    }
}
