import ConcordTesting
import Foundation

extension TemporaryFolder {
    func callAsFunction(_ name: String) -> String { file(name) }

    func put(_ name: String, _ bytes: [UInt8], mode: Int = 0o644) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: self(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self(name))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: self(name))))
    }

    func mode(_ name: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: self(name))
        return (facts[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
