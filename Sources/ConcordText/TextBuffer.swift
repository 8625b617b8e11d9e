/// A text that is edited at positions counted in Unicode scalars.
///
/// UTF-8 in chunks of at most `chunkBytes` under a `PositionTree`, so an edit costs a search of
/// logarithmic depth and the moving of one chunk. A chunk of ASCII alone needs no counting, and the
/// chunk of the last edit is tried first, since people type where they typed.
///
/// Chunks begin and end at scalar boundaries. Nothing is checked here but the range: whether two
/// scalars belong together is decided where the edit is made.
package struct TextBuffer: ~Copyable {
    static let chunkBytes = 512

    var tree = PositionTree(columns: 1)
    var bytes = Pool<UInt8>(minimumCapacity: chunkBytes * 8)
    var chunks = Pool<Chunk>()
    /// The chunk of the last edit, and the scalars before it.
    var hot = 0
    var hotStart = 0

    /// The length in Unicode scalars.
    package private(set) var count = 0

    struct Chunk {
        var bytes: Int32
        var scalars: Int32
        var previous: Int32
    }

    /// An empty text.
    package init() {
        chunks.append(Chunk(bytes: 0, scalars: 0, previous: -1))
        _ = bytes.extend(by: Self.chunkBytes)
    }

    /// A text with the contents of a string.
    package init(_ text: String) {
        self.init()
        insert(text, at: 0)
    }

    /// Inserts a string before the scalar number `position`.
    package mutating func insert(_ text: String, at position: Int) {
        var text = text
        text.withUTF8 { utf8 in
            insert(utf8, scalars: Self.scalars(in: utf8), at: position)
        }
    }

    /// Inserts well-formed UTF-8 of a known number of scalars.
    package mutating func insert(
        _ utf8: UnsafeBufferPointer<UInt8>,
        scalars: Int,
        at position: Int
    ) {
        precondition(position >= 0 && position <= count, "an insertion is within the text")
        guard let source = utf8.baseAddress, scalars > 0 else { return }
        let chunk = seek(position)
        let offset = byteOffset(of: position - hotStart, in: chunk)
        if Int(chunks.base[chunk].bytes) + utf8.count <= Self.chunkBytes {
            place(source, utf8.count, scalars, at: offset, in: chunk)
        } else if utf8.count <= Self.chunkBytes / 4 {
            halve(chunk)
            let half = seek(position)
            let place = byteOffset(of: position - hotStart, in: half)
            self.place(source, utf8.count, scalars, at: place, in: half)
        } else {
            spread(utf8, at: offset, in: chunk)
        }
        count += scalars
    }

    /// Does a replacement that is within the text.
    package mutating func apply(_ splice: TextSplice) {
        delete(splice.delete, at: splice.at)
        insert(splice.insert, at: splice.at)
    }

    /// Removes `length` scalars from `position` on.
    package mutating func delete(_ length: Int, at position: Int) {
        precondition(
            position >= 0 && length >= 0 && position + length <= count,
            "a deletion is within the text"
        )
        count -= length
        var rest = length
        while rest > 0 {
            var chunk = seek(position)
            if position - hotStart == Int(chunks.base[chunk].scalars) {
                // At the very end of a chunk: what goes is in the next ones.
                guard let next = tree.leaf(after: chunk) else { return }
                hotStart += Int(chunks.base[chunk].scalars)
                hot = next
                chunk = next
            }
            rest -= cut(rest, from: position - hotStart, in: chunk)
        }
    }

    /// The whole text.
    package var text: String {
        let total = byteCount
        return String(unsafeUninitializedCapacity: total) { target in
            var written = 0
            var next: Int? = tree.firstLeaf
            while let chunk = next {
                let length = Int(chunks.base[chunk].bytes)
                let source = bytes.base + chunk * Self.chunkBytes
                if let start = target.baseAddress {
                    (start + written).update(from: source, count: length)
                }
                written += length
                next = tree.leaf(after: chunk)
            }
            return written
        }
    }

    private var byteCount: Int {
        var total = 0
        var next: Int? = tree.firstLeaf
        while let chunk = next {
            total += Int(chunks.base[chunk].bytes)
            next = tree.leaf(after: chunk)
        }
        return total
    }

    /// The number of scalars in well-formed UTF-8.
    @inline(__always)
    static func scalars(in utf8: UnsafeBufferPointer<UInt8>) -> Int {
        var continuations = 0
        for byte in utf8 {
            continuations &+= byte & 0xC0 == 0x80 ? 1 : 0
        }
        return utf8.count - continuations
    }
}

// MARK: - Chunks

extension TextBuffer {
    /// Makes the chunk of a position the hot one and returns it.
    @inline(__always)
    mutating func seek(_ position: Int) -> Int {
        if position >= hotStart, position <= hotStart &+ Int(chunks.base[hot].scalars) {
            return hot
        }
        let found = tree.find(position, column: 0)
        hot = found.leaf
        hotStart = position &- found.rest
        return hot
    }

    /// The byte at which the scalar number `scalar` of a chunk begins.
    @inline(__always)
    func byteOffset(of scalar: Int, in chunk: Int) -> Int {
        if chunks.base[chunk].bytes == chunks.base[chunk].scalars {
            return scalar
        }
        return Self.byteOffset(
            of: scalar,
            in: bytes.base + chunk * Self.chunkBytes,
            count: Int(chunks.base[chunk].bytes)
        )
    }

    static func byteOffset(of scalar: Int, in start: UnsafePointer<UInt8>, count: Int) -> Int {
        var rest = scalar
        var index = 0
        while index < count {
            if start[index] & 0xC0 != 0x80 {
                if rest == 0 { return index }
                rest -= 1
            }
            index += 1
        }
        return count
    }

    /// Inserts bytes that fit into a chunk.
    @inline(__always)
    private mutating func place(
        _ source: UnsafePointer<UInt8>,
        _ length: Int,
        _ scalars: Int,
        at offset: Int,
        in chunk: Int
    ) {
        let start = bytes.base + chunk * Self.chunkBytes
        let used = Int(chunks.base[chunk].bytes)
        (start + offset + length).update(from: start + offset, count: used - offset)
        (start + offset).update(from: source, count: length)
        chunks.base[chunk].bytes += Int32(length)
        chunks.base[chunk].scalars += Int32(scalars)
        tree.add(scalars, 0, column: 0, to: chunk)
    }

    /// Inserts bytes that do not fit: the chunk is cut at the place, then filled piece by piece.
    private mutating func spread(
        _ utf8: UnsafeBufferPointer<UInt8>,
        at offset: Int,
        in chunk: Int
    ) {
        if offset < Int(chunks.base[chunk].bytes) {
            divide(chunk, at: offset)
        }
        guard let source = utf8.baseAddress else { return }
        var target = chunk
        var done = 0
        while done < utf8.count {
            var room = Self.chunkBytes - Int(chunks.base[target].bytes)
            let rest = utf8.count - done
            if rest > Self.chunkBytes, room == Self.chunkBytes {
                room = Self.chunkBytes * 3 / 4
            }
            var piece = min(room, rest)
            while piece > 0, piece < rest, source[done + piece] & 0xC0 == 0x80 {
                piece -= 1
            }
            if piece > 0 {
                let part = UnsafeBufferPointer(start: source + done, count: piece)
                let end = Int(chunks.base[target].bytes)
                place(source + done, piece, Self.scalars(in: part), at: end, in: target)
                done += piece
            }
            if done < utf8.count {
                target = divide(target, at: Int(chunks.base[target].bytes))
            }
        }
    }

    /// Divides a chunk near its middle, so that both halves have room.
    private mutating func halve(_ chunk: Int) {
        let start = bytes.base + chunk * Self.chunkBytes
        var middle = Int(chunks.base[chunk].bytes) / 2
        while middle > 0, start[middle] & 0xC0 == 0x80 {
            middle -= 1
        }
        divide(chunk, at: middle)
    }

    /// Moves the bytes of a chunk from `offset` on into a new chunk after it; returns that.
    @discardableResult
    private mutating func divide(_ chunk: Int, at offset: Int) -> Int {
        let old = chunks[chunk]
        let moved = Int(old.bytes) - offset
        let part = UnsafeBufferPointer(
            start: bytes.base + chunk * Self.chunkBytes + offset,
            count: moved
        )
        let scalars = old.bytes == old.scalars ? moved : Self.scalars(in: part)
        let following = tree.leaf(after: chunk)
        let isFirst = tree.height == 0
        let new = tree.split(chunk)
        if isFirst {
            tree.add(Int(old.scalars), 0, column: 0, to: chunk)
        }
        tree.move(scalars, column: 0, from: chunk, to: new)
        if new == chunks.count {
            chunks.append(Chunk(bytes: 0, scalars: 0, previous: 0))
            _ = bytes.extend(by: Self.chunkBytes)
        }
        let fresh = Chunk(bytes: Int32(moved), scalars: Int32(scalars), previous: Int32(chunk))
        chunks[new] = fresh
        if let following {
            chunks.base[following].previous = Int32(new)
        }
        chunks[chunk].bytes = Int32(offset)
        chunks[chunk].scalars = old.scalars - Int32(scalars)
        (bytes.base + new * Self.chunkBytes)
            .update(from: bytes.base + chunk * Self.chunkBytes + offset, count: moved)
        return new
    }

    /// Removes up to `length` scalars of one chunk; returns how many it removed.
    private mutating func cut(_ length: Int, from scalar: Int, in chunk: Int) -> Int {
        let taken = min(length, Int(chunks.base[chunk].scalars) - scalar)
        let first = byteOffset(of: scalar, in: chunk)
        let start = bytes.base + chunk * Self.chunkBytes
        let used = Int(chunks.base[chunk].bytes)
        let isASCII = chunks.base[chunk].bytes == chunks.base[chunk].scalars
        let last =
            isASCII
            ? first + taken
            : first + Self.byteOffset(of: taken, in: start + first, count: used - first)
        (start + first).update(from: start + last, count: used - last)
        chunks.base[chunk].bytes = Int32(used - (last - first))
        chunks.base[chunk].scalars -= Int32(taken)
        tree.add(-taken, 0, column: 0, to: chunk)
        if chunks.base[chunk].bytes == 0 {
            release(chunk)
        }
        return taken
    }

    /// Takes an empty chunk out, so that a text that shrank does not stay slow.
    private mutating func release(_ chunk: Int) {
        guard chunk != tree.firstLeaf else { return }
        let previous = Int(chunks.base[chunk].previous)
        if let following = tree.leaf(after: chunk) {
            chunks.base[following].previous = Int32(previous)
        }
        tree.remove(chunk, previous: previous)
        hot = previous
        hotStart -= Int(chunks.base[previous].scalars)
    }
}
