import CZlib
import Foundation

/// The bytes of a file, inflated if they are gzip.
enum TraceFile {
    /// Why a file cannot be read.
    struct Failure: Error, CustomStringConvertible {
        let code: String
        let message: String
        var description: String { "\(code): \(message)" }
    }

    /// What a file may inflate to.
    static let bytesMax = 1 << 28

    static func bytes(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(code: "trace-unreadable", message: "\(path) cannot be read.")
        }
        let bytes = [UInt8](data)
        return bytes.starts(with: [0x1F, 0x8B]) ? try inflated(bytes, path) : bytes
    }

    private static func inflated(_ bytes: [UInt8], _ path: String) throws -> [UInt8] {
        // The last four bytes of a gzip member are the length of its contents, to begin with.
        let stated = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard stated <= bytesMax else {
            throw Failure(code: "trace-too-large", message: "\(path) inflates to \(stated) bytes.")
        }
        var code = 0
        let output = [UInt8](unsafeUninitializedCapacity: stated + 1) { buffer, count in
            code = bytes.withUnsafeBufferPointer { input in
                concord_gunzip(
                    input.baseAddress,
                    UInt(input.count),
                    buffer.baseAddress,
                    UInt(buffer.count)
                )
            }
            count = max(code, 0)
        }
        guard code >= 0 else {
            throw Failure(code: "trace-not-gzip", message: "\(path) is no gzip file (\(code)).")
        }
        return output
    }
}
