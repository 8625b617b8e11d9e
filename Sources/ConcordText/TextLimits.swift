/// The bounds on every text, in one place; `Protocol/limits.md` lists the same number.
public enum TextLimits {
    /// How long an author may make a text, in Unicode scalars.
    ///
    /// It holds for each author's own view, so that it does not depend on the order of arrival. If people
    /// write at the same time, the merged text may be longer, and can still be read
    /// (`docs/decisions/0037-the-greatest-length-of-a-text.md`).
    public static let scalars = 1 << 20
}
