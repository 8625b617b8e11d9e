import CZlib
import ConcordDiff
import ConcordSync

/// Bodies of HTTP, compressed or not, as the server and the client read them.
enum MessageFuzz {
    /// What a body may inflate to here: small, so that many inputs are tried.
    private static let bytesMax = 1 << 16

    static func run(_ bytes: [UInt8]) {
        read(bytes)
        if let inflated = inflated(bytes) { read(inflated) }
    }

    private static func read(_ bytes: [UInt8]) {
        do throws(MessageError) {
            let request = try SyncRequest(wireBytes: bytes)
            precondition(request.wireBytes == bytes, "a request is written as it came")
            for envelope in request.envelopes { DecoderFuzz.diff(envelope) }
        } catch {
            _ = "\(error)"
        }
        do throws(MessageError) {
            let response = try SyncResponse(wireBytes: bytes)
            _ = (response.end, response.more)
            for entry in response.entries {
                if case .envelope(let envelope) = entry { DecoderFuzz.diff(envelope) }
            }
            let again = try SyncResponse(wireBytes: response.wireBytes)
            precondition(again == response, "a response reads as it is written")
        } catch {
            _ = "\(error)"
        }
    }

    private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        var code = 0
        let output = [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
            code = bytes.withUnsafeBufferPointer { input in
                concord_gunzip(
                    input.baseAddress,
                    UInt(input.count),
                    buffer.baseAddress,
                    UInt(bytesMax)
                )
            }
            count = max(code, 0)
        }
        return code >= 0 ? output : nil
    }
}
