import ConcordEncoding

extension JSONTape {
    /// The cells that were erased, ascending by path without doubles, or nil.
    func erasedCells(_ node: Int) -> [ErasedCell]? {
        cells(node) { path, cell in
            guard count(cell) == 3, let by = text(cell, "by"),
                let was = member(cell, "was").flatMap(digest)
            else { return nil }
            return ErasedCell(path: path, by: by, was: was)
        }
    }

    /// The cells that were not erased, ascending by path without doubles, or nil.
    func keptCells(_ node: Int) -> [KeptCell]? {
        cells(node) { path, cell in
            guard count(cell) == 3, let salt = text(cell, "salt"),
                let left = member(cell, "left").flatMap(digest)
            else { return nil }
            return KeptCell(path: path, left: left, salt: salt)
        }
    }

    /// An array of objects of which each has a `path`, ascending by it without doubles, or nil.
    private func cells<Cell>(_ node: Int, read: (CellPath, Int) -> Cell?) -> [Cell]? {
        guard kind(node) == .array else { return nil }
        var cells: [Cell] = []
        var last: WireText?
        for child in elements(node) {
            guard kind(child) == .object, let name = text(child, "path"),
                last.map({ $0 < name }) ?? true, let path = CellPath(name),
                let cell = read(path, child)
            else { return nil }
            last = name
            cells.append(cell)
        }
        return cells
    }
}
