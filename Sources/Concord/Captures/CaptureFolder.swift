public import ConcordDiff
public import ConcordEncoding
import ConcordFiles
public import ConcordStorage

/// A folder in which an extension leaves findings, and from which the app raises them.
///
/// An extension must not open the replica. It writes a small file instead, in a folder that it shares with the app:
///
///     let folder = CaptureFolder(path: groupFolder + "/captures")
///     try folder.leave(FindingDraft(title: "No label on rack 4"), for: engagement)
///
/// The app raises what is there when it starts and when it becomes active, see `Replica.raiseCaptures(in:)`.
///
/// - A file is there whole or not at all, and durable when `leave` returns.
/// - Its name is the hash of its contents. So what was damaged or changed is noticed.
/// - Nobody has signed it. Anyone who can write into the folder can have a draft raised in the member's name: keep it
///   where only the app and its extensions can write.
public struct CaptureFolder: Sendable {
    /// Where the folder is. It has to be there when something is left in it.
    public let path: String

    /// The captures in a folder.
    public init(path: String) { self.path = path }

    /// What is in a file of the folder.
    public struct Entry: Sendable, Identifiable {
        /// The name of the file.
        public let name: String
        /// The capture, or why the file is none.
        public let content: Result<Capture, CaptureRefusal>

        /// The name of the file.
        public var id: String { name }
    }

    /// Leaves a finding in the folder.
    ///
    /// - Parameters:
    ///   - finding: the finding.
    ///   - evidence: new items of evidence that it cites. Their files were hashed when the drafts were made.
    ///   - engagement: the engagement (`Replica.engagement`, `WidgetSnapshot.engagement`).
    ///   - environment: the clock and the randomness.
    /// - Returns: the capture, whose `id` the finding will have.
    /// - Throws: `ReplicaFailure`, for example `diskFull`; then nothing was left.
    @discardableResult
    public func leave(
        _ finding: FindingDraft,
        evidence: [EvidenceDraft] = [],
        for engagement: DiffID,
        environment: ReplicaEnvironment = .system
    ) throws -> Capture {
        let capture = Capture(finding, evidence: evidence, for: engagement, environment)
        guard capture.bytes.count <= Capture.bytesMax else {
            throw ReplicaFailure(
                .edit,
                "The finding was not noted: it has \(capture.bytes.count) bytes, and \(Capture.bytesMax)"
                    + " is the most. Make it shorter."
            )
        }
        try ReplicaFailure.mapping {
            // A capture of this name has the same bytes.
            _ = try OwnFile.create(file(capture.fileName), capture.bytes)
        }
        return capture
    }

    /// What is in the folder, the oldest first; what is no capture comes last.
    ///
    /// Files that are not called `NAME.capture` are somebody else's, and left out.
    ///
    /// - Throws: `ReplicaFailure` if the folder cannot be read.
    public func entries() throws -> [Entry] {
        try ReplicaFailure.mapping {
            let names = try FolderNames.list(path).filter { $0.hasSuffix(Capture.suffix) }
            return try names.compactMap { try entry($0) }.sorted { left, right in
                (left.moment, left.name) < (right.moment, right.name)
            }
        }
    }

    /// Removes a file for good: one that was raised, or that the person does not want.
    ///
    /// - Throws: `ReplicaFailure` if it cannot be removed.
    public func discard(_ name: String) throws {
        precondition(!name.contains("/"), "a name in the folder")
        try ReplicaFailure.mapping { try OwnFile.remove(file(name)) }
    }

    /// One file; nil if it has gone since.
    private func entry(_ name: String) throws(FileFailure) -> Entry? {
        let bytes: [UInt8]
        do {
            guard let read = try OwnFile.read(file(name), most: Capture.bytesMax) else {
                return nil
            }
            bytes = read
        } catch  where error.code == .notRegular {
            return Entry(name: name, content: .failure(.notAFile))
        } catch  where error.code == .notOurs {
            return Entry(name: name, content: .failure(.tooLarge))
        }
        guard name == Capture.fileName(of: bytes) else {
            return Entry(name: name, content: .failure(.damaged))
        }
        do throws(CaptureRefusal) {
            return Entry(name: name, content: .success(try Capture(reading: bytes)))
        } catch {
            return Entry(name: name, content: .failure(error))
        }
    }

    private func file(_ name: String) -> String { "\(path)/\(name)" }
}

extension CaptureFolder.Entry {
    fileprivate var moment: Int64 {
        switch content {
        case .success(let capture): capture.time.milliseconds
        case .failure: .max
        }
    }
}
