"""Merge: texts. Splices one after the other and at once, ties, conflicts, void splices, twins."""

from .story import Story, add, conflict, splice

TEXT = "finding/f1/statement"


def team():
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer")
    return (story, *story.people("ada", "ben", "cem", "fay"))


def started(text):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1", {"statement": text}))
    return story, ada, ben, cem, fay, base


def reads(text):
    return {"finding": {"f1": {"statement": text}}}


def add_cases(cases):
    in_sequence(cases)
    apart(cases)
    touching(cases)
    settled(cases)
    long_rows(cases)
    ties(cases)
    void(cases)
    proposed(cases)
    readings(cases)


def in_sequence(cases):
    story, ada, ben, cem, fay, base = started("Logs are kept.")
    one = ben.save(splice(TEXT, 9, 0, "not "), after=[base])
    cem.save(splice(TEXT, 0, 4, "Records"), after=[one])
    story.expect(cases, "text-in-sequence", "Each splice counts on the text that its author saw.",
                 reads("Records are not kept."))

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    ben.save(splice(TEXT, 0, 4, "Records"), splice(TEXT, 12, 0, "not "), splice(TEXT, 20, 1, "!"),
             after=[base])
    story.expect(cases, "text-splices-of-one-diff", "Splices of one diff stand on top of each other.",
                 reads("Records are not kept!"))

    story, ada, ben, cem, fay, base = started("a\U0001f600e\u0301b")
    ben.save(splice(TEXT, 2, 2, "x"), after=[base])
    story.expect(cases, "text-counts-scalars", "Positions count Unicode scalars, neither bytes nor "
                 "graphemes.", reads("a\U0001f600xb"))

    story, ada, ben, cem, fay, base = started("Logs.")
    ben.save(splice(TEXT, 0, 5, ""), after=[base])
    story.expect(cases, "text-emptied", "A text that was emptied is the empty text.", reads(""))

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    ben.save(splice(TEXT, 0, 0, "Logs."))
    story.expect(cases, "text-begun-by-a-splice", "A text that was not there is empty to begin with.",
                 reads("Logs."))
    assert base.seq == 1


def apart(cases):
    story, ada, ben, cem, fay, base = started("Accounts of leavers were still enabled. Twelve were seen.")
    ben.save(splice(TEXT, 12, 0, "two "), after=[base])
    cem.save(splice(TEXT, 56, 0, " in March"), after=[base])
    story.expect(cases, "text-edits-apart", "Concurrent edits with common text between them merge "
                 "silently.", reads("Accounts of two leavers were still enabled. Twelve were seen in March."))

    story, ada, ben, cem, fay, base = started("one two three")
    ben.save(splice(TEXT, 0, 3, "1"), after=[base])
    cem.save(splice(TEXT, 8, 5, "3"), after=[base])
    story.expect(cases, "text-replacements-apart", "So do replacements.", reads("1 two 3"))


def touching(cases):
    story, ada, ben, cem, fay, base = started("The plan has no forecast.")
    one = ben.save(splice(TEXT, 24, 0, " and no limits"), after=[base])
    two = cem.save(splice(TEXT, 13, 11, "neither forecast nor limits"), after=[base])
    story.expect(cases, "text-edits-touch", "Edits that share a point of the common text: the merged text "
                 "is shown, each side's text is a candidate.",
                 reads("The plan has neither forecast nor limits and no limits."),
                 [conflict("text", TEXT, "The plan has neither forecast nor limits and no limits.",
                           (one, "The plan has no forecast and no limits."),
                           (two, "The plan has neither forecast nor limits."))])

    story, ada, ben, cem, fay, base = started("a big dog")
    one = ben.save(splice(TEXT, 2, 3, "small"), after=[base])
    two = cem.save(splice(TEXT, 2, 3, "tiny"), after=[base])
    merged = "a smalltiny dog"
    story.expect(cases, "text-one-word-replaced-twice", "Two replacements of one word: both are shown "
                 "meanwhile, in the order of the authors.", reads(merged),
                 [conflict("text", TEXT, merged, (one, "a small dog"), (two, "a tiny dog"))])

    story, ada, ben, cem, fay, base = started("one two three")
    void = fay.save(splice(TEXT, 7, 0, " (or so)"), after=[base])
    hidden = {"after": [void], "without": [void.reference]}
    one = ben.save(splice(TEXT, 3, 4, ""), **hidden)
    two = cem.save(splice(TEXT, 7, 6, ""), **hidden)
    story.expect(cases, "text-left-out-does-not-separate", "What stands between two deletions, and what both authors' views leave "
                 "out, does not separate them.", reads("one"),
                 [conflict("text", TEXT, "one", (one, "one three"), (two, "one two"))],
                 voids=[(void, TEXT, "no-right")])

    story, ada, ben, cem, fay, base = started("one two three")
    one = ben.save(splice(TEXT, 3, 4, ""), after=[base])
    two = cem.save(splice(TEXT, 7, 6, ""), after=[base])
    story.expect(cases, "text-deletions-side-by-side", "Two deletions with nothing between them touch.",
                 reads("one"),
                 [conflict("text", TEXT, "one", (one, "one three"), (two, "one two"))])

    story, ada, ben, cem, fay, base = started("one two three")
    ben.save(splice(TEXT, 3, 4, ""), after=[base])
    cem.save(splice(TEXT, 3, 4, ""), after=[base])
    story.expect(cases, "text-same-deletion", "Equal splices on equal views are one.", reads("one three"))


def settled(cases):
    def dispute():
        story, ada, ben, cem, fay, base = started("a big dog")
        one = ben.save(splice(TEXT, 2, 3, "small"), after=[base])
        two = cem.save(splice(TEXT, 2, 3, "tiny"), after=[base])
        return story, ada, ben, cem, one, two

    story, ada, ben, cem, one, two = dispute()
    ada.save(splice(TEXT, 0, 0, "", over=[one, two]), after=[one, two])
    story.expect(cases, "text-merged-text-accepted", "An empty splice that names both accepts the merged "
                 "text.", reads("a smalltiny dog"))

    story, ada, ben, cem, one, two = dispute()
    first = ada.save(splice(TEXT, 0, 0, "", over=[one, two]), after=[one, two])
    second = ben.save(splice(TEXT, 7, 4, "", over=[one, two]), after=[one, two])
    story.expect(cases, "text-settled-differently", "Two who settle one text differently at the same time are a conflict, "
                 "though no character tells.", reads("a small dog"),
                 [conflict("text", TEXT, None, (first, None), (second, None))])

    story, ada, ben, cem, one, two = dispute()
    ada.save(splice(TEXT, 0, 0, "", over=[one, two]), after=[one, two])
    ben.save(splice(TEXT, 3, 0, "", over=[one, two]), after=[one, two])
    story.expect(cases, "text-settled-alike", "Two who accept the merged text have decided alike, whatever they wrote "
                 "nothing into.", reads("a smalltiny dog"))

    story, ada, ben, cem, one, two = dispute()
    first = ada.save(splice(TEXT, 0, 0, "", over=[one, two]), after=[one, two])
    second = ben.save(splice(TEXT, 7, 4, "", over=[one, two]), after=[one, two])
    cem.save(splice(TEXT, 0, 0, "", over=[first, second]), after=[first, second])
    story.expect(cases, "text-settled-differently-and-again", "Who names both settlements ends their conflict.",
                 reads("a small dog"))

    story, ada, ben, cem, one, two = dispute()
    ada.save(splice(TEXT, 99, 0, "?", over=[one, two]), after=[one, two])
    story.expect(cases, "text-pair-named-beyond-the-view", "What reaches beyond its view settles no pair either.",
                 reads("a smalltiny dog"),
                 [conflict("text", TEXT, "a smalltiny dog", (one, "a small dog"), (two, "a tiny dog"))])

    story, ada, ben, cem, one, two = dispute()
    ada.save(splice(TEXT, 2, 9, "little", over=[one, two]), after=[one, two])
    story.expect(cases, "text-third-text", "So does any other splice that names both.",
                 reads("a little dog"))

    story, ada, ben, cem, one, two = dispute()
    ada.save(splice(TEXT, 12, 3, "cat"), after=[one, two])
    story.expect(cases, "text-edit-elsewhere-settles-nothing", "An edit that names neither leaves the "
                 "conflict open.", reads("a smalltiny cat"),
                 [conflict("text", TEXT, "a smalltiny cat", (one, "a small dog"), (two, "a tiny dog"))])


def long_rows(cases):
    def row(splices):
        story, ada, ben, cem, fay, base = started("Logs.")
        cem.save(*[splice(TEXT, 5, 0, "!")] * splices, after=[base])
        begun = ben.save(splice(TEXT, 0, 0, "abcdef"), after=[base])
        one = ada.save(splice(TEXT, 1, 0, "1"), after=[begun])
        two = ben.save(splice(TEXT, 5, 0, "2"), after=[begun])
        return story, one, two, "a1bcde2fLogs." + "!" * splices

    story, one, two, merged = row(125)
    story.expect(cases, "text-row-of-128-splices", "What two authors had before them keeps their edits apart, "
                 "as long as their row is short.", reads(merged))

    story, one, two, merged = row(126)
    story.expect(cases, "text-row-of-129-splices", "In a long row only what all had before them does.",
                 reads(merged), [conflict("text", TEXT, merged, (one, None), (two, None))])

    story, one, two, merged = row(126)
    ada, ben, _ = story.people("ada", "ben", "cem")
    ada.save(splice(TEXT, 0, 0, "", over=[one, two]), after=[one, two])
    story.expect(cases, "text-row-of-129-splices-settled", "A long row is settled like a short one.", reads(merged))


def ties(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    two = cem.save(splice(TEXT, 0, 0, "CEM"), after=[base])
    one = ben.save(splice(TEXT, 0, 0, "BEN"), after=[base])
    story.expect(cases, "text-tie", "Insertions at one place stand in the order of their authors.",
                 reads("BENCEM"), [conflict("text", TEXT, "BENCEM", (one, "BEN"), (two, "CEM"))])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(splice(TEXT, 0, 0, "one "), after=[base])
    more = ben.save(splice(TEXT, 4, 0, "word"))
    two = cem.save(splice(TEXT, 0, 0, "other "), after=[base])
    also = cem.save(splice(TEXT, 6, 0, "text"))
    merged = "one wordother text"
    story.expect(cases, "text-runs-do-not-interleave", "What somebody typed in one go stays together.",
                 reads(merged),
                 [conflict("text", TEXT, merged, (one, "one "), (more, "one word"), (two, "other "),
                           (also, "other text"))])

    story, ada, ben, cem, fay, base = started("ab")
    ben.save(splice(TEXT, 1, 0, "x"), after=[base])
    cem.save(splice(TEXT, 1, 0, "x"), after=[base])
    story.expect(cases, "text-twins", "Two who insert the same at the same place on the same text have "
                 "inserted it once.", reads("axb"))

    story, ada, ben, cem, fay, base = started("ab")
    one = ben.save(splice(TEXT, 1, 0, "\u00e9"), after=[base])
    two = cem.save(splice(TEXT, 1, 0, "e\u0301"), after=[base])
    story.expect(cases, "text-alike-are-no-twins", "Inserts that are canonically equivalent, but not of the "
                 "same scalars, are two inserts.", reads("a\u00e9e\u0301b"),
                 [conflict("text", TEXT, None, (one, None), (two, None))])


def void(cases):
    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 4, "Records"), after=[base])
    story.expect(cases, "text-void-splice", "A void splice is left out.", reads("Logs are kept."),
                 voids=[(none, TEXT, "no-right")])

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 0, "Today's: "), after=[base])
    ben.save(splice(TEXT, 9, 0, "not "), after=[none], without=[none.reference])
    story.expect(cases, "text-void-splice-seen", "Positions count on what the author saw, less what had "
                 "no effect there.", reads("Logs are not kept."), voids=[(none, TEXT, "no-right")])

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 0, "Today's: "), after=[base])
    ben.save(splice(TEXT, 9, 0, "not "), after=[none], held=len(story.log))
    story.expect(cases, "text-held-leaves-out-void-splices", "What had no effect in the part of the log that the "
                 "author held is left out by rule.", reads("Logs are not kept."), voids=[(none, TEXT, "no-right")])

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 0, "Today's: "), after=[base])
    ben.save(splice(TEXT, 18, 0, "not "), after=[none], held=len(story.log) - 1)
    story.expect(cases, "text-held-ends-before", "What came into the log later was there, whatever became of it.",
                 reads("Logs are not kept."), voids=[(none, TEXT, "no-right")])

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 0, "Today's: "), after=[base])
    held = len(story.log)
    admission = ada.save(add("admission/x1", {"diff": none.id}), after=[none])
    ben.save(splice(TEXT, 18, 0, "not "), after=[admission], held=held)
    cem.save(splice(TEXT, 14, 0, " here"), after=[none], held=held)
    story.expect(cases, "text-held-and-an-admission", "Who had seen the admission of a splice had it; who had not, "
                 "did not.", {**reads("Today's: Logs are not kept. here"),
                              "admission": {"x1": {"diff": none.id}}})

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 14, "Records are kept."), after=[base])
    edit = cem.save(splice(TEXT, 0, 14, "Nothing is kept."), after=[none], held=len(story.log))
    ada.save(add("admission/x1", {"diff": none.id}), after=[edit])
    story.expect(cases, "text-admitted-beside-a-later-edit", "Who had left a splice out of their view had not had it "
                 "before them: once it has effect, both are beside each other.",
                 {**reads("Nothing is kept.Records are kept."), "admission": {"x1": {"diff": none.id}}},
                 [conflict("text", TEXT, None, (none, None), (edit, None))])

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    none = fay.save(splice(TEXT, 0, 14, "Records are kept."), after=[base])
    edit = cem.save(splice(TEXT, 0, 14, "Nothing is kept."), after=[none], without=[none.reference])
    admission = ada.save(add("admission/x1", {"diff": none.id}), after=[edit])
    ben.save(splice(TEXT, 16, 17, "", over=[none, edit]), after=[admission])
    story.expect(cases, "text-admitted-and-settled", "It ends when somebody who had seen both names both.",
                 {**reads("Nothing is kept."), "admission": {"x1": {"diff": none.id}}})

    story, ada, ben, cem, fay, base = started("Logs are kept.")
    ada.save(add("member/ben/status", "revoked"))
    none = ben.save(splice(TEXT, 0, 0, "Nearly all "), after=[base])
    cem.save(splice(TEXT, 20, 0, "not "), after=[none])
    members = {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}
    story.expect(cases, "text-built-on-a-void-splice", "Who saw a splice before it was void counted on it: "
                 "it is walked and left out.", {**reads("Logs are not kept."), "member": members},
                 voids=[(none, TEXT, "revoked")])


STATEMENT = "scope/s1/statement"


def scoped(text):
    """A scope, whose texts auditors propose changes of."""
    story, ada, ben, cem, fay = team()
    base = ada.save(add("scope/s1", {"statement": text} if text else {}))
    return story, ada, ben, cem, base


def proposed(cases):
    def scope(text):
        return {"scope": {"s1": {"statement": text}}}

    story, ada, ben, cem, base = scoped("All services.")
    change = ben.save(splice(STATEMENT, 3, 0, " IT"), after=[base])
    disputed = conflict("text", STATEMENT, "All services.", (change, "All IT services.", "proposal"))
    story.expect(cases, "text-proposal", "A proposal is not shown over another's text; it waits beside it.",
                 scope("All services."), [disputed])

    story, ada, ben, cem, base = scoped(None)
    ben.save(splice(STATEMENT, 0, 0, "All IT services."), after=[base])
    story.expect(cases, "text-proposal-alone", "Where nobody else wrote, it shows.",
                 scope("All IT services."))

    story, ada, ben, cem, base = scoped("All services.")
    change = ben.save(splice(STATEMENT, 3, 0, " IT"), after=[base])
    ada.save(splice(STATEMENT, 12, 0, " of the hospital"), after=[change], without=[change.reference])
    shown = "All services of the hospital."
    story.expect(cases, "text-proposal-and-an-edit-elsewhere", "An edit that does not name a proposal leaves "
                 "it open.", scope(shown),
                 [conflict("text", STATEMENT, shown, (change, "All IT services.", "proposal"))])

    story, ada, ben, cem, base = scoped("All services.")
    change = ben.save(splice(STATEMENT, 3, 0, " IT"), after=[base])
    ada.save(splice(STATEMENT, 12, 0, " of the hospital"), after=[change], held=len(story.log))
    story.expect(cases, "text-held-leaves-out-proposals", "Proposals are left out by rule too.", scope(shown),
                 [conflict("text", STATEMENT, shown, (change, "All IT services.", "proposal"))])

    story, ada, ben, cem, base = scoped("All services.")
    change = ben.save(splice(STATEMENT, 3, 0, " IT"), after=[base])
    ada.save(splice(STATEMENT, 3, 0, " IT", over=[change]), after=[change], without=[change.reference])
    story.expect(cases, "text-proposal-taken-up", "Who was shown it and names it has decided.",
                 scope("All IT services."))

    story, ada, ben, cem, base = scoped("All services.")
    change = ben.save(splice(STATEMENT, 3, 0, " IT"), after=[base])
    ada.save(splice(STATEMENT, 99, 0, "?", over=[change]), after=[change], without=[change.reference])
    story.expect(cases, "text-proposal-named-beyond-the-view", "What reaches beyond its view writes nothing, and settles "
                 "nothing that it names.", scope("All services."),
                 [conflict("text", STATEMENT, "All services.", (change, "All IT services.", "proposal"))])

def readings(cases):
    """What a reader may take for something else."""
    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"zzz": 5}))
    none = fay.save(splice("finding/f1/zzz", 0, 0, "T"), after=[base])
    story.expect(cases, "text-not-by-a-void-splice", "Whether an unknown field is a text does not rest on "
                 "void splices.", {"finding": {"f1": {"zzz": 5}}}, voids=[(none, "finding/f1/zzz", "no-right")])

    story, ada, ben, cem, fay, base = started("abXcd")
    gone = ada.save(splice(TEXT, 2, 1, ""))
    one = ben.save(splice(TEXT, 2, 0, "1"), after=[gone])
    two = cem.save(splice(TEXT, 2, 1, ""), after=[gone])
    story.expect(cases, "text-deleted-before-does-not-separate", "What was deleted before stands in neither "
                 "author's view and separates nothing.", reads("ab1d"),
                 [conflict("text", TEXT, None, (one, None), (two, None))])

    story, ada, ben, cem, fay, base = started("ab")
    one = ben.save(splice(TEXT, 1, 0, "x"), splice(TEXT, 0, 0, "p"), after=[base])
    two = cem.save(splice(TEXT, 1, 0, "x"), splice(TEXT, 3, 0, "q"), after=[base])
    story.expect(cases, "text-twins-in-part-touch", "Events that are equal for a part show it once; they touch "
                 "like others, hidden copies too.", reads("paxbq"),
                 [conflict("text", TEXT, None, (one, None), (two, None))])

    story, ada, ben, cem, fay, base = started("ab")
    ben.save(splice(TEXT, 1, 0, "x"), splice(TEXT, 9, 0, "y"), after=[base])
    cem.save(splice(TEXT, 1, 0, "x"), after=[base])
    story.expect(cases, "text-beyond-its-view-is-no-twin", "An event that writes nothing is nobody's twin.",
                 reads("axb"))

    story, ada, ben, cem, fay, base = started("abc")
    one = ben.save(splice(TEXT, 1, 0, "XY"), after=[base])
    cem.save(splice(TEXT, 1, 0, "XY"), after=[base])
    more = cem.save(splice(TEXT, 2, 0, "-"))
    story.expect(cases, "text-twin-goes-on-in-a-hidden-copy", "What hangs on a hidden copy shows beside the copy that "
                 "shows, and touches it.", reads("aXY-bc"),
                 [conflict("text", TEXT, None, (one, None), (more, None))])

    story, ada, ben, cem, base = scoped(None)
    one = ben.save(splice(STATEMENT, 0, 0, "B"), after=[base])
    two = cem.save(splice(STATEMENT, 0, 0, "C"), after=[base])
    story.expect(cases, "text-proposals-that-touch", "Where nobody else wrote proposals show, and are a conflict "
                 "only as pairs that touch.", {"scope": {"s1": {"statement": "BC"}}},
                 [conflict("text", STATEMENT, None, (one, None, "proposal"), (two, None, "proposal"))])
