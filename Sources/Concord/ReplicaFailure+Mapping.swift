import ConcordDiff
import ConcordFiles
import ConcordSigning
import ConcordStorage
import ConcordSync

extension ReplicaFailure {
    /// Whether the device's key is encrypted and no passphrase was given.
    public var needsPassphrase: Bool { (cause as? KeyFailure)?.code == .passphraseNeeded }

    /// Runs `body`; what storage, signing and transport report comes out as one kind of failure.
    static func mapping<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw mapped(error)
        }
    }

    /// The failure that `error` is for the facade's caller; failures of edits and `ReplicaFailure`s
    /// stay as they are.
    static func mapped(_ error: any Error) -> any Error {
        switch error {
        case let error as StorageFailure:
            ReplicaFailure(code(of: error.code), error.message, cause: error.cause)
        case let error as KeyFailure:
            ReplicaFailure(code(of: error.code), error.message, cause: error)
        case let error as FileFailure:
            ReplicaFailure(code(of: error.code), error.message, cause: error)
        case let error as SyncFailure:
            ReplicaFailure(.server, error.message, cause: error)
        default: error
        }
    }

    private static func code(of code: StorageFailure.Code) -> Code {
        switch code {
        case .notFound: .notFound
        case .alreadyExists: .alreadyExists
        case .notAReplica: .notAReplica
        case .newerVersion: .newerVersion
        case .corrupted: .corrupted
        case .diskFull: .diskFull
        case .readOnly: .readOnly
        case .busy, .replaced: .busy
        case .io: .io
        }
    }

    private static func code(of code: FileFailure.Code) -> Code {
        switch code {
        case .notFound: .notFound
        case .protected: .alreadyExists
        case .notRegular, .notOurs, .notAllowed: .readOnly
        case .busy: .busy
        case .diskFull: .diskFull
        case .io: .io
        }
    }

    private static func code(of code: KeyFailure.Code) -> Code {
        switch code {
        case .noSuchFile: .keyMissing
        case .fileIsShared: .keyPermissions
        case .fileExists: .alreadyExists
        case .fileAccess: .io
        case .notAKey, .notEd25519, .passphraseNeeded, .wrongPassphrase, .unusablePassphrase,
            .library, .unsupported:
            .wrongKey
        }
    }

    /// A code that cannot be read.
    /// What a server means that lets nobody in by an invitation; nil if it is something else.
    static func closedToInvited(_ error: any Error) -> ReplicaFailure? {
        guard let failure = (error as? ReplicaFailure)?.cause as? SyncFailure,
            case .refused(let code) = failure.code,
            [AccessRefusal.invitationEnded, .surplus].map(\.rawValue).contains(code)
        else { return nil }
        return ReplicaFailure(
            .wrongInvitation,
            "The invitation is not valid any more (\(code)): it was withdrawn, has expired, or others have"
                + " used it. Ask the audit team leader for a new code.",
            cause: failure
        )
    }

    static let damagedCode = ReplicaFailure(
        .wrongInvitation,
        "The invitation code is damaged: a character is missing or wrong. Copy the whole code again."
    )
}
