import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordSync
import ConcordText

extension CommandFailure {
    /// The failure behind any error; nil for what the argument parser itself reports (usage, help).
    init?(of error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let failure as ReplicaFailure: self.init(failure)
        case let failure as SyncFailure: self.init(failure)
        case let failure as FileFailure: self.init(failure)
        case let error as EditError: self.init(error)
        case let refusal as ActRefusal: self.init(refusal)
        case let refusal as SaveRefusal: self.init(refusal)
        case let error as DiffError where error.code == .envelopeTooLarge:
            self.init(
                .diff(error.code),
                "nothing was saved: one save can hold \(DiffLimits.envelopeBytes) bytes at most",
                next: "Save it in several smaller steps."
            )
        case is ValidationError, is ExitCode, is CleanExit: return nil
        default:
            if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { return nil }
            self.init(
                .internalError,
                "something unexpected went wrong: \(error)",
                next: "Nothing that was saved is lost. If it happens again, please report it."
            )
        }
    }

    /// A failure of the replica, whose message already says what to do next.
    private init(_ failure: ReplicaFailure) {
        if let cause = failure.cause as? SyncFailure, failure.code == .server {
            self.init(cause)
        } else if let cause = failure.cause as? EditError {
            self.init(cause)
        } else if failure.code == .wrongKey, failure.message.contains("passphrase") {
            self.init(
                .replica(failure.code),
                failure.message,
                next:
                    "Set it in the environment variable CONCORD_PASSPHRASE, then repeat the command."
            )
        } else if failure.cause is SaveRefusal {
            let next = "Nothing was saved. Ask your audit team leader to do it."
            self.init(.replica(failure.code), failure.message, next: next)
        } else {
            self.init(.replica(failure.code), failure.message)
        }
    }

    /// A file that could not be read or written; the message says what to do next.
    private init(_ failure: FileFailure) {
        self.init(.file(failure.code), failure.message)
    }

    /// An act that is not possible on what is shown; nothing was written.
    private init(_ refusal: ActRefusal) {
        self.init(
            .act(refusal.code),
            refusal.message,
            next: Self.next(refusal),
            details: refusal.details
        )
    }

    /// What to do instead, by the options and commands that help; where none does, what the refusal itself says.
    private static func next(_ refusal: ActRefusal) -> String {
        func show(_ path: CellPath) -> String {
            "`concord conflicts show \(ConflictName.of(path))`"
        }
        return switch refusal {
        case .reasonMissing: "Give --reason WHY."
        case .membershipEnded: "To bring them back, invite them: `concord invite`."
        case .invitationNotOpen:
            "`concord invite list` lists them; `concord member revoke` ends a membership."
        case .choice(.noCandidate(_, _, let path)): "See \(show(path))."
        case .choice(.takesNoValue): "Use --keep, --remove or --take N."
        case .choice(.nothingToRemove): "Use --take, --value or --keep."
        case .choice(.severalDecided(let path)):
            "Use --take N for the candidate that you choose: \(show(path)) numbers them."
        default: refusal.next
        }
    }

    /// A failure on the way to the server.
    private init(_ failure: SyncFailure) {
        let later = "Nothing is lost; the next `concord sync` continues from here."
        switch failure.code {
        case .unreachable:
            self.init(.unreachable, failure.message, next: later)
        case .timeout:
            self.init(.timeout, failure.message, next: later)
        case .refused(let code):
            self.init(.server(code), failure.message)
        case .wrongClock:
            self.init(
                .server(AuthenticationRefusal.wrongClock.rawValue),
                failure.message,
                next: "Set this device's clock. " + later
            )
        case .cannotSign:
            self.init(.replica(.wrongKey), failure.message, next: later)
        case .parted:
            self.init(.logParted, failure.message, next: later)
        case .tooLarge:
            self.init(.requestTooLarge, failure.message, next: later)
        case .untrusted:
            self.init(.untrustedCertificate, failure.message)
        case .invalidAddress:
            self.init(.serverAddress, failure.message)
        case .malformedResponse:
            self.init(
                .malformedResponse,
                failure.message,
                next: "Check that the address belongs to a Concord server. Nothing was changed."
            )
        case .serverError:
            self.init(.serverError, failure.message, next: later)
        case .cancelled:
            self.init(.cancelled, failure.message)
        }
    }

    /// A save that would not have done what it says; nothing was written.
    private init(_ refusal: SaveRefusal) {
        guard let first = refusal.voided.first else {
            let place = refusal.texts.first?.description ?? "-"
            self.init(
                .textGarbled,
                "nothing was saved: the text would come out different from what you typed: \(place)",
                next: "Please report it, with a copy of the engagement's file if that is possible."
            )
            return
        }
        self.init(
            .void(first.reason),
            "nothing was saved, because it would have no effect: "
                + "\(VoidWords.of(first.reason, role: nil)) (\(first.path))",
            next: "Ask your audit team leader."
        )
    }

    /// An edit that does not fit what is shown; nothing was written.
    private init(_ error: EditError) {
        let next =
            switch error.code {
            case .noSuchRecord, .noConflict, .recordExists:
                "Someone may have changed it; check and try again."
            case .inConflict: "Resolve the conflict first; `concord conflicts` lists it."
            case .malformedValue: "See the command's --help for what it takes."
            case .textTooLong:
                "A text may have \(TextLimits.scalars) characters. Shorten it, or keep the long"
                    + " version as a file."
            case .noSuchDiff: "`concord admit` lists edits without effect."
            case .empty: "Say what to change."
            }
        self.init(.edit(error.code), "nothing was saved: \(error)", next: next)
    }
}
