internal import Hummingbird
import NIOCore

/// The body of an answer, written piece by piece: so a slow reader is seen to take something, and one that takes nothing
/// is closed as a silent connection is. Until the last piece is written the body counts as memory that is taken.
struct PacedBody {
    /// How long a piece is: what a slow mobile network takes in a few seconds.
    private static let pieceBytes = 64 << 10

    let body: ResponseBody

    /// - Throws: `busy` where there is no room for it.
    init(_ bytes: [UInt8], share: BodyBudget.Share) throws(RequestRefusal) {
        try share.take(bytes.count)
        let buffer = ByteBuffer(bytes: bytes)
        body = ResponseBody(contentLength: bytes.count) { writer in
            defer { share.giveBack() }
            var rest = buffer
            while let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceBytes)),
                piece.readableBytes > 0
            {
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
    }
}
