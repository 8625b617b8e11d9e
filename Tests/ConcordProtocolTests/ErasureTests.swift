import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import Testing

/// `Protocol/merge.md`, "Erasure": what is left of a body, and of a history.
@Suite("Vectors of erasure")
struct ErasureTests {
    static let vectors = Vectors.of("erasure")
    static let bodies = vectors.filter { $0.contents["body"] != nil }
    static let histories = vectors.filter { $0.contents["state"] != nil }
    static let refusals = vectors.filter { $0.contents["refused"] != nil }

    @Test func eachCaseIsOfOneForm() {
        let forms = [Self.bodies, Self.histories, Self.refusals]

        #expect(forms.allSatisfy { !$0.isEmpty })
        #expect(forms.joined().map(\.name).sorted() == Self.vectors.map(\.name))
    }

    @Test(arguments: bodies)
    func theSameIsLeftOfEachBody(vector: Vector) throws {
        let contents = try vector.member("contents").stringValue
        let body = try Self.body(try vector.member("body"), contents: contents)
        let paths = try #require(try vector.member("paths").arrayValue).map { path in
            try #require(path.stringValue.flatMap { CellPath($0) }, "\(path)")
        }
        let order = try #require(try vector.member("order").stringValue)

        let left = body.erasing(Set(paths), by: order)

        let expected = try vector.member("left").canonicalBytes
        let found = String(decoding: left.canonicalBytes, as: UTF8.self)
        #expect(left.canonicalBytes == expected, "\(vector.about) \(found)")
        let hash = SHA256Digest(hashing: left.canonicalBytes)
        #expect(hash.base64url == (try vector.member("hash").stringValue?.string))
        #expect(body.contents?.base64url == contents?.string, "what the head commits to")
        #expect(left.contents == body.contents, "it commits to the same")
        #expect(left.erasing(Set(paths), by: "another").canonicalBytes == expected, "done twice")
    }

    @Test(arguments: histories, Arrival.allCases)
    func ordersAreCarriedOut(vector: Vector, arrival: Arrival) throws {
        let fold = try arrival.fold(of: vector)

        try Self.expect(fold, of: vector)
    }

    @Test(arguments: histories)
    func whoComesLaterHasTheSame(vector: Vector) throws {
        var log = try #require(try vector.member("log").arrayValue)
        let after = try #require(try vector.member("after").objectValue)
        for index in log.indices {
            let id = try Self.envelope(log[index]).id.base64url
            guard let left = after[WireText(id)], var envelope = log[index].objectValue else {
                continue
            }
            envelope["body"] = left
            log[index] = .object(envelope)
        }
        let fold = Fold(verifier: DiffVerifier())
        let refusal = try fold.order.takeIn(log: log.map { .new(try Self.verified($0)) })
        #expect(refusal == nil, "\(refusal.map { "\($0)" } ?? "")")
        for pending in vector.contents["pending"]?.arrayValue ?? [] {
            _ = try fold.order.takeIn(pending: try Self.verified(pending))
        }

        try Self.expect(fold, of: vector)
    }

    @Test(arguments: refusals)
    func whatNoOrderHasLeftIsRefused(vector: Vector) throws {
        let log = try #require(try vector.member("log").arrayValue)
        let expected = try vector.member("refused")

        #expect(try Self.refusal(of: log) == expected, "\(vector.about)")
    }

    /// Which entry of a log is refused and why, wherever it is found out.
    static func refusal(of log: [JSON]) throws -> JSON? {
        var items: [LogItem] = []
        for (index, envelope) in log.enumerated() {
            do throws(DiffError) {
                let diff = try UnverifiedDiff(envelope: envelope.canonicalBytes, mayBeErased: true)
                items.append(.new(try DiffVerifier().verify(diff).get()))
            } catch {
                return ["code": .string(error.code.rawValue), "index": .integer(Int64(index))]
            }
        }
        let fold = Fold(verifier: DiffVerifier())
        do {
            guard let refusal = try fold.order.takeIn(log: items) else { return nil }
            let code = refusal.error.code.rawValue
            return ["code": .string(code), "index": .integer(Int64(refusal.index))]
        } catch let error as UnprovenErasure {
            let code = DiffRefusal.bodyMismatch.rawValue
            return ["code": .string(code), "index": .integer(Int64(error.index))]
        }
    }

    static func expect(_ fold: Fold, of vector: Vector) throws {
        let document = try fold.document()
        #expect(document.conflicts == (try vector.member("conflicts")), "\(vector.about)")
        #expect(document.state == (try vector.member("state")), "\(vector.about)")
        #expect(document.digest == (try vector.member("digest")).stringValue?.string)
        #expect(try fold.voids().sorted == (try vector.member("void")).sorted, "\(vector.about)")
        for (id, left) in try vector.member("after").objectValue ?? [:] {
            let diff = try #require(DiffID(base64url: id))
            let number = try #require(try fold.number(of: diff))
            #expect(try fold.diff(number).body.canonicalBytes == left.canonicalBytes)
        }
    }

    static func envelope(_ value: JSON) throws -> UnverifiedDiff {
        try UnverifiedDiff(envelope: value.canonicalBytes, mayBeErased: true)
    }

    static func verified(_ value: JSON) throws -> VerifiedDiff {
        try DiffVerifier().verify(envelope(value)).get()
    }

    /// A body, by way of an envelope that nobody signed.
    static func body(_ value: JSON, contents: WireText?) throws -> Body {
        let isErased = value["erased"] != nil
        let pinned = SHA256Digest(hashing: isErased ? [] : value.canonicalBytes).base64url
        let author = SHA256Digest(hashing: []).base64url
        var head: JSONObject = [
            "author": .string(author), "body": .string(pinned), "parents": [], "seq": 1,
            "time": "2026-03-02T09:01:00+01:00", "v": 1,
        ]
        if let contents { head["contents"] = .string(contents) }
        let signature = String(repeating: "A", count: 86)
        let unsigned: JSON = ["body": value, "head": .object(head), "sig": .string(signature)]
        return try envelope(unsigned).body
    }
}
