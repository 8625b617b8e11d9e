import ConcordEncoding

extension JSON {
    /// The string that a program has printed, if it is one: what the lab reads is for people.
    var text: String? { stringValue?.string }
}
