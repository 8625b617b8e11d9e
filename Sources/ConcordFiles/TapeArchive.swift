/// Files in one file, in the form that `tar` reads (POSIX.1, "ustar"): for what travels by hand.
///
/// Of the form only what Concord needs: regular files with short names of plain letters, one after the other.
package enum TapeArchive {
    fileprivate static let block = 512
    /// The longest name, in bytes.
    package static let nameBytes = 100
    /// The most bytes of one file.
    package static let sizeMax = 1 << 33 - 1

    /// One file in an archive.
    package struct Member: Hashable, Sendable {
        /// Its name; it says nothing about where anything is written.
        package let name: String
        /// Where its bytes are in the archive.
        package let range: Range<Int>
    }

    /// Why an archive cannot be read.
    package enum Refusal: Error, Hashable, Sendable {
        /// It is not an archive, or not one of this kind.
        case notAnArchive
        /// It ends in the middle, or was changed.
        case damaged
        /// The file cannot be read.
        case failure(FileFailure.Code, String)
    }

    fileprivate static func padded(_ size: Int) -> Int { (size + block - 1) / block * block }

    /// The block before a file's bytes.
    fileprivate static func head(_ name: String, size: Int) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at place: Int) {
            for (index, byte) in text.utf8.enumerated() { head[place + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o600, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = head.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6), at: 148)
        head[154] = 0
        head[155] = UInt8(ascii: " ")
        return head
    }

    /// The name and size that a block says; nil if it is not one that `head` makes.
    fileprivate static func reading(_ block: [UInt8]) -> (name: String, size: Int)? {
        let name = block[..<nameBytes].prefix { $0 != 0 }
        let digits = String(decoding: block[124..<135], as: UTF8.self)
        guard !name.isEmpty, name.allSatisfy({ 0x21...0x7E ~= $0 }),
            let size = Int(digits, radix: 8), 0...sizeMax ~= size
        else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        return head(text, size: size) == block ? (text, size) : nil
    }
}

/// An archive that is written.
package struct TapeArchiveWriter: ~Copyable {
    private let file: OpenFile
    private var end = 0

    /// Begins an archive in a new file.
    package init(_ path: String) throws(FileFailure) { file = try OpenFile(path, for: .creating) }

    /// Adds a file.
    ///
    /// - Parameter bytes: the bytes that stand at a place of it, as many as there are asked for.
    package mutating func add(
        _ name: String,
        size: Int,
        _ bytes: (Range<Int>) throws -> [UInt8]
    ) throws {
        precondition(
            1..<TapeArchive.nameBytes ~= name.utf8.count && 0...TapeArchive.sizeMax ~= size,
            "a file has a short name and at most 8 GiB"
        )
        try file.write(TapeArchive.head(name, size: size), at: end)
        end += TapeArchive.block
        let piece = 1 << 20
        for start in stride(from: 0, to: size, by: piece) {
            try file.write(try bytes(start..<min(start + piece, size)), at: end + start)
        }
        let padding = TapeArchive.padded(size) - size
        try file.write([UInt8](repeating: 0, count: padding), at: end + size)
        end += size + padding
    }

    /// How long it is, in bytes.
    package var size: Int { end }

    /// Ends the archive; it survives a power cut from then on.
    package mutating func finish() throws(FileFailure) {
        let closing = [UInt8](repeating: 0, count: 2 * TapeArchive.block)
        try file.write(closing, at: end)
        end += closing.count
        try file.makeDurable()
    }
}

/// An archive that is read.
package final class TapeArchiveReader: Sendable {
    private let file: OpenFile
    /// The files in it, in their order.
    package let members: [TapeArchive.Member]

    /// Opens an archive and finds what is in it; the bytes are read later.
    ///
    /// - Parameter most: how many files it may have.
    package init(_ path: String, most: Int) throws(TapeArchive.Refusal) {
        let file = try Self.open(path)
        let length = try Self.size(of: file)
        var members: [TapeArchive.Member] = []
        var place = 0
        while true {
            let block = try Self.read(file, place..<place + TapeArchive.block)
            if block.allSatisfy({ $0 == 0 }) {
                // One more empty block ends the file.
                guard length == place + 2 * TapeArchive.block else { throw .damaged }
                let rest = try Self.read(file, place + TapeArchive.block..<length)
                guard rest.allSatisfy({ $0 == 0 }) else {
                    throw .damaged
                }
                break
            }
            guard let (name, size) = TapeArchive.reading(block) else {
                throw members.isEmpty ? .notAnArchive : .damaged
            }
            let start = place + TapeArchive.block
            guard members.count < most, start + size <= length else { throw .damaged }
            members.append(.init(name: name, range: start..<start + size))
            place = start + TapeArchive.padded(size)
            let padding = try Self.read(file, start + size..<place)
            guard padding.allSatisfy({ $0 == 0 }) else { throw .damaged }
        }
        guard !members.isEmpty else { throw .notAnArchive }
        self.file = file
        self.members = members
    }

    /// The bytes of a file in it, all or some of them.
    package func bytes(
        of member: TapeArchive.Member,
        _ range: Range<Int>? = nil
    ) throws(TapeArchive.Refusal) -> [UInt8] {
        let range = range ?? 0..<member.range.count
        let start = member.range.lowerBound
        guard range.lowerBound >= 0, range.upperBound <= member.range.count else { throw .damaged }
        return try Self.read(file, start + range.lowerBound..<start + range.upperBound)
    }

    private static func open(_ path: String) throws(TapeArchive.Refusal) -> OpenFile {
        do throws(FileFailure) {
            return try OpenFile(path, for: .reading)
        } catch {
            throw .failure(error.code, error.message)
        }
    }

    private static func size(of file: borrowing OpenFile) throws(TapeArchive.Refusal) -> Int {
        do throws(FileFailure) {
            return try file.size
        } catch {
            throw .failure(error.code, error.message)
        }
    }

    private static func read(
        _ file: borrowing OpenFile,
        _ range: Range<Int>
    ) throws(TapeArchive.Refusal) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try file.read(range)
        } catch {
            throw .failure(error.code, error.message)
        }
        guard bytes.count == range.count else { throw .damaged }
        return bytes
    }
}
