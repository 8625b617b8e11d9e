public import ArgumentParser
public import ConcordEncoding

/// What somebody types for a diff is text of the wire from the beginning.
extension WireText: ExpressibleByArgument {
    /// The text as it was typed.
    public init?(argument: String) { self.init(argument) }
}
