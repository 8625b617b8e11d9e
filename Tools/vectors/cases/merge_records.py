"""Merge: presence. Who adds, hides and restores a record, and what keeps it alive."""

from .story import Story, add, conflict, remove, splice, void_record


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditor", eva="auditeeRep", fay="observer",
                  ida="technicalExpert", **more)
    return (story, *story.people("ada", "ben", "cem", "eva", "fay", "ida"))


def add_cases(cases):
    hiding(cases)
    edited(cases)
    owned(cases)
    added(cases)


def hidden(*later):
    """A finding that ada hides while cem edits it."""
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT", "site": "S1"}))
    gone = ada.save(remove("finding/f1", over=[base]), after=[base])
    edit = cem.save(add("finding/f1/unit", "HR", over=[base]), after=[base])
    return story, ada, ben, cem, base, gone, edit


def hiding(cases):
    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    ada.save(remove("finding/f1", over=[base]), after=[base])
    story.expect(cases, "hidden", "A removal hides the record that it had seen.")

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    ada.save(remove("finding/f1"), after=[base])
    story.expect(cases, "hidden-without-over", "A removal hides what it had seen, named or not.")

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    gone = ada.save(remove("finding/f1", over=[base]), after=[base])
    ben.save(add("finding/f1", over=[gone]), after=[gone])
    story.expect(cases, "restored", "An `add` without fields brings a hidden record back with all it "
                 "had.", {"finding": {"f1": {"unit": "IT"}}})

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    void = cem.save(remove("finding/f1", over=[base]), after=[base])
    story.expect(cases, "hidden-without-right", "An auditor hides only what he raised.",
                 {"finding": {"f1": {"unit": "IT"}}}, voids=[(void, "finding/f1", "no-right")])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    ben.save(remove("finding/f1", over=[base]))
    story.expect(cases, "hidden-by-who-raised", "His own he may hide.")

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    ada.save(remove("finding/f1", over=[base]), after=[base])
    ben.save(remove("finding/f1", over=[base]))
    story.expect(cases, "hidden-twice", "Two removals agree.")


def edited(cases):
    story, ada, ben, cem, base, gone, edit = hidden()
    story.expect(cases, "removed-here-edited-there", "An edit that a removal had not seen keeps the "
                 "record, marked.", {"finding": {"f1": {"site": "S1", "unit": "HR"}}},
                 [conflict("removed-edited", "finding/f1", True, (gone, None),
                           (edit, "HR", "finding/f1/unit"))])

    story, ada, ben, cem, base, gone, edit = hidden()
    ada.save(remove("finding/f1", over=[gone]), after=[edit])
    story.expect(cases, "removal-confirmed", "Who had seen the edit and removes again has decided.")

    story, ada, ben, cem, base, gone, edit = hidden()
    ada.save(add("finding/f1", over=[gone]), after=[edit])
    story.expect(cases, "removal-taken-back", "Who names the removal and adds keeps the record.",
                 {"finding": {"f1": {"site": "S1", "unit": "HR"}}})

    story, ada, ben, cem, base, gone, edit = hidden()
    cem.save(add("finding/f1/site", "S2", over=[base]))
    late = cem.last
    story.expect(cases, "removal-and-two-edits", "Each edit that the removal had not seen is a candidate.",
                 {"finding": {"f1": {"site": "S2", "unit": "HR"}}},
                 [conflict("removed-edited", "finding/f1", True, (gone, None),
                           (edit, "HR", "finding/f1/unit"), (late, "S2", "finding/f1/site"))])

    story, ada, ben, cem, eva, fay, _ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    ada.save(remove("finding/f1", over=[base]), after=[base])
    void = fay.save(add("finding/f1/unit", "HR"), after=[base])
    story.expect(cases, "removal-and-a-void-edit", "A void edit keeps nothing alive.",
                 voids=[(void, "finding/f1/unit", "no-right")])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    one = ada.save(remove("finding/f1", over=[base]), after=[base])
    cem.save(add("finding/f1/unit", "HR", over=[base]), after=[base])
    edit = cem.last
    ben.save(remove("finding/f1", over=[one]), after=[one, edit])
    story.expect(cases, "two-removals-one-saw-the-edit", "The edit is unseen by one removal, seen by the "
                 "other: hidden, since a record stays only for what every removal had not seen.")

    # Two spellings of one letter: as one scalar, and as two, whose bytes come first.
    alike = ("\u00e9", "e\u0301")
    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    gone = ada.save(remove("finding/f1", over=[base]), after=[base])
    edit = ben.save(*(add(f"finding/f1/relatedTo/{name}", True) for name in alike))
    story.expect(cases, "removed-here-members-alike-added-there", "Members whose names are canonically "
                 "equivalent are two candidates, ascending by bytes.",
                 {"finding": {"f1": {"relatedTo": {name: True for name in alike}, "unit": "IT"}}},
                 [conflict("removed-edited", "finding/f1", True, (gone, None),
                           *((edit, True, f"finding/f1/relatedTo/{name}") for name in reversed(alike)))])


def owned(cases):
    fixed = {"clause": "8.4", "finding": "f1", "standard": "iso-9001-2008"}
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1"), add("criterion/c1", fixed))
    gone = ben.save(remove("criterion/c1", over=[base]))
    edit = ada.save(add("criterion/c1/grade", "minor"), after=[base])
    story.expect(cases, "criterion-removed-here-graded-there", "The grade keeps the criterion, marked.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**fixed, "grade": "minor"}}},
                 [conflict("removed-edited", "criterion/c1", True, (gone, None),
                           (edit, "minor", "criterion/c1/grade"))])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1"), add("criterion/c1", fixed))
    gone = ada.save(remove("finding/f1", over=[base]), after=[base])
    edit = ben.save(add("criterion/c1/grade", "minor"))
    story.expect(cases, "finding-removed-here-graded-there", "A record is present while a write on one "
                 "that it owns is unseen by the removal.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**fixed, "grade": "minor"}}},
                 [conflict("removed-edited", "finding/f1", True, (gone, None),
                           (edit, "minor", "criterion/c1/grade"))])

    story, ada, ben, cem, *_ = team()
    one = ben.save(add("finding/f1"))
    first = ben.save(add("criterion/c1", {**fixed, "grade": "minor"}))
    second = ada.save(add("criterion/c1", {**fixed, "grade": "major"}), after=[one])
    story.expect(cases, "same-criterion-added-twice", "Two people who add the same criterion have added "
                 "one; their grades are the conflict.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**fixed, "grade": "major"}}},
                 [conflict("values", "criterion/c1/grade", "major", (first, "minor"), (second, "major"))])


def added(cases):
    story, ada, ben, cem, eva, fay, ida = team()
    void = fay.save(add("finding/f1", {"unit": "IT", "title": "Logs"}))
    story.expect(cases, "added-without-right", "An observer raises no finding: neither the record nor "
                 "its fields have effect.", voids=void_record(void, "finding/f1", "no-right", "title", "unit"))

    story, ada, ben, cem, eva, fay, ida = team()
    void = fay.save(add("finding/f1", {"unit": "IT"}))
    ben.save(add("finding/f1/unit", "HR"), after=[void])
    story.expect(cases, "written-where-the-add-is-void", "To write to a record that has no effective "
                 "`add` takes the right to add one; then it is present.",
                 {"finding": {"f1": {"unit": "HR"}}},
                 voids=void_record(void, "finding/f1", "no-right", "unit"))

    story, ada, ben, cem, eva, fay, ida = team()
    void = ida.save(splice("checklistItem/q1/note", 0, 0, "Seen on site."))
    story.expect(cases, "written-without-right-to-add", "A technical expert writes notes, but adds no "
                 "items.", voids=[(void, "checklistItem/q1/note", "no-right")])

    story, ada, ben, cem, eva, fay, ida = team()
    base = ben.save(add("checklistItem/q1", {"order": 1}))
    ida.save(splice("checklistItem/q1/note", 0, 0, "Seen on site."), after=[base])
    story.expect(cases, "note-by-an-expert", "On an item that is there he does.",
                 {"checklistItem": {"q1": {"note": "Seen on site.", "order": 1}}})

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    both = cem.save(add("finding/f1", {"site": "S1"}), after=[base])
    story.expect(cases, "added-again-with-fields", "A second `add` clears nothing.",
                 {"finding": {"f1": {"site": "S1", "unit": "IT"}}})
    assert both.seq == 1

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    void = story["hal"].save(add("finding/f1/unit", "HR", over=[base]), after=[base], pending=True)
    story.expect(cases, "written-by-a-stranger", "What a stranger wrote has no effect; the log does not take it.",
                 {"finding": {"f1": {"unit": "IT"}}}, voids=[(void, "finding/f1/unit", "not-a-member")])
