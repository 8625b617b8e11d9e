import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

/// What became of the files in a capture folder.
public struct CaptureReport: Sendable {
    /// A file that was not raised, and is still in the folder.
    public struct Refused: Sendable, Identifiable {
        /// The file.
        public let entry: CaptureFolder.Entry
        /// Why: a `CaptureRefusal`, or what `Replica.raise(_:)` throws, such as `ActRefusal`.
        public let reason: any Error

        /// The name of the file.
        public var id: String { entry.name }
    }

    /// The findings that were raised, in the order in which they were noted.
    public internal(set) var raised: [RaisedFinding] = []
    /// How many files were removed because their finding had been raised before.
    public internal(set) var known = 0
    /// What stays in the folder because it could not be raised.
    public internal(set) var refused: [Refused] = []
    /// How many files stay in the folder because they are for other engagements.
    public internal(set) var others = 0
}

extension Replica {
    /// Raises what extensions have left in a folder, each finding by one save, and removes its file after that.
    ///
    ///     let report = try await replica.raiseCaptures(in: folder)
    ///     for refused in report.refused { print(refused.entry.name, refused.reason) }
    ///
    /// The findings are drafts of the member who uses this device. What cannot be raised stays in the folder and is reported
    /// each time: correct it and raise it yourself, or call `CaptureFolder.discard(_:)`. A process that is ended on the way,
    /// or a second one at the same time, raises nothing twice.
    ///
    /// - Throws: `ReplicaFailure`, for example `diskFull`; what was not raised yet stays in the folder.
    @discardableResult
    public func raiseCaptures(in folder: CaptureFolder) async throws -> CaptureReport {
        try await perform { replica in
            var report = CaptureReport()
            for entry in try folder.entries() {
                do {
                    let capture = try entry.content.get()
                    guard capture.engagement == replica.engagement else {
                        report.others += 1
                        continue
                    }
                    if let raised = try replica.raise(capture) {
                        report.raised.append(raised)
                    } else {
                        report.known += 1
                    }
                } catch let failure as ReplicaFailure {
                    throw failure
                } catch {
                    report.refused.append(CaptureReport.Refused(entry: entry, reason: error))
                    continue
                }
                try folder.discard(entry.name)
            }
            return report
        }
    }

    /// Raises a capture; nil if its finding was raised before, whatever became of it since.
    private func raise(_ capture: Capture) throws -> RaisedFinding? {
        var number: WireText = ""
        let receipt = try saveOperations { context in
            if try context.record(kind: Schema.finding.name, id: capture.id) != nil { return [] }
            let shown = try RaiseContext(&context)
            number = shown.number
            return try context.operations(for: try capture.edit(on: shown))
        }
        return receipt.map { RaisedFinding(id: capture.id, draftNumber: number, receipt: $0) }
    }
}

extension Capture {
    /// The edit that raises it.
    fileprivate func edit(on shown: RaiseContext) throws -> Edit {
        var citing = finding
        citing.evidence.formUnion(evidence.indices.map { evidenceID($0) })
        var edit = try citing.edit(raising: id, on: shown)
        for (place, item) in evidence.enumerated() {
            let fields = try EvidenceActs(on: shown.acts.audit, by: shown.member)
                .fields(of: item, at: time)
            edit.add(Schema.evidence.name, id: evidenceID(place), fields: fields)
        }
        return edit
    }
}
