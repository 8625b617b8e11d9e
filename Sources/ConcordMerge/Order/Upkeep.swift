import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// What must be looked at again because of a write.
package struct Upkeep: TakesIn {
    package let memory: FoldMemory

    /// Notes which presences and states a write on `record` may change.
    ///
    /// - Parameter loses: whether a write may have lost its effect: then a record that was present
    ///   because of it alone is so no longer.
    func touch(_ record: Int, field: WireText, loses: Bool = false) throws {
        memory.mergeGraph.forget()
        let entry = try self.record(record)
        if try field.isEmpty || loses || entry.hasRemoval || !entry.isPresent
            || isProposedPart(entry)
        {
            notePresence(of: record)
        }
        if entry.mayWait { noteState(of: record) }
        if let owner = entry.owner { try touchOwner(owner, loses: loses) }
    }

    /// Whether a record that belongs to another was proposed and added by nobody: then any write on it may
    /// decide that it is there.
    private func isProposedPart(_ record: RecordEntry) throws -> Bool {
        guard record.kind.owner != nil else { return false }
        let adds = try owners.additions(of: record)
        return !adds.all.isEmpty && !adds.isAdded
    }

    func touchOwner(_ owner: Int, loses: Bool) throws {
        let above = try record(owner)
        if loses || above.hasRemoval || !above.isPresent { notePresence(of: owner) }
        if above.mayWait { noteState(of: owner) }
    }

    /// Keeps in the index what a new write names.
    func noteCitation(by write: CellWrite, at key: CellKey) throws {
        let record = try self.record(key.record)
        guard let id = citations.citedID(by: write.value, at: key, of: record),
            note(key, citing: id)
        else { return }
        rests.noteRestCandidate(key, of: record)
    }

    /// Notes that presence and state of the record that a write names must be looked at again.
    func touchCited(by write: CellWrite, at key: CellKey) throws {
        let record = try self.record(key.record)
        guard let kind = record.kind.cites(in: key.field),
            let id = citations.citedID(by: write.value, at: key, of: record),
            let cited = try self.record(named: RecordName(kind: kind, id: id))
        else { return }
        if cited.hasRemoval { notePresence(of: cited.number) }
        if cited.mayWait { noteState(of: cited.number) }
    }

    // MARK: What must be looked at again.

    /// Notes that what cites a piece of evidence must be looked at again because of a write on it.
    ///
    /// - Parameter turns: whether its verdict has turned, or it has gone. Otherwise one whose author had seen
    ///   everything that is here meets no step.
    func touchResting(on write: CellWrite, at key: CellKey, turns: Bool) throws {
        guard key.field.isEmpty || Schema.fieldsRestedOn.contains(key.field),
            try record(key.record).kind == Schema.evidence
        else { return }
        if try turns || write.effect == .effective && !hasSeenAll(entry(write.diff)) {
            noteRewriting(of: key.record)
        }
    }

    /// Whether the author of a diff had seen everything that is here.
    func hasSeenAll(_ entry: DiffEntry) -> Bool {
        branches.all.indices.allSatisfy { number in
            let newest = branches[number].tip - (number == entry.at.branch ? 1 : 0)
            return entry.seen.newest(of: number) >= newest
        }
    }

    /// Notes the findings and answers that must be looked at again because evidence which they cite was rewritten.
    func settleResting() throws {
        for number in changes.rewritten {
            for key in try allCells(citing: record(number).id)
            where try key.isPieceOfEvidence && record(key.record).mayWait {
                noteState(of: key.record)
            }
        }
    }

    /// Merges again the texts in which a diff wrote without effect, or proposed, when it gets its place in
    /// the log: which views it is left out of may depend on that.
    func unsettleTexts(of number: Int) throws {
        for operation in try diff(number).body.operations {
            let name = RecordName(kind: operation.path.kind, id: operation.path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) where try isText(key) {
                try load(key)
                guard let write = memory.cells.write(of: number, at: key),
                    write.effect != .effective
                else { continue }
                memory.texts.unsettle(key)
                noteChange(of: key)
            }
        }
    }

    /// Keeps in a record that a step was taken which may wait.
    func noteThatItMayWait(_ number: Int) throws {
        var record = try record(number)
        guard !record.mayWait else { return }
        record.mayWait = true
        store(record)
        guard memory.rests.knowsCandidates else { return }
        for key in try allCells(of: number) { rests.noteRestCandidate(key, of: record) }
    }
}
