public import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordStorage
import ConcordSync

/// The result of importing an exported log.
public struct ImportReport: Hashable, Sendable {
    /// How many diffs the file holds.
    public let diffs: Int
    /// How many of them were new on this device.
    public let new: Int
    /// Diffs of others that state another log than the one here. They are imported, and kept as evidence.
    public let witnesses: [DiffID]
}

/// Why an exported log was refused. Nothing of it was imported.
public struct ImportRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which line of the file, from 1.
    public let line: Int
    /// The reason, as a code of `Protocol/rejections.json`; nil if the line is not one of an
    /// exported log.
    public let refusal: DiffRefusal?

    /// What happened, and what to do next.
    public var description: String {
        guard let refusal else {
            return "Line \(line) is not a line of an exported log. Nothing was imported."
                + " `concord log --export` writes such files."
        }
        return "Line \(line) is refused (\(refusal.rawValue)). Nothing was imported."
            + " \(Self.advice(refusal))"
    }

    private static func advice(_ refusal: DiffRefusal) -> String {
        switch refusal {
        case .missingParent, .brokenChain:
            "The diff follows one that is neither on this device nor earlier in the file: sync first, or import"
                + " a complete log."
        case .wrongEngagement: "The file is the log of another engagement."
        case .bodyMismatch:
            "Contents were erased, and this device does not have the order to erase them; or somebody changed them. Sync first."
        default: "The file was changed or damaged after it was exported: ask for another copy."
        }
    }
}

extension Replica {
    /// Imports an exported log (`LogLine.exported`, one per line): a colleague's, or the diffs that
    /// a rebuild set apart.
    ///
    /// Checks every signature. Each line must fit the diffs of this replica or an earlier line of
    /// the file. Either everything is imported or nothing. Diffs that the replica already has are
    /// skipped. New diffs have no position in the server's log until the next sync offers them to
    /// the server.
    ///
    /// - Throws: `ImportRefusal` with the line, or `ReplicaFailure`: `logContradiction` if somebody's diff states
    ///   another log of the server than the one that is here.
    public func importLog(_ bytes: [UInt8]) throws -> ImportReport {
        var diffs: [UnverifiedDiff] = []
        var lines: [Int] = []
        let verifier = DiffVerifier()
        let parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in parts.enumerated() where !line.isEmpty {
            let diff = try Self.diff(Array(line), line: index + 1)
            // Each one: a file that was carried by hand may have been changed where no chain would tell.
            guard verifier.isSigned(diff) else {
                throw ImportRefusal(line: index + 1, refusal: .badSignature)
            }
            diffs.append(diff)
            lines.append(index + 1)
        }
        do {
            let verified = try ChainVerification.verify(diffs, with: verifier)
            defer { store.settle() }
            return try ReplicaFailure.mapping {
                let new = try store.takeInAll(pending: verified)
                return ImportReport(
                    diffs: diffs.count,
                    new: new,
                    witnesses: try keepWitnesses(contradicting(diffs))
                )
            }
        } catch let error as ChainError {
            throw ImportRefusal(line: lines[error.index], refusal: error.refusal.code)
        } catch let error as PendingRefusal {
            throw ImportRefusal(line: lines[error.index], refusal: error.error.code)
        }
    }

    /// Diffs of others that state another root of the server's log than its entries give.
    private func contradicting(_ diffs: [UnverifiedDiff]) throws -> [UnverifiedDiff] {
        let others = diffs.filter { $0.head.author != author }
        return try store.read { reader in
            try LogWitnesses(after: reader.logRange).contradicting(others, in: reader)
        }
    }

    private static func diff(_ line: [UInt8], line number: Int) throws -> UnverifiedDiff {
        let envelope: [UInt8]
        do {
            guard let value = try JSON(parsing: line)["envelope"] else {
                throw ImportRefusal(line: number, refusal: nil)
            }
            envelope = value.canonicalBytes
        } catch let refusal as ImportRefusal {
            throw refusal
        } catch {
            throw ImportRefusal(line: number, refusal: nil)
        }
        do {
            return try UnverifiedDiff(envelope: envelope, mayBeErased: true)
        } catch {
            throw ImportRefusal(line: number, refusal: error.code)
        }
    }
}
