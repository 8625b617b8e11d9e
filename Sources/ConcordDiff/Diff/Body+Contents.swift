public import ConcordEncoding
import ConcordModel

// What a head commits to of the contents that an erasure may destroy: so a body of which some are gone still
// proves all the rest, and nobody has to be believed. `Protocol/diff.md`, "Contents".

/// A cell whose contents could have been erased and were not, in a body that lost others.
public struct KeptCell: Hashable, Sendable {
    /// Where.
    public var path: CellPath
    /// The hash of what an erasure of this cell would leave.
    public var left: SHA256Digest
    /// What its contents are hashed with, in base64url.
    public var salt: WireText

    var json: JSON {
        [
            "left": .string(left.base64url), "path": .string(path.description),
            "salt": .string(salt),
        ]
    }
}

extension Body {
    /// What the head commits to: a hash that stays the same whatever is erased.
    ///
    /// Nil where the body holds nothing that can be erased, or has no salt: then nothing of it is.
    package var contents: SHA256Digest? {
        let cells =
            erased.isEmpty
            ? hideable : Dictionary(disclosed, uniquingKeysWith: { first, _ in first })
        guard let cells, !cells.isEmpty else { return nil }
        let committed = cells.map { (name: $0.key.text, hashes: $0.value) }
            .sorted { $0.name < $1.name }
            .map { name, hashes -> JSON in
                [
                    "left": .string(hashes.left.base64url), "path": .string(name),
                    "was": .string(hashes.was.base64url),
                ]
            }
        let cover: JSON = [
            "cells": .array(committed),
            "ops": .array(operations.map { $0.outline(without: cells.keys) }),
        ]
        return SHA256Digest(hashing: cover.canonicalBytes)
    }

    /// The hashes of the contents of one cell.
    struct ContentHashes: Hashable {
        /// Of what an erasure leaves.
        var left: SHA256Digest
        /// Of what was written, with a salt.
        var was: SHA256Digest
        /// The salt, while the contents are here.
        var salt: WireText?
    }

    /// The cells of a body that is whole whose contents can be erased; nil where it has no salt.
    private var hideable: [CellPath: ContentHashes]? {
        guard let salt else { return nil }
        var paths: Set<CellPath> = []
        let blackedOut = operations.map { $0.erasing({ _ in true }, noting: &paths) }
        guard !paths.isEmpty else { return [:] }
        let left = Self.pieces(of: blackedOut, at: paths)
        let here = Self.pieces(of: operations, at: paths)
        var cells: [CellPath: ContentHashes] = [:]
        cells.reserveCapacity(paths.count)
        for path in paths {
            let name: JSON = [.string(path.text), .string(salt)]
            let own = WireText(SHA256Digest(hashing: name.canonicalBytes).base64url)
            cells[path] = ContentHashes(
                left: Self.hash(left[path] ?? []),
                was: Self.hash(here[path] ?? [], salt: own),
                salt: own
            )
        }
        return cells
    }

    /// The same of a body that was erased in part, as it says itself.
    private var disclosed: [(CellPath, ContentHashes)] {
        let paths = Set(erased.map(\.path) + kept.map(\.path))
        let here = Self.pieces(of: operations, at: paths)
        let gone = erased.map { cell in
            (cell.path, ContentHashes(left: Self.hash(here[cell.path] ?? []), was: cell.was))
        }
        return gone
            + kept.map { cell in
                let was = Self.hash(here[cell.path] ?? [], salt: cell.salt)
                return (cell.path, ContentHashes(left: cell.left, was: was, salt: cell.salt))
            }
    }

    /// What is left of the body when an order has destroyed the contents of some cells.
    ///
    /// Texts keep their length, values become null, or false where they did not fit their field: no
    /// position and no verdict changes. The salt goes. Doing it twice changes nothing.
    package func erasing(_ paths: Set<CellPath>, by order: WireText) -> Body {
        let cells =
            erased.isEmpty
            ? hideable : Dictionary(disclosed, uniquingKeysWith: { first, _ in first })
        guard let cells else { return self }
        // What an earlier order has left is left alone: a null there is its work, any other is malformed.
        let wanted = paths.filter { cells[$0]?.salt != nil }
        var changed: Set<CellPath> = []
        var left = self
        left.operations = operations.map { $0.erasing(wanted.contains, noting: &changed) }
        // Another version of the schema would leave something else than the head commits to.
        let pieces = Self.pieces(of: left.operations, at: changed)
        guard !changed.isEmpty,
            changed.allSatisfy({ cells[$0]?.left == Self.hash(pieces[$0] ?? []) })
        else { return self }
        left.salt = nil
        left.kept = []
        for (path, hashes) in cells {
            if changed.contains(path) {
                left.erased.append(ErasedCell(path: path, by: order, was: hashes.was))
            } else if let salt = hashes.salt {
                left.kept.append(KeptCell(path: path, left: hashes.left, salt: salt))
            }
        }
        left.erased.sort { $0.path.text < $1.path.text }
        left.kept.sort { $0.path.text < $1.path.text }
        return left
    }
}

// MARK: - Contents apart from the rest

extension Body {
    /// What the operations hold of some cells, of each in their order.
    private static func pieces(
        of operations: [Operation],
        at paths: Set<CellPath>
    ) -> [CellPath: [JSON]] {
        var pieces: [CellPath: [JSON]] = [:]
        for operation in operations {
            if paths.contains(operation.path) {
                pieces[operation.path, default: []].append(operation.piece)
            }
            for (path, value) in operation.firstFields where paths.contains(path) {
                pieces[path, default: []].append(["value": value])
            }
        }
        return pieces
    }

    private static func hash(_ left: [JSON]) -> SHA256Digest {
        SHA256Digest(hashing: JSON.array(left).canonicalBytes)
    }

    private static func hash(_ pieces: [JSON], salt: WireText) -> SHA256Digest {
        let salted: JSON = ["salt": .string(salt), "was": .array(pieces)]
        return SHA256Digest(hashing: salted.canonicalBytes)
    }
}

extension Operation {
    /// The fields that a record is added with, by their paths.
    fileprivate var firstFields: [(path: CellPath, value: JSON)] {
        guard path.field == nil, case .add(.object(let fields)) = action else { return [] }
        return fields.map { name, value in
            var cell = path
            cell.field = name
            return (cell, value)
        }
    }

    /// What it says of its own cell: reason, inserted text, value.
    fileprivate var piece: JSON {
        var piece: JSONObject = [:]
        if let reason { piece["reason"] = .string(reason) }
        switch action {
        case .add(let value): if path.field != nil { piece["value"] = value }
        case .splice(_, _, let insert): piece["insert"] = .string(insert)
        case .remove: break
        }
        return .object(piece)
    }

    /// The operation without what it says of some cells.
    fileprivate func outline(without cells: some Collection<CellPath>) -> JSON {
        guard var object = json.objectValue else { return json }
        if cells.contains(path) {
            object["reason"] = nil
            object["insert"] = nil
            if path.field != nil { object["value"] = nil }
        }
        if path.field == nil, case .add(.object) = action {
            var stay: JSONObject = [:]
            for (cell, value) in firstFields where !cells.contains(cell) {
                if let name = cell.field { stay[name] = value }
            }
            object["value"] = .object(stay)
        }
        return .object(object)
    }
}
