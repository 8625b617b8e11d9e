/// Where a merge puts the text: into a buffer, or, where only the length of the text is known, into changes of it.
struct TextOutput: ~Copyable {
    /// Whether changes are collected, or made in the buffer.
    let isCollecting: Bool
    /// The text.
    private(set) var buffer = TextBuffer()
    /// The changes, each on top of the ones before it.
    private(set) var edits: [TextSplice] = []
    /// Whose each character is, where somebody asks.
    private(set) var origins: TextOrigins?
    private var collectedLength = 0

    /// An empty text.
    init(tracingOrigins: Bool = false) {
        isCollecting = false
        origins = tracingOrigins ? TextOrigins() : nil
    }

    /// A text of which only the length is known, in Unicode scalars.
    init(length: Int) {
        isCollecting = true
        collectedLength = length
    }

    /// How long the text is, in Unicode scalars.
    var length: Int { isCollecting ? collectedLength : buffer.count }

    /// Inserts what an event typed.
    mutating func insert(_ text: String, at position: Int, by event: Int) {
        guard !text.isEmpty else { return }
        guard isCollecting else {
            buffer.insert(text, at: position)
            origins?.insert(text.unicodeScalars.count, at: position, by: event)
            return
        }
        collectedLength += text.unicodeScalars.count
        let last = edits.count - 1
        if last >= 0, edits[last].at == position, edits[last].insert.isEmpty {
            edits[last].insert = text
        } else {
            edits.append(TextSplice(at: position, delete: 0, insert: text))
        }
    }

    /// Takes characters out.
    mutating func remove(_ length: Int, at position: Int) {
        guard length > 0 else { return }
        guard isCollecting else {
            buffer.delete(length, at: position)
            origins?.delete(length, at: position)
            return
        }
        collectedLength -= length
        edits.append(TextSplice(at: position, delete: length, insert: ""))
    }
}
