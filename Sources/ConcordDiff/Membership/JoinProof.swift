public import ConcordEncoding

/// What the holder of an invitation signs to admit a device, so that nobody has to be online to
/// approve.
///
/// Wire form: `Protocol/membership.md`, "Join".
public enum JoinProof {
    /// The exact bytes that the invitation key signs.
    public static func message(engagement: DiffID, invitation: WireText, author: Author) -> [UInt8]
    {
        let object: JSONObject = [
            "author": .string(author.description),
            "engagement": .string(engagement.base64url),
            "invitation": .string(invitation),
            "purpose": "concord-join",
        ]
        return JSON.object(object).canonicalBytes
    }

    /// The exact bytes that a member's device signs to admit another device of the same member.
    public static func message(engagement: DiffID, member: WireText, author: Author) -> [UInt8] {
        let object: JSONObject = [
            "author": .string(author.description),
            "engagement": .string(engagement.base64url),
            "member": .string(member),
            "purpose": "concord-device",
        ]
        return JSON.object(object).canonicalBytes
    }
}
