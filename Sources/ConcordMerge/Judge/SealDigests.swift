import ConcordDiff
package import ConcordEncoding
import ConcordModel
import ConcordText

/// What a seal covers, as a digest.
package struct SealDigests: FoldPart {
    package let memory: FoldMemory

    /// The digest that a seal made now carries, over everything that the fold holds: which diffs survive
    /// in each cell, and which records are present. It names diffs and no values, so that an erasure
    /// does not change it.
    ///
    /// `Protocol/merge.md`, "Seals". Vectors: `Protocol/vectors/seal`.
    ///
    /// - Returns: a SHA-256 in hexadecimal.
    package func sealDigest() throws -> WireText {
        var cells: JSONObject = [:]
        var present: [WireText] = []
        for number in memory.records.keys.sorted() {
            let record = try record(number)
            if try evaluator.evaluate(.presence(of: number)).shown != nil {
                present.append(path(of: .presence(of: number), in: record).text)
            }
            for key in try allCells(of: number) {
                let standing = try sealed(at: key).sorted()
                if standing.isEmpty { continue }
                cells[path(of: key, in: record).text] = .array(
                    standing.map { .string($0.base64url) }
                )
            }
        }
        present.sort()
        let whole: JSON = [
            "cells": .object(cells), "present": .array(present.map { .string($0) }),
        ]
        return WireText(SHA256Digest(hashing: whole.canonicalBytes).hex)
    }

    /// The diffs whose writes stand in a cell; of a text those that no other one had seen, proposals
    /// aside.
    private func sealed(at key: CellKey) throws -> [DiffID] {
        guard try isText(key) else {
            return try cell(key).survivors.map { try entry($0.diff).id }
        }
        let writes = try cell(key, complete: true).writes.filter { $0.effect == .effective }
        var entries: [DiffEntry] = []
        for write in writes { entries.append(try entry(write.diff)) }
        let seen = SeenVector.union(of: entries.map(\.seen))
        return entries.filter { !seen.contains($0.at) }.map(\.id)
    }
}
