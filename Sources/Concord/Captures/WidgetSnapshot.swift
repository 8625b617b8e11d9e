public import ConcordDiff
public import ConcordEncoding
import ConcordFiles
public import ConcordModel
import ConcordStorage

/// A few facts of an engagement in a small file, for widgets and extensions, which must not open the replica.
///
/// The app writes it after a save and after a sync, and the widget reads it:
///
///     let isNews = try await replica.writeWidgetSnapshot(to: groupFolder + "/widget.json")
///     let snapshot = try WidgetSnapshot(file: groupFolder + "/widget.json")
///
/// The file is replaced as a whole: a widget reads the old one or the new one. It is not encrypted.
public struct WidgetSnapshot: Hashable, Sendable {
    /// A finding in the list.
    public struct Line: Hashable, Sendable, Identifiable {
        /// The record's id.
        public let id: WireText
        /// What it is called, such as `B-07`.
        public let label: WireText
        /// What it is about.
        public let title: WireText?
        /// Its most severe grade.
        public let grade: Grade?
    }

    /// The engagement, for which an extension leaves its captures.
    public let engagement: DiffID
    /// When it was written, by the device's clock.
    public let time: Timestamp
    /// How many findings count.
    public let findings: Int
    /// How many open conflicts there are.
    public let conflicts: Int
    /// How many entries of the member's inbox are new.
    public let news: Int
    /// How many diffs the server does not have yet.
    public let unsent: Int
    /// The last findings of the list, the last one first.
    public let lines: [Line]

    private static let format: Int64 = 1
    private static let bytesMax = 1 << 20

    /// Reads a file.
    ///
    /// - Returns: nil if there is no such file.
    /// - Throws: `ReplicaFailure`: `corrupted` if it is no snapshot, `newerVersion` if a newer version wrote it.
    public init?(file: String) throws {
        let bytes = try ReplicaFailure.mapping { try OwnFile.read(file, most: Self.bytesMax) }
        guard let bytes else { return nil }
        guard let json = Self.json(bytes), let version = json["widget"]?.integerValue else {
            throw Self.damaged(file)
        }
        guard version == Self.format else {
            throw ReplicaFailure(
                .newerVersion,
                "\(file) was written by another version of the app. Start the app once."
            )
        }
        guard let snapshot = WidgetSnapshot(json) else { throw Self.damaged(file) }
        self = snapshot
    }

    init(_ replica: Replica, lines count: Int) throws {
        let environment = replica.environment
        let snapshot = try replica.snapshot()
        let counted = snapshot.audit.countedFindings
        engagement = replica.engagement
        time = environment.now()
        findings = counted.count
        conflicts = snapshot.conflicts.count
        news = try replica.inbox().count { $0.isNew }
        unsent = snapshot.status.pending
        lines = counted.suffix(count).reversed().map { finding in
            Line(
                id: finding.id,
                label: finding.label,
                title: finding.title,
                grade: finding.headGrade
            )
        }
    }

    /// Whether it says the same as another one that was written at another time.
    func saysTheSame(as other: WidgetSnapshot) -> Bool {
        var one = json
        var two = other.json
        one["time"] = nil
        two["time"] = nil
        return one == two
    }

    /// Replaces a file.
    func write(to file: String) throws(FileFailure) {
        try OwnFile.write(json.canonicalBytes, to: file) { bytes in
            Self.json(bytes)?["widget"]?.integerValue != nil
        }
    }

    private var json: JSONObject {
        let lines = lines.map { line -> JSON in
            var object: JSONObject = ["id": .string(line.id), "label": .string(line.label)]
            object["title"] = line.title.map { .string($0) }
            object["grade"] = line.grade.map { .string($0.rawValue) }
            return .object(object)
        }
        return [
            "widget": .integer(Self.format), "engagement": .string(engagement.base64url),
            "time": .string(time.description), "findings": .integer(Int64(findings)),
            "conflicts": .integer(Int64(conflicts)), "news": .integer(Int64(news)),
            "unsent": .integer(Int64(unsent)), "lines": .array(lines),
        ]
    }

    private init?(_ json: JSON) {
        func count(_ name: WireText) -> Int? {
            json[name]?.integerValue.flatMap { Int(exactly: $0) }
        }
        guard let engagement = json["engagement"]?.stringValue.flatMap({ DiffID(base64url: $0) }),
            let time = json["time"]?.stringValue.flatMap({ Timestamp($0) }),
            let findings = count("findings"), let conflicts = count("conflicts"),
            let news = count("news"), let unsent = count("unsent"),
            let lines = json["lines"]?.arrayValue
        else { return nil }
        self.engagement = engagement
        self.time = time
        self.findings = findings
        self.conflicts = conflicts
        self.news = news
        self.unsent = unsent
        self.lines = lines.compactMap { line in
            guard let id = line["id"]?.stringValue, let label = line["label"]?.stringValue else {
                return nil
            }
            return Line(
                id: id,
                label: label,
                title: line["title"]?.stringValue,
                grade: line["grade"]?.stringValue.flatMap { Grade($0) }
            )
        }
        guard self.lines.count == lines.count else { return nil }
    }

    private static func json(_ bytes: [UInt8]) -> JSON? {
        do {
            return try JSON(canonicalBytes: bytes, limits: .document)
        } catch {
            return nil
        }
    }

    private static func damaged(_ file: String) -> ReplicaFailure {
        ReplicaFailure(.corrupted, "\(file) is not a snapshot for widgets. Start the app once.")
    }
}

extension Replica {
    /// Writes what widgets and extensions show into a small file.
    ///
    /// - Parameters:
    ///   - file: the path, in a folder that the app shares with them.
    ///   - lines: how many findings to list. With 0 no words of findings leave the replica.
    /// - Returns: whether it says something new: reload the widgets only then.
    /// - Throws: `ReplicaFailure`; the file is as it was then.
    @discardableResult
    public func writeWidgetSnapshot(to file: String, lines: Int = 5) async throws -> Bool {
        try Task.checkCancellation()
        return try await reading.run { [self] in
            let new = try WidgetSnapshot(self, lines: max(0, lines))
            var old: WidgetSnapshot?
            do {
                old = try WidgetSnapshot(file: file)
            } catch let failure as ReplicaFailure
                where [.corrupted, .newerVersion].contains(failure.code)
            {
                // It is replaced, if it was the app's.
                old = nil
            }
            if let old, new.saysTheSame(as: old) { return false }
            try ReplicaFailure.mapping { try new.write(to: file) }
            return true
        }
    }
}
