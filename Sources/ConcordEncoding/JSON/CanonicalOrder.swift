extension WireText {
    /// Tells whether this key stands before the other one in an object in canonical form.
    func precedesInCanonicalOrder(_ other: WireText) -> Bool {
        withUTF8 { left in
            other.withUTF8 { right in CanonicalOrder.compare(left, right) < 0 }
        }
    }
}

/// The order of keys in RFC 8785, section 3.2.3: by UTF-16 code units.
enum CanonicalOrder {
    /// Compares two valid UTF-8 texts; negative if the left one comes first.
    ///
    /// The order of UTF-8 bytes is that of the scalars. UTF-16 differs from it in one thing: a
    /// scalar above U+FFFF begins with a surrogate (D800–DBFF) and so stands before U+E000–U+FFFF,
    /// whose first bytes are EE and EF.
    static func compare(
        _ left: UnsafeBufferPointer<UInt8>,
        _ right: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let common = Swift.min(left.count, right.count)
        var index = 0
        while index < common {
            let a = left[index]
            let b = right[index]
            if a != b {
                if a >= 0xF0, b == 0xEE || b == 0xEF { return -1 }
                if b >= 0xF0, a == 0xEE || a == 0xEF { return 1 }
                return a < b ? -1 : 1
            }
            index += 1
        }
        return left.count - right.count
    }
}
