public import ConcordDiff
public import ConcordEncoding

/// Why somebody who was in the engagement, or was invited, reads nothing of it; the raw value is the code on the wire.
///
/// Registry: `Protocol/rejections.json`.
public enum AccessRefusal: String, CaseIterable, Sendable {
    /// The device, or its member, was revoked.
    case revoked = "access-revoked"
    /// The device joined on an invitation whose uses were spent.
    case surplus = "access-surplus"
    /// The invitation was withdrawn, is used up, or has expired.
    case invitationEnded = "invitation-ended"
}

/// What the holder of a key may do with an engagement.
public enum Access: Hashable, Sendable {
    /// The device of a member: reads and writes.
    case member
    /// The holder of an open invitation: reads, so that they can join.
    case invited
    /// Reads nothing. What a device had not delivered is taken in all the same: it is evidence.
    case ended(AccessRefusal)
    /// Nobody that the engagement knows: for them there is none.
    case stranger
}

extension Membership {
    /// What the holder of a key may do at this place of the log.
    ///
    /// - Parameter now: the server's clock, used only for the expiry of invitations.
    public func access(of key: Author, now: Timestamp) -> Access {
        if let device = devices[key] {
            if isActive(key) { return .member }
            return .ended(device.isSurplus ? .surplus : .revoked)
        }
        let publicKey = key.publicKey
        var isKnown = false
        for invitation in invitations.values where invitation.key == publicKey {
            if invitation.isOpen(at: now) { return .invited }
            isKnown = true
        }
        return isKnown ? .ended(.invitationEnded) : .stranger
    }
}

extension Membership.Invitation {
    /// Whether somebody can join on it.
    fileprivate func isOpen(at now: Timestamp) -> Bool {
        !isWithdrawn && used < uses && expires.map { now.milliseconds <= $0.milliseconds } ?? true
    }
}
