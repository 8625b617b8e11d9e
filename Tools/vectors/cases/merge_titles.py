"""Merge: short texts (titles, another criterion's name) are whole values, never merged by letters."""

from .merge_states import team
from .story import add, conflict, remove, splice

TITLE, STATE = "finding/f1/title", "finding/f1/state"


def add_cases(cases):
    at_once(cases)
    other_short_texts(cases)
    decided(cases)
    spliced(cases)
    said(cases)


def started(title="Training records missing for 3 of 12"):
    """A finding that ben raised."""
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft", **({"title": title} if title else {})}))
    return story, ada, ben, cem, base


def shown(title=None, state="draft", **more):
    return {"finding": {"f1": {"state": state, **({"title": title} if title else {}), **more}}}


def at_once(cases):
    story, ada, ben, cem, base = started()
    one = ben.save(add(TITLE, "Training records missing for 4 of 12", over=[base]))
    two = cem.save(add(TITLE, "Records of training missing for 3 of 12", over=[base]), after=[base])
    story.expect(cases, "title-edits-apart", "Two titles at once are two whole values, also where their changes do "
                 "not touch: what is shown is what somebody wrote.",
                 shown("Records of training missing for 3 of 12"),
                 [conflict("values", TITLE, "Records of training missing for 3 of 12",
                           (one, "Training records missing for 4 of 12"),
                           (two, "Records of training missing for 3 of 12"))])

    story, ada, ben, cem, base = started()
    ben.save(add(TITLE, "Records missing", over=[base]))
    cem.save(add(TITLE, "Records missing", over=[base]), after=[base])
    story.expect(cases, "title-equal-edits", "Equal titles are no conflict.", shown("Records missing"))

    story, ada, ben, cem, base = started()
    one = ben.save(add(TITLE, "Proc\u00e9dure", over=[base]))
    two = cem.save(add(TITLE, "Proce\u0301dure", over=[base]), after=[base])
    story.expect(cases, "title-alike", "Titles that are canonically equivalent, but not of the same scalars, differ.",
                 shown("Proce\u0301dure"),
                 [conflict("values", TITLE, "Proce\u0301dure", (one, "Proc\u00e9dure"), (two, "Proce\u0301dure"))])

    story, ada, ben, cem, base = started()
    one = ben.save(add(TITLE, "Records missing", over=[base]))
    two = cem.save(remove(TITLE, over=[base]), after=[base])
    story.expect(cases, "title-cleared-against-value", "A title can be cleared, which is a value too.", shown(),
                 [conflict("values", TITLE, None, (one, "Records missing"), (two, None))])

    story, ada, ben, cem, base = started(None)
    cem.save(add(TITLE, "Records missing"), after=[base])
    story.expect(cases, "title-given-later", "A title is written at any time, not with its record alone.",
                 shown("Records missing"))


def other_short_texts(cases):
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("evidence/e1", {"title": "Sheet 4"}))
    one = ben.save(add("evidence/e1/title", "Sheet 4, page 1", over=[base]))
    two = cem.save(add("evidence/e1/title", "Old sheet 4", over=[base]), after=[base])
    story.expect(cases, "title-of-evidence", "So with the title of a piece of evidence.",
                 {"evidence": {"e1": {"title": "Old sheet 4"}}},
                 [conflict("values", "evidence/e1/title", "Old sheet 4", (one, "Sheet 4, page 1"),
                           (two, "Old sheet 4"))])

    story, ada, ben, cem, *_ = team()
    path = "criterion/c1/otherCriterion"
    base = ben.save(add("finding/f1", {"state": "draft"}),
                    add("criterion/c1", {"finding": "f1", "otherCriterion": "Procedure 12"}))
    one = ben.save(add(path, "Procedure 12, issue 3", over=[base]))
    two = cem.save(add(path, "Own procedure 12", over=[base]), after=[base])
    story.expect(cases, "title-of-another-criterion", "And with the criterion of one's own that a criterion names.",
                 {**shown(), "criterion": {"c1": {"finding": "f1", "otherCriterion": "Own procedure 12"}}},
                 [conflict("values", path, "Own procedure 12", (one, "Procedure 12, issue 3"),
                           (two, "Own procedure 12"))])


def decided(cases):
    def dispute():
        story, ada, ben, cem, base = started()
        one = ben.save(add(TITLE, "Records missing", over=[base]))
        two = cem.save(add(TITLE, "Records lost", over=[base]), after=[base])
        return story, ada, ben, cem, one, two

    story, ada, ben, cem, one, two = dispute()
    ada.save(add(TITLE, "Records missing", over=[one, two], reason="asked both"), after=[one, two])
    story.expect(cases, "title-decided", "Who was shown both and names them ends it.", shown("Records missing"))

    story, ada, ben, cem, one, two = dispute()
    last = ben.save(add(TITLE, "Records missing for 4", over=[one]), after=[two])
    story.expect(cases, "title-edited-in-a-conflict", "An edit replaces its author's own title, and ends nothing.",
                 shown("Records missing for 4"),
                 [conflict("values", TITLE, "Records missing for 4", (last, "Records missing for 4"),
                           (two, "Records lost"))])

    story, ada, ben, cem, one, two = dispute()
    cem.save(add(TITLE, "Records lost", over=[one, two]), after=[one])
    story.expect(cases, "title-decided-by-another-auditor", "Between titles anyone may decide who may write them, as "
                 "between texts: they can be erased, and no verdict rests on whether they differed.",
                 shown("Records lost"))


def spliced(cases):
    story, ada, ben, cem, base = started()
    void = ben.save(splice(TITLE, 29, 1, "4"))
    story.expect(cases, "title-spliced", "A title is no text: a splice has no effect, its author's own neither.",
                 shown("Training records missing for 3 of 12"), voids=[(void, TITLE, "malformed-value")])

    story, ada, ben, cem, base = started(None)
    void = ben.save(splice(TITLE, 0, 0, "Records missing"))
    story.expect(cases, "title-begun-by-a-splice", "Nor does one begin a title.", shown(),
                 voids=[(void, TITLE, "malformed-value")])

    story, ada, ben, cem, base = started("Records")
    void = ben.save(splice(TITLE, 7, 0, " missing"))
    cem.save(add(TITLE, "Records lost", over=[base]), after=[void])
    story.expect(cases, "title-written-over-a-splice", "Who writes a title names what is shown; a void splice is "
                 "nothing beside it.", shown("Records lost"), voids=[(void, TITLE, "malformed-value")])

    story, ada, ben, cem, base = started("Records")
    void = ben.save(splice(TITLE, 7, 0, " missing"))
    admitted = {"diff": void.id}
    ada.save(add("admission/a1", admitted), after=[void])
    story.expect(cases, "title-spliced-not-admitted", "An admission gives a splice of a title no effect.",
                 {**shown("Records"), "admission": {"a1": admitted}}, voids=[(void, TITLE, "malformed-value")])

    story, ada, ben, cem, base = started("Records")
    sent = ben.save(add(STATE, "submitted", over=[base]))
    step = ada.save(add(STATE, "confirmed", over=[sent]), after=[sent])
    void = ben.save(splice(TITLE, 7, 0, " missing"), after=[step])
    story.expect(cases, "title-spliced-where-one-proposes", "Nor is it a proposal where its author would propose.",
                 shown("Records", "confirmed"), voids=[(void, TITLE, "malformed-value")])


def said(cases):
    story, ada, ben, cem, base = started("Records")
    end = ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    edit = ben.save(add(TITLE, "Records missing", over=[base]), after=[end])
    story.expect(cases, "title-said-in-what-was-withdrawn", "A title is said: it holds up an ending that had not seen "
                 "it.", shown("Records missing"),
                 [conflict("ended-edited", STATE, "draft", (end, "withdrawn"), (edit, "Records missing", TITLE))])

    story, ada, ben, cem, base = started("Records")
    end = ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    gone = ben.save(remove(TITLE, over=[base]), after=[end])
    story.expect(cases, "title-cleared-in-what-was-withdrawn", "Whoever clears a title says that too, as does who "
                 "empties a statement.", shown(),
                 [conflict("ended-edited", STATE, "draft", (end, "withdrawn"), (gone, None, TITLE))])

    story, ada, ben, cem, base = started("Records")
    sent = ben.save(add(STATE, "submitted", over=[base]))
    step = ada.save(add(STATE, "confirmed", over=[sent]), after=[sent])
    edit = ben.save(add(TITLE, "Records missing", over=[base]))
    story.expect(cases, "confirmed-here-titled-there", "A confirmation waits for a title that it had not seen.",
                 shown("Records missing", "submitted"),
                 [conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"),
                           (edit, "Records missing", TITLE))])

    story, ada, ben, cem, base = started("Records")
    sent = ben.save(add(STATE, "submitted", over=[base]))
    step = ada.save(add(STATE, "confirmed", over=[sent]), after=[sent])
    edit = ben.save(add(TITLE, "Records missing"), after=[step])
    story.expect(cases, "confirmed-then-titled-by-an-auditor", "On what one knows as confirmed a title is proposed, "
                 "whole.", shown("Records", "confirmed"),
                 [conflict("values", TITLE, "Records", (base, "Records"), (edit, "Records missing", "proposal"))])
