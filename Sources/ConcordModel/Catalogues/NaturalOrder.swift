package import ConcordEncoding

/// The order in which people expect numbered things: F-2 before F-10, clause 4.2 before 4.10.
///
/// Runs of digits compare as numbers, everything else byte by byte. Equal numbers that are spelled
/// differently ("07" and "7") fall back to the spelling, so that the order is total and a sorted
/// list always comes out the same.
package enum NaturalOrder {
    package static func precedes(_ left: WireText, _ right: WireText) -> Bool {
        var leftBytes = Substring(left.string).utf8
        var rightBytes = Substring(right.string).utf8
        while let leftByte = leftBytes.first, let rightByte = rightBytes.first {
            if isDigit(leftByte), isDigit(rightByte) {
                let leftNumber = takeNumber(&leftBytes)
                let rightNumber = takeNumber(&rightBytes)
                if leftNumber.count != rightNumber.count {
                    return leftNumber.count < rightNumber.count
                }
                if !leftNumber.elementsEqual(rightNumber) {
                    return leftNumber.lexicographicallyPrecedes(rightNumber)
                }
            } else {
                if leftByte != rightByte { return leftByte < rightByte }
                leftBytes.removeFirst()
                rightBytes.removeFirst()
            }
        }
        if leftBytes.isEmpty != rightBytes.isEmpty { return leftBytes.isEmpty }
        return left < right
    }

    /// Bytes that sort, compared one by one, as the names do, and names that are alike by their ids.
    package static func sortKey(of name: WireText, id: WireText) -> [UInt8] {
        var bytes = Substring(name.string).utf8
        var key: [UInt8] = []
        while let byte = bytes.first {
            if isDigit(byte) {
                let number = takeNumber(&bytes)
                // Longer numbers are greater. Against anything else every digit compares alike.
                let count = UInt32(number.count)
                key.append(UInt8(ascii: "0"))
                key += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
                key += number
            } else {
                bytes.removeFirst()
                key += byte == 0 ? [0, 0xFF] : [byte]
            }
        }
        return key + [0, 0] + name.utf8 + [0] + id.utf8
    }

    /// Takes the digits at the beginning; leading zeros are dropped, so that a longer rest is the
    /// greater number, however many digits it has.
    private static func takeNumber(_ bytes: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = bytes.prefix(while: isDigit)
        bytes = bytes[digits.endIndex...]
        return digits.drop { $0 == UInt8(ascii: "0") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
