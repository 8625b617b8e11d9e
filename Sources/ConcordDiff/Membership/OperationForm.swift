package import ConcordEncoding
package import ConcordModel

// Whether an operation fits the field that it writes: what nobody's right and no admission can cure.

extension Operation {
    /// Whether it counts from its place in the log: membership, roles, admission.
    package var isControl: Bool { Schema.kind(path.kind)?.isControl ?? false }

    /// The field that it writes, as this version knows it or by the form of the operation; nil for a
    /// whole record.
    package var field: Field? {
        guard let name = path.field else { return nil }
        if let field = Schema.kind(path.kind)?.field(name) { return field }
        if case .splice = action { return Field(name, .text, for: .capture) }
        if path.member != nil { return Field(name, .set, .unknown, for: .capture) }
        return Schema.unknownField(name)
    }

    /// Whether value and form fit the field, or the id of a new record its fields. These are looked at one
    /// by one.
    ///
    /// - Parameters:
    ///   - field: The field that it writes.
    ///   - body: The body in which it stands: an erased null fits every field.
    package func isWellFormed(as field: Field?, in body: Body) -> Bool {
        guard let field else {
            guard case .add(.object(let fields)) = action else { return true }
            return DerivedID.fits(path.record, of: path.kind, addedWith: fields)
        }
        // What a record is stands in its id, and is written with it alone.
        guard
            !DerivedID.sources(of: path.kind).contains(field.name)
                || UniqueID(path.record)?.version != 8
        else { return false }
        let isMember = path.member != nil
        switch action {
        case .splice: return field.rule == .text
        case .add(.null) where body.erasure(at: path) != nil: return field.rule != .text
        case .add(let value):
            return field.rule != .text && isMember == (field.rule == .set) && field.accepts(value)
        case .remove: return field.canBeCleared && isMember == (field.rule == .set)
        }
    }
}

extension Field {
    /// Whether different values are a conflict.
    package var asks: Bool {
        switch rule {
        case .ask, .mostSevere: true
        case .newest, .state, .set, .text, .once, .control: false
        }
    }

    /// Whether a removal is a value of it: a text is emptied by a splice, a state is left by a step,
    /// membership rests on a value, and what is written once is not unwritten.
    var canBeCleared: Bool {
        switch rule {
        case .newest, .ask, .mostSevere, .set: true
        case .state, .text, .once, .control: false
        }
    }

    /// Whether `value` is one that the field can have.
    package func accepts(_ value: JSON) -> Bool {
        switch (type, value) {
        case (.string, .string), (.text, .string), (.integer, .integer), (.bool, .bool): true
        case (.word, .string(let text)): CellPath.isName(text)
        case (.choice(let choices), .string(let text)): choices.contains(text)
        case (.composite, .array), (.composite, .object): true
        case (.members, .bool(true)): true
        case (.unknown, .null): false
        case (.unknown, _): true
        default: false
        }
    }
}
