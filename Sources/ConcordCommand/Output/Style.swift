/// How words are set off: by colour where it is shown, never by colour alone.
struct Style {
    /// For standard output.
    static let output = Style(isColoured: Terminal.showsColour(Terminal.isOutput))
    /// For standard error.
    static let error = Style(isColoured: Terminal.showsColour(Terminal.isError))

    let isColoured: Bool

    func strong(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func failure(_ text: String) -> String { wrap(text, "1;31") }
    func warning(_ text: String) -> String { wrap(text, "33") }
    func success(_ text: String) -> String { wrap(text, "32") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
