import CZlib
import ConcordSync

/// Bodies in gzip (RFC 1952), by the codec that both ends share (`Sources/CZlib/shim.h`).
package enum Gzip {
    /// Why a body cannot be inflated.
    package enum Failure: Error, Hashable, Sendable {
        /// It is not one whole gzip member.
        case malformed
        /// It holds more than the longest body, however much there would be.
        case tooLarge
    }

    /// Shorter bodies, in bytes, are not worth compressing.
    package static let compressedFrom = 512

    /// The body as one gzip member.
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        let room = Int(concord_gzip_bound(UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            let written = bytes.withUnsafeBufferPointer {
                concord_gzip($0.baseAddress, UInt(bytes.count), output.baseAddress, UInt(room), -1)
            }
            precondition(written >= 0, "zlib has memory for a body")
            count = written
        }
    }

    /// The contents of a gzip member, at most `SyncLimits.bodyBytes`.
    package static func inflate(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
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
        if result >= 0 { return body }
        throw result == Int(CONCORD_GZIP_TOO_LARGE) ? .tooLarge : .malformed
    }
}
