/// What a signature covers, and what is said of it: one member of the field `Signature-Input` (RFC 9421,
/// section 4.1).
public struct SignatureInput: Hashable, Sendable {
    /// The names of the covered components, in the order of the signature base; no two are alike.
    public let components: [String]
    /// The parameters, in the order in which they are signed.
    public let parameters: [FieldParameter]

    /// An input of these components.
    public init(_ components: [String], _ parameters: [FieldParameter]) {
        self.components = components
        self.parameters = parameters
    }

    /// Reads a member of the field; nil if a component is none that is known here, or is there twice.
    ///
    /// A component with parameters of its own (`;sf`, `;key`, `;req`) is refused: none is needed here.
    init?(_ member: FieldMember) {
        guard case .list(let items, let parameters) = member else { return nil }
        var components: [String] = []
        for item in items {
            guard case .string(let name) = item.value, item.parameters.isEmpty,
                name == name.lowercased(), !components.contains(name)
            else { return nil }
            components.append(name)
        }
        self.init(components, parameters)
    }

    /// The member's text, which is also the value of `@signature-params`.
    public var text: String { member.text }

    var member: FieldMember { .list(components.map { FieldItem(.string($0)) }, parameters) }

    /// The signature base (RFC 9421, section 2.5): the bytes that are signed; nil if the message lacks a
    /// component.
    public func base(of message: HTTPMessage) -> [UInt8]? {
        var lines: [String] = []
        for component in components {
            guard let value = message.value(of: component) else { return nil }
            lines.append("\(BareItem.string(component).text): \(value)")
        }
        lines.append("\"@signature-params\": \(text)")
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// When the signature was made, in seconds since 1970.
    public var created: Int64? { integer("created") }
    /// When it ends to be valid, in seconds since 1970.
    public var expires: Int64? { integer("expires") }
    /// The name of the key.
    public var keyID: String? { string("keyid") }
    /// The name of the algorithm.
    public var algorithm: String? { string("alg") }
    /// What makes the signature different from all others.
    public var nonce: String? { string("nonce") }

    private func integer(_ name: String) -> Int64? {
        if case .integer(let number)? = value(name) { number } else { nil }
    }

    private func string(_ name: String) -> String? {
        if case .string(let text)? = value(name) { text } else { nil }
    }

    private func value(_ name: String) -> BareItem? {
        parameters.first { $0.name == name }?.value
    }
}
