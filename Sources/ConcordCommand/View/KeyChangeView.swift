import Concord
import ConcordDiff
import ConcordEncoding
import ConcordSync

/// That this device goes on under a new key, since its file was a copy, and what became of the work.
struct KeyChangeView: View {
    let change: KeyChange

    var json: JSON {
        [
            "reason": .string(WireText(change.reason.rawValue)),
            "former": .string(change.former.text),
            "author": .string(change.author.text),
            "signedAgain": .array(change.signedAgain.map { .string($0.base64url) }),
        ]
    }

    /// In one line, for the status.
    var line: Shown {
        switch change.reason {
        case .restored: "this device goes on under a new key, since its file was an older copy"
        case .copied:
            "this device goes on under a new key, since two copies of its file were in use"
        }
    }

    var lines: [Shown] {
        var lines: [Shown]
        switch change.reason {
        case .restored:
            lines = [
                "This file is an older copy: the device had written more with it, and the server does not have all of it."
                    + " It goes on under a new key, so that nothing gets the number of something else. What only the"
                    + " newer file held is not here; if you still have that file, export its log and import it here."
            ]
        case .copied:
            lines = [
                "Two copies of this device's file were in use, and the other one's edits came first. It goes on under a new"
                    + " key."
            ]
        }
        let count = change.signedAgain.count
        if count > 0 {
            let again =
                count == 1 ? "It was signed again and counts." : "They were signed again and count."
            let saves = Layout.count(count, "save")
            lines.append(Shown("\(saves) of yours had no effect because of that. \(again)"))
        }
        return lines.flatMap { Layout.indented($0, by: 0) }
    }
}
