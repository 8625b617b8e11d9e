package import ConcordEncoding
import ConcordSigning

/// Runs the Wycheproof project's vectors of EdDSA signatures.
package enum SignatureVectors {
    /// What one test of the file expects, and the result of `Ed25519.verify`.
    package struct Outcome: Hashable, Sendable {
        /// The number of the test in the file.
        package let id: Int64
        /// What it is about.
        package let comment: String
        /// What the file expects: `valid`, `invalid`, or `acceptable` (then either is right).
        package let expected: String
        /// Whether `Ed25519.verify` took the signature.
        package let isTaken: Bool

        /// Whether both say the same.
        package var agrees: Bool {
            switch expected {
            case "valid": isTaken
            case "invalid": !isTaken
            default: expected == "acceptable"
            }
        }
    }

    /// Why a file cannot be run.
    package enum Failure: Error, Hashable, Sendable {
        /// It is not JSON.
        case json(JSONError)
        /// It has another form than Wycheproof's for EdDSA.
        case unknownForm(String)
        /// It holds another number of tests than it says.
        case wrongCount(expected: Int64, found: Int)
    }

    /// Runs a file, given its bytes; all tests in their order.
    ///
    /// - Throws: a failure if not every test could be found and run.
    package static func run(_ file: [UInt8]) throws(Failure) -> [Outcome] {
        let document: JSON
        do {
            document = try JSON(parsing: file)
        } catch {
            throw .json(error)
        }
        guard let groups = document["testGroups"]?.arrayValue,
            let expected = document["numberOfTests"]?.integerValue
        else { throw .unknownForm("no testGroups or numberOfTests") }
        var outcomes: [Outcome] = []
        for group in groups {
            guard let key = (group["publicKey"] ?? group["key"])?["pk"].flatMap(bytes),
                let tests = group["tests"]?.arrayValue
            else { throw .unknownForm("a group without publicKey.pk or tests") }
            for test in tests { outcomes.append(try run(test, key: key)) }
        }
        if Int64(outcomes.count) != expected {
            throw .wrongCount(expected: expected, found: outcomes.count)
        }
        return outcomes
    }

    private static func run(_ test: JSON, key: [UInt8]) throws(Failure) -> Outcome {
        guard let id = test["tcId"]?.integerValue, let expected = test["result"]?.stringValue,
            let message = test["msg"].flatMap(bytes), let signature = test["sig"].flatMap(bytes)
        else { throw .unknownForm("a test without tcId, msg, sig or result") }
        return Outcome(
            id: id,
            comment: test["comment"]?.stringValue?.string ?? "",
            expected: expected.string,
            isTaken: Ed25519.verify(publicKey: key, message: message, signature: signature)
        )
    }

    /// Bytes in hexadecimal.
    private static func bytes(_ value: JSON) -> [UInt8]? {
        guard let digits = value.stringValue.map({ Array($0.utf8) }), digits.count % 2 == 0
        else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16), digits[index] != UInt8(ascii: "+") else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
