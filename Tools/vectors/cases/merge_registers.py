"""Merge: registers (`newest`, `ask`, `mostSevere`, `once`), sets, `over`."""

from .story import Story, add, conflict, remove, void_record


def team():
    story = Story(ada="lead", ben="auditor", cem="auditor", dot="inTraining", fay="observer")
    return (story, *story.people("ada", "ben", "cem", "dot", "fay"))


def add_cases(cases):
    newest(cases)
    ask(cases)
    resolutions(cases)
    over(cases)
    most_severe(cases)
    once(cases)
    sets(cases)
    sets_disputed(cases)
    unknown(cases)


def newest(cases):
    story, ada, ben, cem, *_ = team()
    base = ben.save(add("evidence/e1", {"kind": "record"}))
    other = ben.save(add("evidence/e1/mediaType", "text/plain"))
    deep = ben.save(add("evidence/e1/place", "server room"))
    cem.save(add("evidence/e1/place", "office"), after=[base])
    story.expect(cases, "newest-deeper-shows", "Of two concurrent writes the one of greater causal "
                 "depth shows; no conflict, though its author is the lesser one.",
                 {"evidence": {"e1": {"kind": "record", "mediaType": "text/plain",
                                      "place": "server room"}}})
    assert deep.seq == 3 and other.seq == 2

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("evidence/e1"))
    cem.save(add("evidence/e1/place", "office"), after=[base])
    ben.save(add("evidence/e1/place", "server room"), after=[base])
    story.expect(cases, "newest-greater-author-shows", "At equal depth the author with the greater key "
                 "shows, whatever the order of the log.", {"evidence": {"e1": {"place": "office"}}})

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("evidence/e1"))
    ben.save(add("evidence/e1/place", "server room"), after=[base], time="2099-01-01T00:00:00Z")
    cem.save(add("evidence/e1/place", "office"), after=[base], time="1999-01-01T00:00:00Z")
    story.expect(cases, "newest-clocks-take-no-part", "A clock that is a century ahead wins nothing.",
                 {"evidence": {"e1": {"place": "office"}}})

    story, ada, ben, *_ = team()
    base = ada.save(add("evidence/e1", {"kind": "photo", "place": "office"}))
    ben.save(remove("evidence/e1/place", over=[base]), after=[base])
    story.expect(cases, "newest-cleared", "A removal that names the shown value clears the field.",
                 {"evidence": {"e1": {"kind": "photo"}}})

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("evidence/e1", {"place": "office"}))
    ben.save(remove("evidence/e1/place", over=[base]), after=[base])
    cem.save(add("evidence/e1/kind", "photo"), after=[base])
    story.expect(cases, "parallel-edits", "Edits of different fields never exclude each other.",
                 {"evidence": {"e1": {"kind": "photo"}}})


def ask(cases):
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"site": "S1"}))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    two = cem.save(add("finding/f1/unit", "HR"), after=[base])
    story.expect(cases, "ask-two-values", "Two values at once are a conflict; the newest is shown.",
                 {"finding": {"f1": {"site": "S1", "unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (one, "IT"), (two, "HR"))])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1"))
    ben.save(add("finding/f1/unit", "IT"), after=[base])
    cem.save(add("finding/f1/unit", "IT"), after=[base])
    story.expect(cases, "ask-equal-values", "Equal values are no conflict.",
                 {"finding": {"f1": {"unit": "IT"}}})

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    two = cem.save(add("finding/f1/unit", "HR", over=[base]), after=[base])
    story.expect(cases, "ask-seen-and-replaced", "Who was shown a value and names it replaces it.",
                 {"finding": {"f1": {"unit": "HR"}}})

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    two = cem.save(add("finding/f1/unit", "HR"), after=[base])
    story.expect(cases, "ask-seen-but-not-named", "Having seen a write without being shown it replaces "
                 "nothing: only `over` does.", {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (base, "IT"), (two, "HR"))])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    one = ben.save(remove("finding/f1/unit", over=[base]), after=[base])
    two = cem.save(add("finding/f1/unit", "HR", over=[base]), after=[base])
    story.expect(cases, "ask-cleared-against-value", "Clearing a field is a value like any other.",
                 {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (one, None), (two, "HR"))])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    one = ben.save(add("finding/f1/unit", "HR", over=[base]), after=[base])
    two = cem.save(remove("finding/f1/unit", over=[base]), after=[base])
    story.expect(cases, "ask-cleared-shown", "Where the clearing is the newest, nothing is shown "
                 "meanwhile.", {"finding": {"f1": {}}},
                 [conflict("values", "finding/f1/unit", None, (one, "HR"), (two, None))])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    cem.save(add("finding/f1/unit", "HR"), after=[base])
    ben.save(add("finding/f1/unit", "HR", over=[one]))
    story.expect(cases, "ask-authors-agree", "A conflict ends when its authors come to one value.",
                 {"finding": {"f1": {"unit": "HR"}}})


def resolutions(cases):
    def dispute():
        story, ada, ben, cem, dot, fay = team()
        base = ada.save(add("finding/f1"))
        one = ben.save(add("finding/f1/unit", "IT"), after=[base])
        two = cem.save(add("finding/f1/unit", "HR"), after=[base])
        return story, ada, ben, cem, fay, one, two

    story, ada, ben, cem, fay, one, two = dispute()
    ada.save(add("finding/f1/unit", "IT", over=[one, two], reason="asked both"), after=[one, two])
    story.expect(cases, "resolution-ends-a-conflict", "Who was shown all candidates and names them "
                 "ends the conflict.", {"finding": {"f1": {"unit": "IT"}}})

    story, ada, ben, cem, fay, one, two = dispute()
    took = ada.save(add("finding/f1/unit", "QA", over=[one]), after=[one])
    story.expect(cases, "resolution-of-one-side", "Who was shown one candidate ends nothing.",
                 {"finding": {"f1": {"unit": "QA"}}},
                 [conflict("values", "finding/f1/unit", "QA", (took, "QA"), (two, "HR"))])

    story, ada, ben, cem, fay, one, two = dispute()
    ada.save(add("finding/f1/site", "S1"), after=[one, two])
    story.expect(cases, "edit-elsewhere-ends-nothing", "An edit of another field by someone who had "
                 "seen everything leaves the conflict as it is.",
                 {"finding": {"f1": {"site": "S1", "unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (one, "IT"), (two, "HR"))])

    story, ada, ben, cem, fay, one, two = dispute()
    void = fay.save(add("finding/f1/unit", "QA", over=[one, two]), after=[one, two])
    story.expect(cases, "void-resolution-replaces-nothing", "A resolution without right leaves the "
                 "conflict as it was.", {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (one, "IT"), (two, "HR"))],
                 [(void, "finding/f1/unit", "no-right")])

    story, ada, ben, cem, fay, one, two = dispute()
    void = cem.save(add("finding/f1/unit", "HR", over=[one, two]), after=[one])
    story.expect(cases, "auditor-cannot-decide-for-others", "An auditor solves conflicts of his own "
                 "findings only.", {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (one, "IT"), (two, "HR"))],
                 [(void, "finding/f1/unit", "no-right")])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"))
    two = cem.save(add("finding/f1/unit", "HR"), after=[base])
    ben.save(add("finding/f1/unit", "QA", over=[one, two]), after=[two])
    story.expect(cases, "auditor-decides-on-his-own", "An auditor solves a conflict of the finding that "
                 "he raised.", {"finding": {"f1": {"unit": "QA"}}})

    story = Story(ada="lead", ben="auditor", cem="auditor", gus="lead")
    ada, ben, cem, gus = story.people("ada", "ben", "cem", "gus")
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    two = cem.save(add("finding/f1/unit", "HR"), after=[base])
    ada.save(add("finding/f1/unit", "IT", over=[one, two]), after=[one, two])
    gus.save(add("finding/f1/unit", "IT", over=[one, two]), after=[one, two])
    story.expect(cases, "equal-resolutions", "Two people's equal resolutions are no new conflict.",
                 {"finding": {"f1": {"unit": "IT"}}})

    story = Story(ada="lead", ben="auditor", cem="auditor", gus="lead")
    ada, ben, cem, gus = story.people("ada", "ben", "cem", "gus")
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    two = cem.save(add("finding/f1/unit", "HR"), after=[base])
    first = ada.save(add("finding/f1/unit", "IT", over=[one, two]), after=[one, two])
    second = gus.save(add("finding/f1/unit", "HR", over=[one, two]), after=[one, two])
    story.expect(cases, "different-resolutions", "Two different resolutions are the new candidates.",
                 {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (first, "IT"), (second, "HR"))])


def over(cases):
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    void = cem.save(add("finding/f1/unit", "HR", over=[one]), after=[base])
    story.expect(cases, "over-unseen", "Naming what one had not seen voids the operation.",
                 {"finding": {"f1": {"unit": "IT"}}},
                 voids=[(void, "finding/f1/unit", "over-unseen")])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    void = cem.save(
        add("finding/f1/unit", "HR", over=[one]), add("finding/f1/site", "S1"), after=[base])
    story.expect(cases, "over-unseen-voids-one-operation", "The other operations of the diff have "
                 "effect.", {"finding": {"f1": {"site": "S1", "unit": "IT"}}},
                 voids=[(void, "finding/f1/unit", "over-unseen")])

    story, ada, ben, cem, dot, fay = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    void = fay.save(add("finding/f1/unit", "QA", over=[base]), after=[base])
    ben.save(add("finding/f1/unit", "HR", over=[base, void]), after=[void])
    story.expect(cases, "over-names-a-void-write", "A void write may be named; that changes nothing for "
                 "it.", {"finding": {"f1": {"unit": "HR"}}},
                 voids=[(void, "finding/f1/unit", "no-right")])


def most_severe(cases):
    def graded(first, second):
        story, ada, ben, cem, *_ = team()
        base = ben.save(add("finding/f1"), add("criterion/c1", {
            "finding": "f1", "standard": "iso-9001-2008", "clause": "8.5.2"}))
        one = ada.save(add("criterion/c1/grade", first), after=[base])
        two = ben.save(add("criterion/c1/grade", second))
        fixed = {"clause": "8.5.2", "finding": "f1", "standard": "iso-9001-2008"}
        return story, one, two, fixed

    for first, second, shown in (
        ("major", "minor", "major"), ("observation", "minor", "minor"), ("ofi", "observation", "observation"),
        ("conformity", "goodPractice", "conformity"),
    ):
        story, one, two, fixed = graded(first, second)
        story.expect(cases, f"grade-{first}-against-{second}".lower(), "The most severe grade counts "
                     "until a person decides.",
                     {"finding": {"f1": {}}, "criterion": {"c1": {**fixed, "grade": shown}}},
                     [conflict("values", "criterion/c1/grade", shown, (one, first), (two, second))])
    story, one, two, fixed = graded("minor", "minor")
    story.expect(cases, "grade-equal", "Equal grades are no conflict.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**fixed, "grade": "minor"}}})

    story, ada, ben, cem, *_ = team()
    item = ada.save(add("checklistItem/q1"))
    one = ben.save(add("checklistItem/q1/answer", "notConforming"), after=[item])
    far = cem.save(add("evidence/e1"), after=[item])
    two = cem.save(add("checklistItem/q1/answer", "conforming"))
    story.expect(cases, "answer-severity-beats-depth", "The most severe answer counts, though the other "
                 "is the newer one.",
                 {"checklistItem": {"q1": {"answer": "notConforming"}}, "evidence": {"e1": {}}},
                 [conflict("values", "checklistItem/q1/answer", "notConforming",
                           (one, "notConforming"), (two, "conforming"))])
    assert far.seq == 1


def once(cases):
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("evidence/e1"))
    ben.save(add("evidence/e1/capturedBy", "ben"), after=[base])
    late = cem.save(add("evidence/e1/capturedBy", "cem"), after=[base])
    story.expect(cases, "once-first-in-the-log", "What is written once keeps the first value in the log, "
                 "though the later author is the greater.",
                 {"evidence": {"e1": {"capturedBy": "ben"}}},
                 voids=[(late, "evidence/e1/capturedBy", "written-once")])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("evidence/e1", {"capturedBy": "ada"}))
    late = ben.save(add("evidence/e1/capturedBy", "ben", over=[base]), after=[base])
    story.expect(cases, "once-cannot-be-replaced", "Naming the first value does not replace it.",
                 {"evidence": {"e1": {"capturedBy": "ada"}}},
                 voids=[(late, "evidence/e1/capturedBy", "written-once")])

    story, ada, ben, cem, dot, fay = team()
    base = ada.save(add("evidence/e1"))
    void = fay.save(add("evidence/e1/capturedBy", "fay"), after=[base])
    ben.save(add("evidence/e1/capturedBy", "ben"), after=[base])
    story.expect(cases, "once-first-with-effect", "A void write takes no place.",
                 {"evidence": {"e1": {"capturedBy": "ben"}}},
                 voids=[(void, "evidence/e1/capturedBy", "no-right")])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("evidence/e1"))
    early = ben.save(add("evidence/e1/capturedBy", "ben"), after=[base], pending=True)
    cem.save(add("evidence/e1/capturedBy", "cem"), after=[base])
    story.expect(cases, "once-log-before-pending", "What stands in the log comes before what does not.",
                 {"evidence": {"e1": {"capturedBy": "cem"}}},
                 voids=[(early, "evidence/e1/capturedBy", "written-once")])


def sets(cases):
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True}}))
    ben.save(add("finding/f1/evidence/e3", True), after=[base])
    cem.save(add("finding/f1/evidence/e2", True), after=[base])
    story.expect(cases, "set-joins", "Sets are joined.",
                 {"finding": {"f1": {"evidence": {"e1": True, "e2": True, "e3": True}}}})

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True, "e2": True}}))
    ben.save(remove("finding/f1/evidence/e1", over=[base]), after=[base])
    story.expect(cases, "set-member-removed", "A removal that names what added the member takes it out.",
                 {"finding": {"f1": {"evidence": {"e2": True}}}})

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True}}))
    ben.save(remove("finding/f1/evidence/e1", over=[base]), after=[base])
    cem.save(remove("finding/f1/evidence/e1", over=[base]), after=[base])
    story.expect(cases, "set-removed-twice", "Two removals agree; an empty set is not shown.",
                 {"finding": {"f1": {}}})


    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1"))
    ben.save(add("finding/f1/evidence/\u00e9", True), after=[base])
    cem.save(add("finding/f1/evidence/e\u0301", True), after=[base])
    story.expect(cases, "set-members-are-scalars", "Two spellings of one letter are two members.",
                 {"finding": {"f1": {"evidence": {"\u00e9": True, "e\u0301": True}}}})


def sets_disputed(cases):
    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True}}))
    gone = ben.save(remove("finding/f1/evidence/e1", over=[base]), after=[base])
    again = cem.save(add("finding/f1/evidence/e1", True, over=[base]), after=[base])
    story.expect(cases, "set-removed-here-added-there", "A member that one removes while another adds it "
                 "anew stays, marked.", {"finding": {"f1": {"evidence": {"e1": True}}}},
                 [conflict("removed-edited", "finding/f1/evidence/e1", True,
                           (gone, None), (again, True))])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/evidence/e1", True), after=[base])
    cem.save(add("finding/f1/evidence/e1", True), after=[base])
    gone = ben.save(remove("finding/f1/evidence/e1", over=[one]))
    other = cem.last
    story.expect(cases, "set-removal-hides-what-it-named", "The other's addition, which the removal had "
                 "not seen, keeps the member in.",
                 {"finding": {"f1": {"evidence": {"e1": True}}}},
                 [conflict("removed-edited", "finding/f1/evidence/e1", True,
                           (gone, None), (other, True))])

    story, ada, ben, cem, *_ = team()
    base = ada.save(add("finding/f1", {"evidence": {"e1": True}}))
    gone = ben.save(remove("finding/f1/evidence/e1", over=[base]), after=[base])
    again = cem.save(add("finding/f1/evidence/e1", True, over=[base]), after=[base])
    ada.save(remove("finding/f1/evidence/e1", over=[gone, again]), after=[gone, again])
    story.expect(cases, "set-dispute-settled", "Who names both sides settles it.",
                 {"finding": {"f1": {}}})


def unknown(cases):
    story, ada, ben, *_ = team()
    ben.save(add("finding/f1", {"aura": {"colour": "red", "rings": [1, 2]}, "unit": "IT"}))
    story.expect(cases, "unknown-field-kept", "A field of a later version is kept and shown.",
                 {"finding": {"f1": {"aura": {"colour": "red", "rings": [1, 2]}, "unit": "IT"}}})

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("interview/i1", {"person": "P. Doe"}))
    ben.save(add("interview/i1/topics/backup", True))
    cem.save(add("interview/i1/person", "Q. Roe"), after=[base])
    story.expect(cases, "unknown-kind-kept", "A kind of a later version is kept: its fields as `newest`, "
                 "what is written by member as a set.",
                 {"interview": {"i1": {"person": "Q. Roe", "topics": {"backup": True}}}})

    for place, record in (("interview/i1", "interview"), ("finding/f1", "finding")):
        id_ = place.split("/")[1]
        story, ada, ben, cem, *_ = team()
        base = ben.save(add(place))
        ben.save(*(add(f"{place}/aura/{name}", value) for name, value in (
            ("a", "red"), ("b", False), ("c", {"rings": 2}), ("d", 7))))
        void = cem.save(add(f"{place}/aura/e", None), after=[base])
        story.expect(cases, f"unknown-members-of-{record}", "A member of a set of a later version may be any value but null.",
                     {record: {id_: {"aura": {"a": "red", "b": False, "c": {"rings": 2}, "d": 7}}}},
                     voids=[(void, f"{place}/aura/e", "malformed-value")])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1"))
    one = ben.save(add("finding/f1/aura/a", "red"))
    two = cem.save(add("finding/f1/aura/a", "blue"), after=[base])
    story.expect(cases, "unknown-members-at-once", "Of values of one member the newest shows; that it is in, both say.",
                 {"finding": {"f1": {"aura": {"a": "red" if one.rank > two.rank else "blue"}}}})

    story, ada, ben, cem, dot, fay = team()
    void = fay.save(add("interview/i1", {"person": "P. Doe"}))
    story.expect(cases, "unknown-kind-takes-capture", "Writing an unknown kind takes the right to "
                 "capture.", voids=void_record(void, "interview/i1", "no-right", "person"))
