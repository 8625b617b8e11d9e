/// The signature of an HTTP request (RFC 9421): what it covers, and the bytes of the signature.
///
/// Only form is looked at here: who may sign, and what must be covered, decides whoever reads it, before they
/// check the signature over `SignatureInput.base(of:)`.
public struct MessageSignature: Hashable, Sendable {
    /// Why there is no signature to check.
    public enum Refusal: Error, Hashable, Sendable {
        /// Neither of the two fields is there.
        case missing
        /// The fields cannot be read, or do not hold exactly one signature.
        case malformed
    }

    /// The names of the two fields.
    public static let (inputField, signatureField) = ("signature-input", "signature")

    /// The name of the signature within the fields.
    public let label: String
    /// What is covered.
    public let input: SignatureInput
    /// The signature.
    public let signature: [UInt8]

    /// A signature that was made over the base of `input`.
    public init(label: String, _ input: SignatureInput, signature: [UInt8]) {
        self.label = label
        self.input = input
        self.signature = signature
    }

    /// Reads the one signature of a message.
    ///
    /// A message with more than one is refused: which of them counts would be a matter of taste.
    public init(of message: HTTPMessage) throws(Refusal) {
        let inputs = message.fields[Self.inputField] ?? []
        let signatures = message.fields[Self.signatureField] ?? []
        if inputs.isEmpty, signatures.isEmpty { throw .missing }
        guard inputs.count == 1, signatures.count == 1,
            let (label, member) = FieldDictionary(inputs[0])?.onlyMember,
            let (other, value) = FieldDictionary(signatures[0])?.onlyMember, other == label,
            let input = SignatureInput(member), case .item(let item) = value,
            case .bytes(let bytes) = item.value
        else { throw .malformed }
        self.init(label: label, input, signature: bytes)
    }

    /// The value of the field `Signature-Input`.
    public var inputText: String { FieldDictionary([(label, input.member)]).text }
    /// The value of the field `Signature`.
    public var signatureText: String {
        FieldDictionary([(label, .item(FieldItem(.bytes(signature))))]).text
    }
}

extension FieldDictionary {
    fileprivate var onlyMember: (String, FieldMember)? {
        members.count == 1 ? (members[0].name, members[0].value) : nil
    }
}
