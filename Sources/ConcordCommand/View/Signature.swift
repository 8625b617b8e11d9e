import Concord
import ConcordDiff
import ConcordEncoding

/// Who wrote something, on which device, when by their own clock, and why.
struct Signature {
    /// The member's id.
    let member: WireText
    /// The person's name.
    let name: WireText
    /// What the device is called; its key's beginning if it has no name.
    let device: WireText
    /// The claimed time, RFC 3339; empty if the diff is not here.
    let time: WireText
    /// Why, if they said so.
    let reason: WireText?

    /// The time for people: date, time of day, offset.
    var moment: String { Timestamp(time).map { Self.moment($0) } ?? time.string }

    /// A moment for people.
    static func moment(_ time: Timestamp) -> String {
        let text = time.description
        guard text.count >= 16 else { return text }
        let offset = text.hasSuffix("Z") ? "Z" : String(text.suffix(6))
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) \(offset)"
    }
}

extension AuditView {
    /// Who signed a write.
    func signature(of write: WriteReference) throws -> Signature {
        try index.signature(of: write)
    }
}
