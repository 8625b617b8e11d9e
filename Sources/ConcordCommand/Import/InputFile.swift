import ConcordEncoding
import ConcordFiles
import Foundation

/// Reading a file that someone handed over, within bounds and with complaints that help.
enum InputFile {
    /// The largest engagement file, in bytes: a thousand times an ordinary one.
    static let bytesMax = 16 << 20

    /// Reads a JSON file; `-` is standard input.
    static func json(_ path: String) throws -> JSON {
        let bytes = decimalsAsTexts(withoutMark(try bytes(path)))
        guard !bytes.isEmpty else {
            throw CommandFailure(
                .emptyFile,
                "\(path) is empty",
                next: "Was it copied completely? Name a file that describes an engagement."
            )
        }
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw refusal(error, in: bytes, path: path)
        }
    }

    /// Without the byte-order mark that some editors write before UTF-8.
    private static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// The JSON text with each number that has a fraction or an exponent as a text of the same signs.
    ///
    /// Decimals are texts in Concord, since a binary fraction is not what was written; a file made by
    /// hand or by a spreadsheet has them as numbers.
    private static func decimalsAsTexts(_ bytes: [UInt8]) -> [UInt8] {
        let numeric = Set("+-.0123456789eE".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isInText = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard !isInText, byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) else {
                if isInText, byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                    result.append(byte)
                    index += 1
                    result.append(bytes[index])
                } else {
                    if byte == UInt8(ascii: "\"") { isInText.toggle() }
                    result.append(byte)
                }
                index += 1
                continue
            }
            let number = bytes[index...].prefix { numeric.contains($0) }
            let isDecimal =
                number.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }
                && Double(String(decoding: number, as: UTF8.self)) != nil
            let mark = isDecimal ? [UInt8(ascii: "\"")] : []
            result += mark + number + mark
            index = number.endIndex
        }
        return result
    }

    /// The bytes of a file; `-` is standard input.
    static func bytes(_ path: String) throws -> [UInt8] {
        // A pipe is read as standard input is: `-`.
        if path != "-" { try RegularFile.require(path) }
        do {
            let handle =
                try path == "-"
                ? FileHandle.standardInput
                : FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            var bytes: [UInt8] = []
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
                bytes.append(contentsOf: part)
                guard bytes.count <= bytesMax else {
                    throw CommandFailure(
                        .tooLarge,
                        "\(path) is larger than \(bytesMax >> 20) MiB",
                        next: "Is it the right file? Evidence files are not part of it."
                    )
                }
            }
            return bytes
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw CommandFailure(
                isThere ? .unreadable : .notFound,
                isThere ? "\(path) cannot be read" : "there is no file \(path)",
                next: isThere ? "Is it a file, and are you allowed to read it?" : "Check the path."
            )
        }
    }

    private static func refusal(
        _ error: JSONError,
        in bytes: [UInt8],
        path: String
    )
        -> CommandFailure
    {
        let before = bytes.prefix(error.offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        let next =
            switch error.code {
            case .truncated: "The file ends too early: was it copied completely?"
            case .float: "Write decimals as texts, such as \"2.5\"."
            case .duplicateKey: "An object has the same name twice; remove one of them."
            case .notUTF8: "Save the file as UTF-8."
            default: "Correct that place; the file has to be JSON."
            }
        return CommandFailure(
            .json(error.code),
            "\(path) is not readable as JSON at line \(line), column \(column): "
                + error.code.rawValue.replacingOccurrences(of: "-", with: " "),
            next: next
        )
    }
}
