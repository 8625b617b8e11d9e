package import ConcordEncoding

/// What one finding adds to the figures of an audit, and what tells which others to look at when it changes.
package struct FigureEntry: Hashable, Sendable {
    /// The finding's id.
    package var id: WireText
    /// What is counted of it, by name.
    package var counts: [WireText: Int] = [:]
    /// The number by which people may call it, if it has one.
    package var number: WireText?
    /// The findings whose figures depend on what this one says.
    package var reaches: Set<WireText> = []
    /// Its place among the findings that may say the same; nil where none may.
    package var likeness: Likeness?

    /// Where a finding may say the same as others.
    package struct Likeness: Hashable, Sendable {
        /// Sorts findings, compared byte by byte.
        package var rank: [UInt8]
        /// The unit it was found in; nil if that is not known.
        package var unit: Int?
        /// The places that it takes.
        package var own: Set<Int>
        /// The places at which an earlier finding is one that may say the same.
        package var near: Set<Int>
        /// The places at which any other finding may say the same.
        package var around: Set<Int>

        /// The place of a finding.
        package init(rank: [UInt8], unit: Int?, own: Set<Int>, near: Set<Int>, around: Set<Int>) {
            self.rank = rank
            self.unit = unit
            self.own = own
            self.near = near
            self.around = around
        }
    }

    /// An entry of which nothing is counted.
    package init(id: WireText) { self.id = id }
}
