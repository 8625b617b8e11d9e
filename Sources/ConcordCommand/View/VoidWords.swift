import ConcordDiff
import ConcordModel

/// Why something has no effect, for people.
enum VoidWords {
    /// The reason as the end of "It has no effect: …".
    static func of(_ reason: VoidReason, role: Role?) -> String {
        switch reason {
        case .noRight: "\(role?.titleWithArticle ?? "this role") does not have the right to do this"
        case .revoked: "the author's membership ended before the edit reached the server"
        case .surplus: "others had already used the invitation"
        case .notMember: "its author was not a member yet"
        case .fork: "the device was copied or restored, and both copies went on writing"
        case .lifeCycle: "this step was not possible from the record's state"
        case .reasonMissing: "this step needs a reason, and none was given"
        case .proposal: "a proposal cannot replace what others wrote"
        case .sealed: "it came after the sign-off"
        case .once: "this field can be written only once, and it already was"
        case .lastLeader: "at least one audit team leader must remain"
        case .malformedValue: "the value does not fit the field"
        case .overUnseen: "it claims to replace something its author had not seen"
        case .withoutSeal: "only a valid sign-off can set it"
        case .notAllSeen: "its author had not seen everything that it signs off"
        }
    }

    /// What to do about a save that would have no effect, and to which no leader can give any.
    static func next(_ reason: VoidReason) -> String {
        switch reason {
        case .lastLeader:
            "Make someone else a leader first (`concord member role NAME lead`), then try again."
        case .malformedValue: "See the command's --help for what it takes."
        case .once: "Remove the wrong record and add a new one."
        case .overUnseen, .withoutSeal, .notAllSeen, .noRight, .revoked, .surplus, .notMember,
            .fork, .lifeCycle, .reasonMissing, .proposal, .sealed:
            "Run `concord sync`, check the result, then repeat what is still right."
        }
    }
}

extension Role {
    /// The title in a sentence: "an auditor", "a guide".
    var titleWithArticle: String {
        ("aeiou".contains(title.prefix(1).lowercased()) ? "an " : "a ") + title
    }
}
