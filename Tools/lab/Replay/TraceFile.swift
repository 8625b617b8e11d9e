import CZlib
import Foundation

/// The bytes of a file, inflated if they are gzip.
///
/// Whatever the path names, at most `bytesMax` bytes are read and as many inflated: a device that
/// never ends and a small file that inflates to a large one are refused, and cost no more.
enum TraceFile {
    /// Why a file cannot be read.
    struct Failure: Error, CustomStringConvertible {
        /// What callers decide on.
        enum Code: String {
            case notFound = "trace-not-found"
            case unreadable = "trace-unreadable"
            case empty = "trace-empty"
            case tooLarge = "trace-too-large"
            case notGzip = "trace-not-gzip"
        }

        let code: Code
        let message: String
        var description: String { "\(code.rawValue): \(message)" }
    }

    /// What a file may hold, and what it may inflate to.
    static let bytesMax = 1 << 28

    static func bytes(of path: String) throws -> [UInt8] {
        let bytes = [UInt8](try contents(of: path))
        guard !bytes.isEmpty else {
            throw Failure(code: .empty, message: "the file has no bytes.")
        }
        return bytes.starts(with: [0x1F, 0x8B]) ? try inflated(bytes) : bytes
    }

    private static func contents(of path: String) throws -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(code: .notFound, message: "there is no such file.")
        }
        guard !isFolder.boolValue else {
            throw Failure(code: .unreadable, message: "this is a folder; name the files in it.")
        }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            var data = Data()
            while let part = try handle.read(upToCount: 1 << 22), !part.isEmpty {
                data.append(part)
                guard data.count <= bytesMax else {
                    throw Failure(code: .tooLarge, message: "it has more than \(limit).")
                }
            }
            return data
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(code: .unreadable, message: "reading it failed: \(error)")
        }
    }

    private static func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
        // The last four bytes of a gzip member are the length of its contents, to begin with.
        let stated = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        // Deflate makes at most 1,032 bytes of one: a cut file may state anything.
        guard stated <= bytes.count * 1032 else { throw refusal(CONCORD_GZIP_TRUNCATED) }
        guard stated <= bytesMax else { throw refusal(CONCORD_GZIP_TOO_LARGE) }
        var code = 0
        let output = [UInt8](unsafeUninitializedCapacity: stated + 1) { buffer, count in
            code = bytes.withUnsafeBufferPointer { input in
                concord_gunzip(
                    input.baseAddress,
                    UInt(input.count),
                    buffer.baseAddress,
                    UInt(stated)
                )
            }
            count = max(code, 0)
        }
        guard code >= 0 else { throw refusal(code) }
        guard !output.isEmpty else {
            throw Failure(code: .empty, message: "it inflates to nothing.")
        }
        return output
    }

    private static func refusal(_ code: Int) -> Failure {
        let reason =
            switch code {
            case CONCORD_GZIP_TRUNCATED: "it ends too early, or is damaged"
            case CONCORD_GZIP_TRAILING: "bytes follow its end"
            case CONCORD_GZIP_NO_MEMORY: "there is not enough memory to inflate it"
            case CONCORD_GZIP_TOO_LARGE:
                "it inflates to more than it states or than \(limit)"
            default: "it is damaged"
            }
        return Failure(code: .notGzip, message: "this is not a usable gzip file: \(reason).")
    }

    private static var limit: String { "\(bytesMax >> 20) MiB" }
}
