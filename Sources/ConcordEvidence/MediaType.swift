/// What kind of file something is: by its first bytes, and where these do not say, by the end of its name.
///
/// The table is short on purpose: what auditors bring home. Anything else is `application/octet-stream`, and a person who
/// knows better says so.
public enum MediaType {
    /// The type of a file that nothing is known about.
    public static let unknown = "application/octet-stream"

    /// The type of a file.
    ///
    /// - Parameters:
    ///   - beginning: its first bytes; 512 are enough.
    ///   - name: what it is called, if it has a name.
    public static func of(_ beginning: [UInt8], name: String? = nil) -> String {
        let ending = name.flatMap(ending)
        let byName = ending.flatMap { endings[$0] }
        guard let byContents = signatures.first(where: { $0.fits(beginning) })?.type else {
            let isText = isText(beginning)
            // A name that promises a picture is not believed where the bytes are none.
            if let byName {
                return byName.isText == isText && !byName.hasSignature
                    ? byName.type : fallback(isText)
            }
            return fallback(isText)
        }
        // A package of several kinds, which only the name tells apart.
        if let byName, byName.within == byContents { return byName.type }
        return byContents
    }

    private static func fallback(_ isText: Bool) -> String { isText ? "text/plain" : unknown }

    /// The letters behind the last dot, in small letters.
    private static func ending(_ name: String) -> String? {
        let last = name.split(separator: "/").last ?? ""
        guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return nil }
        return last[last.index(after: dot)...].lowercased()
    }

    /// Whether bytes can be text in UTF-8: no control characters but those of lines, also where the last character is cut.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        if bytes.isEmpty { return false }
        let hasControls = bytes.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) }
        if hasControls { return false }
        var bytes = bytes[...]
        for _ in 0..<4 {
            if String(validating: bytes, as: UTF8.self) != nil { return true }
            if bytes.isEmpty { return false }
            bytes = bytes.dropLast()
        }
        return false
    }

    /// Bytes that stand at a place of every file of a type.
    private struct Signature: Sendable {
        let type: String
        let pieces: [(offset: Int, bytes: [UInt8])]

        init(_ type: String, _ bytes: [UInt8], at offset: Int = 0) {
            self.type = type
            pieces = [(offset, bytes)]
        }

        init(_ type: String, _ text: String, at offset: Int = 0, and more: (Int, String)? = nil) {
            self.type = type
            pieces = [(offset, Array(text.utf8))] + (more.map { [($0.0, Array($0.1.utf8))] } ?? [])
        }

        func fits(_ beginning: [UInt8]) -> Bool {
            pieces.allSatisfy { beginning.dropFirst($0.offset).starts(with: $0.bytes) }
        }
    }

    private static let zip = "application/zip"
    private static let oldOffice = "application/x-ole-storage"

    private static let signatures: [Signature] = [
        Signature("image/jpeg", [0xFF, 0xD8, 0xFF]),
        Signature("image/png", [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A]),
        Signature("image/gif", "GIF8"),
        Signature("image/webp", "RIFF", and: (8, "WEBP")),
        Signature("image/tiff", [0x49, 0x49, 0x2A, 0x00]),
        Signature("image/tiff", [0x4D, 0x4D, 0x00, 0x2A]),
        Signature("image/bmp", "BM", at: 0, and: (6, "\0\0\0\0")),
        Signature("image/heic", "ftypheic", at: 4), Signature("image/heic", "ftypheix", at: 4),
        Signature("image/heic", "ftypmif1", at: 4), Signature("image/avif", "ftypavif", at: 4),
        Signature("audio/mp4", "ftypM4A", at: 4), Signature("video/quicktime", "ftypqt", at: 4),
        Signature("video/mp4", "ftyp", at: 4),
        Signature("audio/mpeg", "ID3"), Signature("audio/mpeg", [0xFF, 0xFB]),
        Signature("audio/wav", "RIFF", and: (8, "WAVE")), Signature("audio/ogg", "OggS"),
        Signature("audio/flac", "fLaC"), Signature("video/webm", [0x1A, 0x45, 0xDF, 0xA3]),
        Signature("application/pdf", "%PDF-"), Signature(zip, [0x50, 0x4B, 0x03, 0x04]),
        Signature(oldOffice, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        Signature("application/gzip", [0x1F, 0x8B]), Signature("application/x-7z-compressed", "7z"),
        Signature("application/rtf", "{\\rtf"), Signature("text/html", "<!DOCTYPE html"),
        Signature("text/html", "<html"), Signature("application/vnd.sqlite3", "SQLite format 3\0"),
    ]

    /// What the end of a name says.
    private struct Ending: Sendable {
        let type: String
        /// The type that the contents have, where one kind of package serves for many.
        var within: String?
        var isText = false
        /// Whether such a file begins with bytes of the table.
        var hasSignature = false
    }

    private static let openXML = "application/vnd.openxmlformats-officedocument."
    private static let openDocument = "application/vnd.oasis.opendocument."

    private static let endings: [String: Ending] = [
        "docx": Ending(
            type: openXML + "wordprocessingml.document",
            within: zip,
            hasSignature: true
        ),
        "xlsx": Ending(type: openXML + "spreadsheetml.sheet", within: zip, hasSignature: true),
        "pptx": Ending(
            type: openXML + "presentationml.presentation",
            within: zip,
            hasSignature: true
        ),
        "odt": Ending(type: openDocument + "text", within: zip, hasSignature: true),
        "ods": Ending(type: openDocument + "spreadsheet", within: zip, hasSignature: true),
        "odp": Ending(type: openDocument + "presentation", within: zip, hasSignature: true),
        "doc": Ending(type: "application/msword", within: oldOffice, hasSignature: true),
        "xls": Ending(type: "application/vnd.ms-excel", within: oldOffice, hasSignature: true),
        "ppt": Ending(type: "application/vnd.ms-powerpoint", within: oldOffice, hasSignature: true),
        "msg": Ending(type: "application/vnd.ms-outlook", within: oldOffice, hasSignature: true),
        "txt": Ending(type: "text/plain", isText: true),
        "log": Ending(type: "text/plain", isText: true),
        "md": Ending(type: "text/markdown", isText: true),
        "csv": Ending(type: "text/csv", isText: true),
        "tsv": Ending(type: "text/tab-separated-values", isText: true),
        "json": Ending(type: "application/json", isText: true),
        "xml": Ending(type: "application/xml", isText: true),
        "yaml": Ending(type: "application/yaml", isText: true),
        "yml": Ending(type: "application/yaml", isText: true),
        "html": Ending(type: "text/html", isText: true),
        "eml": Ending(type: "message/rfc822", isText: true),
        "svg": Ending(type: "image/svg+xml", isText: true),
    ]
}
