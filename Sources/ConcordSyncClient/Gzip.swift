import CZlib
import ConcordSync

/// Bodies in gzip, by the codec that both ends share (`Sources/CZlib/shim.h`).
enum Gzip {
    /// The body as one gzip member.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        let room = Int(concord_gzip_bound(UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            let written = bytes.withUnsafeBufferPointer {
                concord_gzip($0.baseAddress, UInt(bytes.count), output.baseAddress, UInt(room), -1)
            }
            precondition(written >= 0, "zlib has memory for a body")
            count = written
        }
    }

    /// What is in a gzip member; nil if it is none, is cut, or holds more than a body may.
    static func inflate(_ bytes: [UInt8]) -> [UInt8]? {
        var result = 0
        let body = [UInt8](unsafeUninitializedCapacity: SyncLimits.bodyBytes) { output, count in
            result = bytes.withUnsafeBufferPointer {
                concord_gunzip(
                    $0.baseAddress,
                    UInt(bytes.count),
                    output.baseAddress,
                    UInt(SyncLimits.bodyBytes)
                )
            }
            count = max(result, 0)
        }
        return result >= 0 ? body : nil
    }
}
