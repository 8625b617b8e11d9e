package import ConcordEncoding

/// A refusal as it is sent (RFC 9457, a problem document): a code of `Protocol/rejections.json`, and what to do next.
package struct ProblemDocument: Hashable, Sendable {
    /// The longest document that is read, in bytes.
    package static let bytesMax = 16 << 10
    /// How much of a server's text is shown, in characters.
    package static let detailMax = 500

    /// The code, in kebab-case.
    package let code: String
    /// A sentence for people.
    package let detail: String
    /// The line of the request that is at fault, counted from 1.
    package var line: Int?
    /// Where the logs have parted, if that is why.
    package var parting: LogParting?
    /// Where the engagement is served now, if that is why.
    package var move: ServerMove?
    /// The server's clock, with `wrong-clock`.
    package var now: Timestamp?
    /// The versions that the server speaks, with `unknown-protocol-version`.
    package var versions: [Int] = []

    /// What a server says.
    package init(code: String, detail: String, line: Int? = nil, parting: LogParting? = nil) {
        (self.code, self.detail, self.line, self.parting) = (code, detail, line, parting)
    }

    /// Reads what a server sent, whatever that is; nil if it is not a problem document.
    package init?(_ body: [UInt8]) {
        let limits = JSONLimits(
            bytes: body.count,
            depth: 8,
            stringBytes: body.count,
            asciiKeys: false
        )
        do throws(JSONError) {
            let value = try JSON(parsing: body, limits: limits)
            guard let code = value["code"]?.stringValue else { return nil }
            self.code = Self.isCode(code) ? code.string : "unknown-code"
            detail = String(
                (value["detail"]?.stringValue?.string ?? self.code).prefix(Self.detailMax)
            )
            line = Self.count(value["line"])
            parting = Self.parting(code, value)
            move = Self.move(value)
            now = value["now"]?.stringValue.flatMap { Timestamp($0.string) }
            versions = value["versions"]?.arrayValue?.prefix(8).compactMap(Self.count) ?? []
        } catch {
            return nil
        }
    }

    /// The document, sent with an HTTP status and its name.
    package func object(status: Int, title: String) -> JSONObject {
        var object: JSONObject = [
            "code": .string(WireText(code)), "detail": .string(WireText(detail)),
            "status": .integer(Int64(status)), "title": .string(WireText(title)),
            "type": "about:blank",
        ]
        if let line { object["line"] = .integer(Int64(line)) }
        if let now { object["now"] = .string(WireText(now.description)) }
        if !versions.isEmpty {
            object["versions"] = .array(versions.map { .integer(Int64($0)) })
        }
        if let parting {
            object["common"] = .integer(Int64(parting.common))
            object["size"] = .integer(Int64(parting.size))
            if let statement = parting.statement { Self.put(statement, into: &object) }
        }
        if let move {
            object["address"] = .string(move.address)
            Self.put(move.statement, into: &object)
        }
        return object
    }

    private static func put(_ statement: SyncResponse.Checkpoint, into object: inout JSONObject) {
        object["note"] = .string(WireText(decoding: statement.note))
        if let key = statement.key { object["key"] = .string(key) }
        if !statement.successions.isEmpty {
            let notes = statement.successions.map { JSON.string(WireText(decoding: $0)) }
            object["successions"] = .array(notes)
        }
    }

    private static func statement(_ value: JSON) -> SyncResponse.Checkpoint? {
        value["note"]?.stringValue.map { note in
            SyncResponse.Checkpoint(
                note: Array(note.utf8),
                key: value["key"]?.stringValue,
                successions: (value["successions"]?.arrayValue ?? []).prefix(KeySuccession.most)
                    .compactMap { $0.stringValue.map { Array($0.utf8) } }
            )
        }
    }

    /// Where the engagement is served now, if a server says so.
    private static func move(_ value: JSON) -> ServerMove? {
        guard let address = value["address"]?.stringValue, let statement = statement(value),
            1...ServerMove.addressBytesMax ~= address.utf8.count,
            address.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return nil }
        return ServerMove(address: address, statement: statement)
    }

    /// Whether a text has the form of a code: kebab-case.
    private static func isCode(_ text: WireText) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return 1...64 ~= text.utf8.count
            && text.utf8.allSatisfy {
                letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    /// Where the logs have parted, if that is what the problem is.
    private static func parting(_ code: WireText, _ value: JSON) -> LogParting? {
        guard let refusal = SyncRefusal(code),
            [.positionBeyondLog, .logParted].contains(refusal),
            let size = count(value["size"]), let common = count(value["common"])
        else { return nil }
        var parting = LogParting(refusal, size: size, common: common)
        parting.statement = statement(value)
        return parting
    }

    private static func count(_ value: JSON?) -> Int? {
        guard let number = value?.integerValue, 0...Int64(Int32.max) ~= number else { return nil }
        return Int(number)
    }
}
