/// The members of a JSON object: unique keys, kept in the order of RFC 8785.
///
/// That order compares keys by their UTF-16 code units. It differs from the order of the bytes,
/// which is that of `WireText`, where a key holds a scalar above U+FFFF and another one of
/// U+E000–U+FFFF.
///
/// Finding a key takes a number of comparisons logarithmic in the number of members; adding one
/// moves those after it, so it is best to make an object from all its pairs.
public struct JSONObject: Sendable {
    fileprivate var entries: [Entry]

    fileprivate struct Entry: Hashable, Sendable {
        let key: WireText
        var value: JSON
    }

    /// Makes an object without members.
    public init() {
        entries = []
    }

    /// Makes an object of pairs in any order; a duplicate key is a mistake and stops the program.
    public init(uniqueKeysWithValues pairs: some Sequence<(WireText, JSON)>) {
        entries = pairs.map { Entry(key: $0.0, value: $0.1) }
        let isSorted = zip(entries, entries.dropFirst()).allSatisfy {
            $0.key.precedesInCanonicalOrder($1.key)
        }
        if isSorted { return }
        entries.sort { $0.key.precedesInCanonicalOrder($1.key) }
        for (left, right) in zip(entries, entries.dropFirst()) {
            precondition(left.key != right.key, "a key is there twice")
        }
    }

    /// The number of members.
    public var count: Int { entries.count }

    /// Tells whether there are no members.
    public var isEmpty: Bool { entries.isEmpty }

    /// The keys in canonical order.
    public var keys: [WireText] { entries.map(\.key) }

    /// The values in the order of their keys.
    public var values: [JSON] { entries.map(\.value) }

    /// The value of a key; setting `nil` takes the member out.
    public subscript(key: WireText) -> JSON? {
        get {
            let place = firstIndex(notBefore: key)
            return isKey(key, at: place) ? entries[place].value : nil
        }
        set {
            let place = firstIndex(notBefore: key)
            switch (isKey(key, at: place), newValue) {
            case (true, let value?): entries[place].value = value
            case (true, nil): entries.remove(at: place)
            case (false, let value?): entries.insert(Entry(key: key, value: value), at: place)
            case (false, nil): break
            }
        }
    }

    private func isKey(_ key: WireText, at place: Int) -> Bool {
        place < entries.count && entries[place].key == key
    }

    private func firstIndex(notBefore key: WireText) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key.precedesInCanonicalOrder(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

extension JSONObject: Hashable, ExpressibleByDictionaryLiteral {
    /// Makes an object; a duplicate key is a mistake and stops the program.
    public init(dictionaryLiteral elements: (WireText, JSON)...) {
        self.init(uniqueKeysWithValues: elements)
    }
}

extension JSONObject: Sequence {
    /// A member.
    public typealias Element = (key: WireText, value: JSON)

    /// Gives the members in the canonical order of their keys.
    public struct Iterator: IteratorProtocol {
        private var base: IndexingIterator<[Entry]>

        fileprivate init(_ entries: [Entry]) {
            base = entries.makeIterator()
        }

        /// The next member.
        public mutating func next() -> Element? {
            base.next().map { (key: $0.key, value: $0.value) }
        }
    }

    /// Makes an iterator over the members.
    public func makeIterator() -> Iterator { Iterator(entries) }

    /// The number of members.
    public var underestimatedCount: Int { entries.count }
}
