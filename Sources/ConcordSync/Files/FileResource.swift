import ConcordEncoding
package import ConcordModel

/// Names of the protocol of files over HTTP (`Protocol/evidence.md`, `Protocol/openapi.yaml`).
package enum FileResource {
    /// The type of a question about files, and of its answer.
    package static let questionType = "application/json"
    /// The type of hashes and of bytes.
    package static let bytesType = "application/octet-stream"
    /// The header that says where a file continues.
    package static let offsetHeader = "Upload-Offset"

    /// The type of a receipt.
    package static let noteType = "text/plain; charset=utf-8"

    /// The code of a server whose disk has no room for files.
    package static let storageFull = "storage-full"

    /// The path at which a client asks what the server has.
    package static func files(of engagement: String) -> String {
        "/v1/engagements/\(engagement)/files"
    }

    /// The path of a file.
    package static func file(_ sha256: String, of engagement: String) -> String {
        files(of: engagement) + "/\(sha256)"
    }

    /// The path of the hashes of a file's parts.
    package static func parts(_ sha256: String, of engagement: String) -> String {
        file(sha256, of: engagement) + "/parts"
    }

    /// What stands behind the path: the rest of the promise.
    package static func query(_ file: FilePromise) -> String {
        "?size=\(file.size)&root=\(file.partsRoot.hex)"
    }

    /// The promise that an address names; nil if it names none.
    package static func promise(sha256: String, size: String?, root: String?) -> FilePromise? {
        guard let sha256 = SHA256Digest(hex: sha256), let size = size.flatMap({ Int($0) }),
            let root = root.flatMap({ SHA256Digest(hex: $0) })
        else { return nil }
        return FilePromise(sha256: sha256, size: size, partsRoot: root)
    }
}

/// What a client asks of a server: which of these files it has, and how much of each.
package struct FileQuestion: Hashable, Sendable {
    /// The files.
    package let files: [FilePromise]

    /// A question about files.
    package init(_ files: [FilePromise]) { self.files = files }

    /// The body that is sent.
    package var wireBytes: [UInt8] {
        let files = files.map { file -> JSON in
            [
                .string(WireText(file.sha256.hex)), .integer(Int64(file.size)),
                .string(WireText(file.partsRoot.hex)),
            ]
        }
        let object: JSONObject = ["files": .array(files)]
        return object.canonicalBytes
    }

    /// Reads a body; nil if it is not a question of at most `FileLimits.files` files.
    package init?(wireBytes: [UInt8]) {
        guard let object = FileMessage.object(wireBytes)?.objectValue, object.count == 1,
            let items = object["files"]?.arrayValue, items.count <= FileLimits.files
        else { return nil }
        var files: [FilePromise] = []
        for item in items {
            guard let values = item.arrayValue, values.count == 3,
                let sha256 = values[0].stringValue, let size = values[1].integerValue,
                let root = values[2].stringValue,
                let file = FileResource.promise(
                    sha256: sha256.string,
                    size: "\(size)",
                    root: root.string
                )
            else { return nil }
            files.append(file)
        }
        self.files = files
    }
}

/// What a server answers: how much it has of each file, in the order of the question.
package struct FileAnswer: Hashable, Sendable {
    /// What there is of each.
    package let held: [HeldFile]

    /// The longest answer, in bytes.
    package static let bytesMax = FileLimits.files * (FileMessage.noteBytesMax + 32)

    /// An answer.
    package init(_ held: [HeldFile]) { self.held = held }

    /// The body that is sent.
    package var wireBytes: [UInt8] {
        let receipts = held.map { file in
            file.receipt.map { JSON.string(WireText(decoding: $0)) } ?? .null
        }
        let object: JSONObject = [
            "held": .array(held.map { .integer(Int64($0.bytes)) }), "receipts": .array(receipts),
        ]
        return object.canonicalBytes
    }

    /// Reads a body; nil if it is not an answer to a question about these files. Receipts are not checked.
    package init?(wireBytes: [UInt8], to files: [FilePromise]) {
        guard let object = FileMessage.object(wireBytes),
            let counts = object["held"]?.arrayValue, counts.count == files.count,
            let notes = object["receipts"]?.arrayValue, notes.count == files.count
        else { return nil }
        var held: [HeldFile] = []
        for (index, file) in files.enumerated() {
            guard let count = counts[index].integerValue, 0...Int64(file.size) ~= count else {
                return nil
            }
            let note = notes[index].stringValue.map { Array($0.utf8) }
            held.append(HeldFile(bytes: Int(count), receipt: note))
        }
        self.held = held
    }
}

private enum FileMessage {
    /// The longest receipt that is read, in bytes.
    static let noteBytesMax = 1024

    /// The object of a message.
    static func object(_ bytes: [UInt8]) -> JSON? {
        let limits = JSONLimits(
            bytes: FileAnswer.bytesMax,
            depth: 4,
            stringBytes: noteBytesMax,
            asciiKeys: true
        )
        do throws(JSONError) {
            return try JSON(parsing: bytes, limits: limits)
        } catch {
            return nil
        }
    }
}
