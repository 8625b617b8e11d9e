import ConcordEvidence
import ConcordFiles
import ConcordSync
import HTTPTypes

extension RequestRefusal {
    /// Why bytes of a file were not taken.
    init(_ refusal: PartialFile.Refusal) {
        switch refusal {
        case .wrongOffset(let offset): self = .file(.wrongOffset, offset: offset)
        case .wrongPart(let offset): self = .file(.wrongPart, offset: offset)
        case .partsMissing: self = .file(.partsMissing)
        case .wrongPromise: self = .file(.wrongPromise)
        case .busy: self = .http(.busy)
        case .failure(.diskFull, _): self = .http(.storageFull)
        case .failure(_, let message):
            self = .storage(StorageFailure(.failed, "a file could not be kept: \(message)"))
        }
    }

    /// A refusal about a file.
    static func file(_ refusal: FileRefusal) -> RequestRefusal { .file(refusal, offset: nil) }
}

extension FileRefusal {
    /// The status that says it over HTTP.
    var status: HTTPResponse.Status {
        switch self {
        case .malformedAddress, .malformedQuestion: .badRequest
        case .notHeld: .notFound
        case .erased: .gone
        case .range: .rangeNotSatisfiable
        case .partsMissing, .wrongOffset: .conflict
        case .wrongParts, .wrongPart, .wrongPromise: .unprocessableContent
        }
    }

    /// What happened and what to do next, for people.
    var detail: String {
        switch self {
        case .malformedAddress:
            "The address needs the file's SHA-256, size and root, and the offset of bytes that are sent."
        case .malformedQuestion: "Ask about at most \(FileLimits.files) files at once."
        case .notHeld:
            "The server does not have all of the file yet. It has it once the colleague who promised it has"
                + " synced."
        case .erased: "An audit team leader has ordered the file to be erased. Sync."
        case .range: "The file has no such bytes."
        case .wrongParts: "These hashes are not those of the root that the address names."
        case .partsMissing: "Send the hashes of the file's parts first."
        case .wrongOffset: "The file continues at the byte that Upload-Offset names."
        case .wrongPart:
            "The bytes of a part are not those that its hash stands for. Send it again from the byte that"
                + " Upload-Offset names."
        case .wrongPromise:
            "The parts are as promised, and the whole has another SHA-256: nothing can fit this promise."
        }
    }
}
