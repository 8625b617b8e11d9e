/// How words are set off: by colour where it is shown, never by colour alone.
struct Style {
    /// For standard output.
    static let output = Style(isColoured: Terminal.showsColour(Terminal.isOutput))
    /// For standard error.
    static let error = Style(isColoured: Terminal.showsColour(Terminal.isError))

    let isColoured: Bool

    func strong(_ text: Shown) -> Shown { wrap(text, "1") }
    func faint(_ text: Shown) -> Shown { wrap(text, "2") }
    func failure(_ text: Shown) -> Shown { wrap(text, "1;31") }
    func warning(_ text: Shown) -> Shown { wrap(text, "33") }
    func success(_ text: Shown) -> Shown { wrap(text, "32") }

    private func wrap(_ text: Shown, _ code: String) -> Shown {
        isColoured ? text.between("\u{1B}[\(code)m", "\u{1B}[0m") : text
    }
}
