import ConcordDiff

/// What a leader ended that a device rests on; the raw value stands in JSON.
enum Revocation: String {
    /// The membership: no device of the person counts any more.
    case member
    /// This device alone: the person goes on with another one.
    case device
}

extension Membership {
    /// What was ended of an author's, as far as is known here; nil where nothing was.
    func revocation(of author: Author) -> Revocation? {
        guard let device = devices[author] else { return nil }
        if members[device.member]?.isRevoked ?? false { return .member }
        return device.isRevoked ? .device : nil
    }
}
