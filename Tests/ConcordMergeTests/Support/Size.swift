import Foundation

/// How much is tried: all of it where `CONCORD_ALL_ORDERS` is set, as in `Tools/test`; a sample while somebody works.
enum Size {
    static let isFull = ProcessInfo.processInfo.environment["CONCORD_ALL_ORDERS"] != nil

    /// Some seeds, from 0 on.
    static func seeds(_ few: UInt64, inFull all: UInt64) -> Range<UInt64> {
        0..<(isFull ? all : few)
    }

    /// Some of these, evenly spread, of which the first is one.
    static func sample<Element>(_ all: [Element], each step: Int) -> [Element] {
        isFull ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
    }
}
