import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge

/// What a command failed with: one word for scripts, from which the exit code follows.
///
/// Each part of the library has a closed list of its own; here they come together. `docs/concord.md`, "Codes of
/// failures", has one table of them all, and a test compares.
enum FailureCode: Hashable {
    /// The command itself.
    case command(CommandCode)
    /// The replica.
    case replica(ReplicaFailure.Code)
    /// A file.
    case file(FileFailure.Code)
    /// A file that is to be JSON.
    case json(JSONRefusal)
    /// An act of the audit that is not possible on what is shown.
    case act(ActRefusal.Code)
    /// An edit that does not fit what is shown.
    case edit(EditError.Code)
    /// A save that cannot be undone.
    case undo(UndoError.Code)
    /// A save that would have no effect, or has none.
    case void(VoidReason)
    /// A diff that is refused.
    case diff(DiffRefusal)
    /// What the server refuses, by its code in `Protocol/rejections.json`.
    case server(String)

    /// The word for scripts.
    var name: String {
        switch self {
        case .command(let code): code.rawValue
        case .replica(let code): code.rawValue
        case .file(let code): code.rawValue
        case .json(let code): code.rawValue
        case .act(let code): code.rawValue
        case .edit(let code): code.rawValue
        case .undo(let code): code.rawValue
        case .void(let reason): reason.rawValue
        case .diff(let code): code.rawValue
        case .server(let code): code
        }
    }

    /// How the program ends.
    var status: ExitStatus {
        switch self {
        case .command(let code): code.status
        case .replica(let code): Self.status(of: code)
        case .file(let code): Self.status(of: code)
        case .act(let code): Self.status(of: code)
        case .diff(.notMember): .refused
        case .json, .diff: .badInput
        case .undo(.reasonMissing), .void(.reasonMissing): .usage
        case .edit(.noSuchRecord): .notFound
        case .edit, .undo, .void, .server: .refused
        }
    }

    private static func status(of code: ReplicaFailure.Code) -> ExitStatus {
        switch code {
        case .notFound: .notFound
        case .alreadyExists: .cannotCreate
        case .newerVersion: .newerVersion
        case .corrupted, .notAReplica, .wrongInvitation, .wrongRecoveryKey: .badInput
        case .diskFull, .io: .disk
        case .busy: .busy
        case .readOnly, .wrongKey, .keyMissing, .keyLocked, .keyPermissions: .notPermitted
        case .behindGuard, .edit, .contradiction, .logContradiction, .strangeServer,
            .notProven:
            .refused
        case .server: .unreachable
        }
    }

    private static func status(of code: FileFailure.Code) -> ExitStatus {
        switch code {
        case .notFound, .notRegular, .protected, .notOurs: .cannotCreate
        case .notAllowed: .notPermitted
        case .busy: .busy
        case .diskFull, .io: .disk
        }
    }

    private static func status(of code: ActRefusal.Code) -> ExitStatus {
        switch code {
        case .intoItself, .clauseTwice, .reason, .candidate, .takesNoValue, .severalStates: .usage
        case .notCited, .unknownFinding, .unknownEvidence, .unknownPlanSlot, .unknownMember,
            .unknownRecord:
            .notFound
        case .unknownFindingNumber, .unknownUnit, .unknownSite, .unknownProcess, .repeatsItself,
            .unknownStandard,
            .ambiguousStandard, .unknownRole, .unknownClause, .notALeaf, .criterion, .unknownGrade,
            .file, .leader, .unknownKind, .unknownAnswer, .unknownFollowUp,
            .unknownConfidentiality, .unknownRecommendation:
            .badInput
        case .lifeCycle, .targetDoesNotCount, .gradesDiffer, .notMerged, .noTarget, .findingEnded,
            .recommendationNotAllowed, .membershipEnded, .noRight, .notOpen, .cannotBeAdmitted,
            .remove:
            .refused
        }
    }
}

extension FailureCode {
    /// All that this program itself decides: the server's are those of `Protocol/rejections.json`.
    static var all: [FailureCode] {
        var all = CommandCode.allCases.map { FailureCode.command($0) }
        all += ReplicaFailure.Code.allCases.map { .replica($0) }
        all += FileFailure.Code.allCases.map { .file($0) }
        all += JSONRefusal.allCases.map { .json($0) }
        // That a save cannot be admitted is told by the reason why it has no effect.
        all += ActRefusal.Code.allCases.filter { $0 != .cannotBeAdmitted }.map { .act($0) }
        all += EditError.Code.allCases.map { .edit($0) }
        all += UndoError.Code.allCases.map { .undo($0) }
        all += VoidReason.allCases.map { .void($0) }
        all += DiffRefusal.allCases.map { .diff($0) }
        return all
    }
}
