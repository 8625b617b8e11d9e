/// How the program ends, for scripts; the numbers are those of `sysexits.h`, listed in
/// `docs/concord.md`.
enum ExitStatus: Int32 {
    /// Refused (no right, no such step, already decided), or a comparison found a difference.
    case refused = 1
    /// The command line is wrong.
    case usage = 64
    /// What was given cannot be used: a file, an invitation code, an unknown clause.
    case badInput = 65
    /// There is no such file, engagement or record.
    case notFound = 66
    /// The server could not be reached.
    case unreachable = 69
    /// A mistake of this program or of the server.
    case software = 70
    /// A file cannot be created, or is there already.
    case cannotCreate = 73
    /// Reading or writing failed: the disk is full, read-only, broken.
    case disk = 74
    /// Someone else is using it; try again.
    case busy = 75
    /// A key, a passphrase or a permission is missing.
    case notPermitted = 77
    /// It was made by a newer version of this program.
    case newerVersion = 78
}
