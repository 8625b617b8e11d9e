import ConcordDiff
import ConcordEncoding

/// How a diff is named on the command line: `12@Jb0xPqLr`, or the beginning of its identity, with or
/// without `id:` before it.
///
/// One identity in 64 begins with a hyphen, which the argument parser takes for options. A whole
/// identity is longer than any option's name, so that it gets its `id:` before it is parsed.
enum DiffName {
    private static let prefix = "id:"

    /// The arguments, whole identities that begin with a hyphen written with `id:`.
    static func marked(_ arguments: [String]) -> [String] {
        arguments.map { argument in
            argument.hasPrefix("-") && DiffID(base64url: argument) != nil
                ? prefix + argument : argument
        }
    }

    /// The name without `id:`.
    static func plain(_ name: String) -> String {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }
}
