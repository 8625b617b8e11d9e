import ConcordEncoding

extension JSON {
    /// The string that a program has printed, if it is one: the tests hand it on as an argument.
    var plain: String? { stringValue?.string }
}
