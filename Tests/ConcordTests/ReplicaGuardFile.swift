import ConcordEncoding
import Foundation

/// The guard's note, written by hand.
struct ReplicaGuardFile {
    let path: String

    func pretend(seq: Int) throws {
        let id = SHA256Digest(hashing: []).base64url
        try "\(seq) \(id)\n".write(toFile: path, atomically: true, encoding: .utf8)
    }
}
