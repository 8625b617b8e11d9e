import ConcordDiff
public import ConcordEncoding
import ConcordFiles
public import ConcordSigning
import Foundation

/// Who may open engagements on a server.
public enum EngagementOpening: String, CaseIterable, Sendable {
    /// Anyone who reaches the server.
    case anyone
    /// Those to whom the operator has given a token.
    case token
    /// Nobody: only engagements that are here are served.
    case nobody
}

/// The tokens that an operator has given out, in a file next to the database: names and public keys, no secrets.
///
/// A file of its own, since two processes may not write to the database at the same time, and a token has to count at
/// once.
public struct OpeningTokens: Sendable {
    /// A token that was given out.
    public struct Entry: Hashable, Sendable {
        /// For whom it is, in the operator's words; differs between all tokens of a server.
        public let name: WireText
        /// The public half.
        public let publicKey: [UInt8]
        /// When it was made.
        public let made: Timestamp
        /// The time after which it opens nothing more, if there is one.
        public let expires: Timestamp?
    }

    private static let bytesMax = 1 << 20
    private static let nameBytesMax = 200

    private let path: String

    /// The tokens of a server.
    public init(_ files: ServerFiles) { path = files.tokens }

    /// Every token, the oldest first.
    ///
    /// - Throws: why the file cannot be read.
    public func all() throws(StorageFailure) -> [Entry] {
        do {
            guard let bytes = try OwnFile.read(path, most: Self.bytesMax) else { return [] }
            guard let entries = Self.entries(bytes) else {
                throw StorageFailure(
                    .corrupt,
                    "\(path) is not a file of tokens: move it away, and make new tokens"
                )
            }
            return entries
        } catch {
            throw StorageFailure(error, while: "reading \(path)")
        }
    }

    /// Makes a token. This is the only time that it can be told.
    ///
    /// - Parameters:
    ///   - name: for whom it is; nobody else's.
    ///   - expires: the time after which it opens nothing more.
    /// - Throws: `notOurs` where the name cannot be used; why the file cannot be written.
    public func make(
        for name: WireText,
        expires: Timestamp? = nil,
        now: Timestamp = SyncService.systemClock()
    ) throws(StorageFailure) -> OpeningToken {
        guard !name.utf8.allSatisfy({ $0 == 0x20 }), name.utf8.count <= Self.nameBytesMax,
            name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            throw StorageFailure(.notOurs, "give a name of one line, such as \"Ruth Weller\"")
        }
        let token: OpeningToken
        do throws(KeyFailure) {
            token = try OpeningToken.generate()
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
        try change { entries throws(StorageFailure) in
            guard !entries.contains(where: { $0.name == name }) else {
                throw StorageFailure(
                    .notOurs,
                    "there is a token for “\(name)” already: give another name, or withdraw that one"
                )
            }
            entries.append(
                Entry(name: name, publicKey: token.publicKey, made: now, expires: expires)
            )
        }
        return token
    }

    /// Withdraws a token: it opens nothing more. Engagements that were opened with it stay.
    ///
    /// - Throws: `notOurs` if there is none of this name.
    public func withdraw(_ name: WireText) throws(StorageFailure) {
        try change { entries throws(StorageFailure) in
            guard let place = entries.firstIndex(where: { $0.name == name }) else {
                throw StorageFailure(
                    .notOurs,
                    "there is no token for “\(name)”; `concord-server list --tokens` shows them"
                )
            }
            entries.remove(at: place)
        }
    }

    /// The token by which a proof opens an engagement now; nil if there is none.
    func entry(
        for proof: OpeningProof,
        of engagement: DiffID,
        now: Timestamp,
        verifier: some SignatureVerifier
    ) throws(StorageFailure) -> Entry? {
        guard let entry = try all().first(where: { $0.publicKey == proof.publicKey }),
            entry.expires.map({ now.milliseconds <= $0.milliseconds }) ?? true,
            proof.isValid(for: engagement, verifier: verifier)
        else { return nil }
        return entry
    }

    // MARK: The file.

    private func change(
        _ body: (inout [Entry]) throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        do {
            try FileLock(path: path + ".lock").withLock(waiting: 5000) {
                var entries = try all()
                try body(&entries)
                let lines = entries.flatMap { Self.line($0) + [UInt8(ascii: "\n")] }
                try OwnFile.write(lines, to: path) { Self.entries($0) != nil }
            }
        } catch {
            throw StorageFailure(error, while: "writing \(path)")
        }
    }

    private static func line(_ entry: Entry) -> [UInt8] {
        var object: JSONObject = [
            "key": .string(WireText(Base64URL.encode(entry.publicKey))),
            "made": .string(WireText(entry.made.description)), "name": .string(entry.name),
        ]
        if let expires = entry.expires {
            object["expires"] = .string(WireText(expires.description))
        }
        return object.canonicalBytes
    }

    /// Reads the file; nil if it is another one.
    private static func entries(_ bytes: [UInt8]) -> [Entry]? {
        var entries: [Entry] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let entry = entry(Array(line)) else { return nil }
            entries.append(entry)
        }
        return entries
    }

    private static func entry(_ line: [UInt8]) -> Entry? {
        do throws(JSONError) {
            let value = try JSON(parsing: line)
            guard let name = value["name"]?.stringValue,
                let key = value["key"]?.stringValue.flatMap({ Base64URL.decode($0) }),
                key.count == 32,
                let made = value["made"]?.stringValue.flatMap({ Timestamp($0.string) })
            else { return nil }
            let expires = value["expires"]?.stringValue
            let time = expires.flatMap { Timestamp($0.string) }
            guard expires == nil || time != nil else { return nil }
            return Entry(name: name, publicKey: key, made: made, expires: time)
        } catch {
            return nil
        }
    }
}
