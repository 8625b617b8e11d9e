public import ConcordEncoding
import ConcordModel

// What an erasure leaves of a body: a function that anyone can compute who has the body, so that a
// leader can name its hash and everybody can carry the order out alike. `Protocol/merge.md`, "Erasure".

/// A cell of a body whose contents were destroyed.
public struct ErasedCell: Hashable, Sendable {
    /// Where.
    public var path: CellPath
    /// The id of the order's record.
    public var by: WireText
    /// The salted hash of the original contents, to which the head commits.
    public var was: SHA256Digest

    var json: JSON {
        [
            "by": .string(by), "path": .string(path.description), "was": .string(was.base64url),
        ]
    }
}

extension Body {
    /// Which order has destroyed the contents that were written at `path`, if one has.
    package func erasure(at path: CellPath) -> WireText? {
        erased.isEmpty ? nil : erased.first { $0.path == path }?.by
    }
}

extension Operation {
    /// What is left of the operation without the contents of the cells that `isGone` names.
    package func erasing(
        _ isGone: (CellPath) -> Bool,
        noting changed: inout Set<CellPath>
    ) -> Operation {
        var left = self
        if isGone(path) {
            left.reason = reason?.blackedOut
            switch action {
            case .splice(let at, let delete, let insert):
                left.action = .splice(at: at, delete: delete, insert: insert.blackedOut)
            case .add(let value):
                if path.member == nil, let field {
                    left.action = .add(field.erasing(value, isFirst: false))
                }
            case .remove: break
            }
            if left != self { changed.insert(path) }
        }
        guard path.field == nil, case .add(.object(var fields)) = action else { return left }
        for (name, value) in fields {
            var cell = path
            cell.field = name
            guard isGone(cell) else { continue }
            let field = Schema.kind(path.kind)?.field(name) ?? Schema.unknownField(name)
            let erased = field.erasing(value, isFirst: true)
            guard erased != value else { continue }
            fields[name] = erased
            changed.insert(cell)
        }
        left.action = .add(.object(fields))
        return left
    }
}

extension Field {
    /// What is left of a value.
    ///
    /// - Parameter isFirst: whether the record is added with it: a text can be added then alone.
    fileprivate func erasing(_ value: JSON, isFirst: Bool) -> JSON {
        guard isErasable else { return value }
        if rule == .text {
            guard isFirst, let text = value.stringValue else { return false }
            return .string(text.blackedOut)
        }
        // A field that this version does not know may be a text.
        if type == .unknown, let text = value.stringValue { return .string(text.blackedOut) }
        return accepts(value) ? .null : false
    }
}

extension WireText {
    /// As many replacement characters as there are scalars.
    fileprivate var blackedOut: WireText {
        WireText(String(repeating: "\u{FFFD}", count: unicodeScalars.count))
    }
}
