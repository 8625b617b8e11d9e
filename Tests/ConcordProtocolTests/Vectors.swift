import ConcordEncoding
import Foundation
import Testing

/// One file of `Protocol/vectors`.
struct Vector: Sendable, CustomTestStringConvertible {
    let area: String
    let name: String
    let contents: JSON

    var testDescription: String { name }

    /// What the case claims.
    var about: String { contents["about"]?.stringValue?.string ?? "" }

    /// A member that every case of its area has.
    func member(_ key: String) throws -> JSON {
        try #require(contents[WireText(key)], "\(area)/\(name) has no \(key)")
    }

    /// The bytes that an array of parts stands for: strings, `base64`, and `repeat` with `times`.
    func bytes(of key: String) throws -> [UInt8] {
        let parts = try #require(try member(key).arrayValue)
        return try parts.flatMap { part in
            if let text = part.stringValue?.string { return Array(text.utf8) }
            if let encoded = part["base64"]?.stringValue?.string {
                return [UInt8](try #require(Data(base64Encoded: encoded)))
            }
            let text = try #require(part["repeat"]?.stringValue?.string)
            let times = try #require(part["times"]?.integerValue)
            return Array(String(repeating: text, count: Int(times)).utf8)
        }
    }
}

/// The folder of vectors, and how many there have to be.
enum Vectors {
    /// The repository, from where this file was compiled.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let folder = root.appending(path: "Protocol/vectors")

    /// How many cases each area has, by the file that says so.
    static func counts() throws -> [String: Int] {
        let file = try JSON(parsing: bytes(of: folder.appending(path: "COUNT.json")))
        var counts: [String: Int] = [:]
        for (area, count) in try #require(file.objectValue) {
            counts[area.string] = Int(try #require(count.integerValue))
        }
        return counts
    }

    /// The cases of an area, by name; none if they cannot be read, which the count then tells.
    static func of(_ area: String) -> [Vector] {
        do {
            return try read(area)
        } catch {
            Issue.record(error, "the vectors of \(area) cannot be read")
            return []
        }
    }

    private static func read(_ area: String) throws -> [Vector] {
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: area),
            includingPropertiesForKeys: nil
        )
        return try files.filter { $0.pathExtension == "json" }.map { file in
            Vector(
                area: area,
                name: file.deletingPathExtension().lastPathComponent,
                contents: try JSON(parsing: bytes(of: file))
            )
        }.sorted { $0.name < $1.name }
    }

    static func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

    static func text(of path: String) throws -> String {
        String(decoding: try bytes(of: root.appending(path: path)), as: UTF8.self)
    }
}

@Suite("The folder of vectors")
struct VectorFolderTests {
    static let areas = [
        "canonical", "chain", "code", "device", "diff", "erasure", "export", "id", "log",
        "membership", "merge", "note", "receipt", "seal", "signature", "tile", "tree",
    ]

    @Test(arguments: areas)
    func noVectorIsMissing(area: String) throws {
        let expected = try #require(try Vectors.counts()[area])

        #expect(Vectors.of(area).count == expected)
    }

    @Test func everyCountedAreaIsRun() throws {
        #expect(Set(try Vectors.counts().keys) == Set(Self.areas))
    }

    @Test func everyFolderIsCounted() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Vectors.folder.path)
            .filter { !$0.hasPrefix(".") && $0 != "COUNT.json" }

        #expect(Set(names) == Set(try Vectors.counts().keys))
    }

    @Test(arguments: areas)
    func everyVectorSaysWhatItClaims(area: String) {
        #expect(Vectors.of(area).allSatisfy { $0.about.count > 10 })
    }
}
