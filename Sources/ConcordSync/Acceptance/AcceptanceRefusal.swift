import ConcordDiff
import ConcordEncoding

/// Why a request is refused as a whole, in order of precedence; the raw value is the code on the wire.
///
/// Registry: `Protocol/rejections.json`.
public enum SyncRefusal: String, CaseIterable, Sendable {
    /// The engagement has no log here, and nothing in the request founds one.
    case unknownEngagement = "unknown-engagement"
    /// The request founds an engagement, which this server does not take.
    case engagementsClosed = "engagements-closed"
    /// The client holds more entries than the log has: the server was restored from a backup, or this
    /// is not the log that the client has synced with.
    case positionBeyondLog = "position-beyond-log"
    /// The client's last entry differs from the log's entry at that position.
    case logParted = "log-parted"
    /// The log lacks entries that the server has signed, or has others: it was restored from a backup. Also the verdict
    /// on a diff that is not the next one of those that it lacks.
    case logBehind = "log-behind"
}

/// How the log of a server differs from what a client holds of it: the client holds entries that the
/// log does not have at those places.
///
/// Wire form: the members `size`, `common` and `note` of the problem document, `Protocol/sync.md`, "Logs that
/// part".
public struct LogParting: Hashable, Sendable {
    /// Why the request is refused: `positionBeyondLog` or `logParted`.
    public let refusal: SyncRefusal
    /// How many entries the server's log has.
    public let size: Int
    /// The greatest of the request's marks up to which the log agrees with all of them; 0 if with none.
    public let common: Int
    /// What the server's log key states about it (`PartingStatement`); nothing in it is believed yet.
    public var statement: SyncResponse.Checkpoint?

    /// A parting that the server found.
    public init(_ refusal: SyncRefusal, size: Int, common: Int) {
        self.refusal = refusal
        self.size = size
        self.common = common
    }
}

/// Why a well-formed, signed join is refused, in addition to the reasons of `DiffRefusal` for any diff.
public enum JoinRefusal: String, CaseIterable, Sendable {
    /// The invitation had expired when the join arrived.
    case invitationExpired = "invitation-expired"
}

extension EnvelopeVerdict {
    /// The verdict on an envelope that cannot be read.
    static func refused(_ error: DiffError) -> EnvelopeVerdict {
        .refused(code: WireText(error.code.rawValue), detail: WireText(error.description))
    }

    /// The verdict on a diff that can be read.
    static func refused(_ refusal: DiffRefusal) -> EnvelopeVerdict {
        .refused(code: WireText(refusal.rawValue), detail: explanation(of: refusal))
    }

    /// The verdict on a join that comes too late.
    package static let invitationExpired = EnvelopeVerdict.refused(
        code: WireText(JoinRefusal.invitationExpired.rawValue),
        detail: "the invitation has expired"
    )

    /// The verdict on a diff that a restored log cannot take before those that it lost.
    static let logBehind = EnvelopeVerdict.refused(
        code: WireText(SyncRefusal.logBehind.rawValue),
        detail:
            "the server was restored from a backup and first needs the entries that it lost; sync again later"
    )

    private static func explanation(of refusal: DiffRefusal) -> WireText {
        switch refusal {
        case .wrongEngagement: "the diff belongs to another engagement"
        case .badSignature: "the signature is not the author's over this head"
        case .brokenChain: "the first parent is not the author's diff before this one"
        case .notMember: "the author was never admitted; join by an invitation first"
        default: WireText(refusal.rawValue)
        }
    }
}
