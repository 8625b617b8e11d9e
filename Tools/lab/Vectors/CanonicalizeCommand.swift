import ArgumentParser
import ConcordEncoding
import Foundation

/// `concord-lab canonicalize`.
struct CanonicalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canonicalize",
        abstract: "Read JSON on standard input, write its canonical form (RFC 8785).",
        discussion: """
            Exit code 1 if the text is refused: the refusal's code and the offset of the byte that \
            it is about are on standard error.
            """
    )

    func run() throws {
        let bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
        do {
            let value = try JSON(parsing: bytes)
            FileHandle.standardOutput.write(Data(value.canonicalBytes))
        } catch {
            FileHandle.standardError.write(Data("\(error.code.rawValue) \(error.offset)\n".utf8))
            throw ExitCode(1)
        }
    }
}
