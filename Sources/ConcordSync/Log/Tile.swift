/// A part of a log as public tools read it: 256 hashes of one level, or 256 entries (C2SP, "tlog-tiles").
///
/// A tile that is not full yet is named with its width. Full tiles never change.
public struct Tile: Hashable, Sendable {
    /// What it holds.
    public enum Content: Hashable, Sendable {
        /// The entries, each behind its length in two bytes.
        case entries
        /// Hashes: level 0 those of the leaves, each further one those of the full tiles below.
        case hashes(level: Int)
    }

    /// What it holds.
    public let content: Content
    /// Its place among the tiles of the level, from 0.
    public let index: Int
    /// How many it holds, 1 to 256.
    public let width: Int

    /// How many a full tile holds.
    public static let fullWidth = 256
    /// How many levels of the tree one of hashes has.
    public static let height = 8
    /// The levels that a tree of 2^31 entries has.
    private static let levelMax = 3

    /// A tile; by default a full one.
    public init(_ content: Content, index: Int, width: Int = Tile.fullWidth) {
        precondition(index >= 0 && 1...Self.fullWidth ~= width, "a tile has 1 to 256 parts")
        self.content = content
        self.index = index
        self.width = width
    }

    /// Reads a path, without a slash before it: `tile/0/x001/234.p/5`. nil if it is not one in its only spelling.
    public init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[0] == "tile" else { return nil }
        let content: Content
        switch parts[1] {
        case "entries": content = .entries
        default:
            guard let level = Int(parts[1]), 0...Self.levelMax ~= level else { return nil }
            content = .hashes(level: level)
        }
        parts.removeFirst(2)
        var width = Self.fullWidth
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let number = Int(parts.removeLast()), 1..<Self.fullWidth ~= number else {
                return nil
            }
            width = number
            parts[parts.count - 1].removeLast(2)
        }
        var index = 0
        for part in parts {
            let digits = part.hasPrefix("x") ? part.dropFirst() : Substring(part)
            guard digits.utf8.count == 3, let number = Int(digits), number >= 0,
                index <= Int(Int32.max)
            else { return nil }
            index = index * 1000 + number
        }
        self.init(content, index: index, width: width)
        guard self.path == path else { return nil }
    }

    /// The path, without a slash before it.
    public var path: String {
        let kind =
            switch content {
            case .entries: "entries"
            case .hashes(let level): "\(level)"
            }
        // Three digits a folder; all but the last behind an x.
        var place = ""
        var rest = index
        repeat {
            let digits = "\(rest % 1000)"
            let padded = String(repeating: "0", count: 3 - digits.utf8.count) + digits
            place = place.isEmpty ? padded : "x\(padded)/\(place)"
            rest /= 1000
        } while rest > 0
        let partial = width == Self.fullWidth ? "" : ".p/\(width)"
        return "tile/\(kind)/\(place)\(partial)"
    }
}
