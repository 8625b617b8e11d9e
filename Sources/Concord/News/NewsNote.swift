import ConcordDiff
import ConcordFiles

/// Up to where a member has read the news: for each author the number of their newest diff, one per line, in a file next to
/// the replica.
///
/// Numbers of chains, and not a place in the log: it stays right where the log gets another order, or the replica is
/// rebuilt. If the file is lost, everything since the device joined counts as new.
struct NewsNote {
    let path: String

    /// A line for each of a million devices.
    private static let bytesMax = 1 << 26

    /// The numbers; nil if there is no file.
    func read() throws(FileFailure) -> [Author: Int]? {
        guard let bytes = try OwnFile.read(path, most: Self.bytesMax) else { return nil }
        return Self.numbers(bytes)
    }

    /// Replaces the file.
    func write(_ numbers: [Author: Int]) throws(FileFailure) {
        let lines = numbers.sorted { $0.key < $1.key }.map { "\($0.value)@\($0.key)\n" }.joined()
        try OwnFile.write(Array(lines.utf8), to: path) { Self.numbers($0) != nil }
    }

    private static func numbers(_ bytes: [UInt8]) -> [Author: Int]? {
        var numbers: [Author: Int] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let reference = WriteReference(String(decoding: line, as: UTF8.self)) else {
                return nil
            }
            numbers[reference.author] = reference.seq
        }
        return numbers
    }
}
