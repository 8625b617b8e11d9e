import ConcordSync
import Testing

/// What can happen to the folder of a device, or to the server.
enum Mishap: String, CaseIterable, CustomTestStringConvertible {
    /// The whole folder is that of a backup: database, key and guard.
    case folderRestored
    /// The database is that of a backup; key and guard are today's.
    case databaseRestored
    /// Database and key are those of a backup; there is no guard.
    case guardLost
    /// The file was copied while it was open, without its write-ahead log; the guard is today's.
    case journalLost
    /// The folder was copied while the replica was open and at work, and the copy goes on in its place.
    case copiedWhileOpen
    /// The folder was copied to a second machine, and both go on.
    case folderCloned
    /// The key is gone.
    case keyLost
    /// The server is that of a backup; what it had signed is kept apart.
    case serverRestored
    /// The server begins with an empty disk; what it had signed is kept apart.
    case serverEmptied
    /// Another server goes on from a backup, with the same key and with what was signed.
    case serverReplaced

    var testDescription: String { rawValue }

    /// Why the device goes on under a new key if it worked before it synced again; nil where it keeps its key.
    ///
    /// | mishap | without work since | with work since | before there were key changes |
    /// |---|---|---|---|
    /// | the folder restored, the guard lost, copied while open | takes its own diffs back | signed again | the work was void until a leader admitted it |
    /// | the database restored, the journal lost | takes its own diffs back | new key at once | no save before a sync; none at all if the server lacked a diff |
    /// | the folder cloned | nothing | the second copy signs again | void, and again at each further meeting |
    /// | the key lost | let in by another device | the same | another member, by an invitation; what was not delivered stayed in the file |
    /// | the server restored, emptied, replaced | filled again in its order | the same | the same |
    var changesKey: KeyChange.Reason? {
        switch self {
        case .folderRestored, .guardLost, .copiedWhileOpen, .folderCloned: .copied
        case .databaseRestored, .journalLost: .restored
        case .keyLost, .serverRestored, .serverEmptied, .serverReplaced: nil
        }
    }

    /// Whether the device receives its own diffs back at the first sync, if it has not worked before.
    var takesBack: Bool { changesKey != nil && self != .folderCloned }
}
