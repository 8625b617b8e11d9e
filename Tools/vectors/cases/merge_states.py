"""Merge: life cycles, steps at once, steps that end a record's life, and proposals."""

from .story import Story, add, conflict, remove


def team(**more):
    people = {"ada": "lead", "ben": "auditor", "cem": "auditor", "dot": "inTraining",
              "eva": "auditeeRep", **more}
    story = Story(**people)
    return (story, *story.people("ada", "ben", "cem", "dot", "eva"))


def add_cases(cases):
    steps(cases)
    forbidden(cases)
    at_once(cases)
    endings(cases)
    endings_at_once(cases)
    settled_endings(cases)
    actions(cases)
    proposals(cases)
    training(cases)


def finding(state, **fields):
    return {"finding": {"f1": {"state": state, **fields}}}


def steps(cases):
    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1"))
    one = ben.save(add("finding/f1/state", "submitted"))
    two = ada.save(add("finding/f1/state", "confirmed", over=[one]), after=[one])
    story.expect(cases, "state-steps", "Steps that the life cycle has, one after the other.",
                 finding("confirmed"))
    assert base.seq == 1 and two.seq == 2

    story, ada, ben, *_ = team()
    ben.save(add("finding/f1", {"state": "draft"}))
    story.expect(cases, "state-initial", "A record may be added in its first state.", finding("draft"))

    story, ada, ben, *_ = team()
    one = ben.save(add("finding/f1", {"state": "draft"}))
    two = ben.save(add("finding/f1/state", "submitted", over=[one]))
    ada.save(add("finding/f1/state", "submitted", over=[two]), after=[two])
    story.expect(cases, "state-restated", "Restating the shown state is an allowed decision.",
                 finding("submitted"))

    story, ada, ben, *_ = team()
    one = ben.save(add("finding/f1", {"state": "draft"}))
    two = ben.save(add("finding/f1/state", "submitted", over=[one]))
    ada.save(add("finding/f1/state", "draft", over=[two], reason="no evidence"), after=[two])
    story.expect(cases, "state-returned-with-reason", "A step that takes a reason has one.",
                 finding("draft"))


def forbidden(cases):
    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1"))
    void = ada.save(add("finding/f1/state", "confirmed"), after=[base])
    story.expect(cases, "state-no-such-step", "A draft is not confirmed before it is submitted.",
                 {"finding": {"f1": {}}}, voids=[(void, "finding/f1/state", "life-cycle")])

    story, ada, ben, *_ = team()
    void = ben.save(add("finding/f1", {"state": "submitted", "unit": "IT"}))
    story.expect(cases, "state-not-the-first", "A record is not added in a later state; its other fields "
                 "have effect.", {"finding": {"f1": {"unit": "IT"}}},
                 voids=[(void, "finding/f1/state", "life-cycle")])

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1"))
    one = ben.save(add("finding/f1/state", "submitted"))
    void = ada.save(add("finding/f1/state", "draft", over=[one]), after=[one])
    story.expect(cases, "state-reason-missing", "Returning a finding takes a reason.",
                 finding("submitted"), voids=[(void, "finding/f1/state", "reason-missing")])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1"))
    one = ben.save(add("finding/f1/state", "submitted"))
    two = ada.save(add("finding/f1/state", "confirmed", over=[one]), after=[one])
    void = ada.save(add("finding/f1/state", "issued", over=[two]))
    story.expect(cases, "state-issued-by-nobody", "Only the seal issues.", finding("confirmed"),
                 voids=[(void, "finding/f1/state", "without-a-seal")])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1"))
    one = ben.save(add("finding/f1/state", "submitted"))
    void = cem.save(add("finding/f1/state", "confirmed", over=[one]), after=[one])
    story.expect(cases, "state-step-without-right", "An auditor confirms only what he raised.",
                 finding("submitted"), voids=[(void, "finding/f1/state", "no-right")])

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    void = ben.save(remove("finding/f1/state", over=[base]))
    story.expect(cases, "state-not-cleared", "A state is not cleared.", finding("draft"),
                 voids=[(void, "finding/f1/state", "malformed-value")])

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    void = ben.save(add("finding/f1/state", "finished", over=[base]))
    story.expect(cases, "state-unknown", "Only the life cycle's states are states.", finding("draft"),
                 voids=[(void, "finding/f1/state", "malformed-value")])


def at_once(cases):
    def answered(**people):
        story, ada, ben, cem, dot, eva = team(**people)
        base = ben.save(add("finding/f1"))
        one = eva.save(add("action/a1", {"finding": "f1", "state": "open"}), after=[base])
        return story, ada, ben, eva.save(add("action/a1/state", "responseSubmitted", over=[one]))

    def expected(state, **more):
        return {"finding": {"f1": {}}, "action": {"a1": {"finding": "f1", "state": state}}, **more}

    story, ada, ben, base = answered()
    ada.save(add("action/a1/state", "responseRejected", over=[base], reason="too little"), after=[base])
    ben.save(add("action/a1/state", "planAccepted", over=[base]), after=[base])
    story.expect(cases, "state-owner-of-the-step-first", "Of two steps at once, that of the role which "
                 "owns the step shows, though the table ranks the other one higher; no conflict.",
                 expected("responseRejected"))

    story, ada, ben, base = answered()
    ada.save(add("action/a1/state", "responseRejected", over=[base], reason="too little"), after=[base])
    ben.save(add("evidence/e1"), after=[base])
    ben.save(add("action/a1/state", "planAccepted", over=[base]))
    story.expect(cases, "state-owner-before-depth", "The owner's step shows over a deeper one.",
                 expected("responseRejected", evidence={"e1": {}}))

    story, ada, ben, base = answered(gus="lead")
    gus = story["gus"]
    ada.save(add("action/a1/state", "planAccepted", over=[base]), after=[base])
    gus.save(add("action/a1/state", "responseRejected", over=[base], reason="too little"), after=[base])
    story.expect(cases, "state-rank-of-owned-steps", "Of two steps by their owners, the one that the "
                 "table ranks higher shows.", expected("planAccepted"))

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    one = ben.save(add("finding/f1/state", "submitted", over=[base]))
    two = cem.save(add("finding/f1/state", "submitted", over=[base]), after=[base])
    ada.save(add("finding/f1/state", "confirmed", over=[one, two]), after=[one, two])
    story.expect(cases, "state-same-step-twice", "Two who take the same step have taken it.",
                 finding("confirmed"))

    story, ada, ben, cem, *_ = team()
    ben.save(add("finding/f1"))
    base = ben.save(add("finding/f1/state", "submitted"))
    two = ada.save(add("finding/f1/state", "confirmed", over=[base]), after=[base])
    void = cem.save(add("finding/f1/state", "submitted", over=[two]), after=[two])
    story.expect(cases, "state-judged-from-what-was-seen", "What the author had before him decides, not "
                 "what stands elsewhere: taking a confirmation back takes a leader.", finding("confirmed"),
                 voids=[(void, "finding/f1/state", "no-right")])


def ended(cases_team=team):
    story, ada, ben, cem, dot, eva = cases_team()
    base = ben.save(add("finding/f1", {"evidence": {"e1": True}, "state": "draft"}))
    end = ada.save(
        add("finding/f1/state", "withdrawn", over=[base], reason="no finding"), after=[base])
    edit = cem.save(add("finding/f1/evidence/e2", True), after=[base])
    return story, ada, ben, cem, end, edit


BOTH = {"e1": True, "e2": True}


def endings(cases):
    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    ada.save(add("finding/f1/state", "withdrawn", over=[base], reason="no finding"), after=[base])
    story.expect(cases, "ending-alone", "A step that ends a record's life, with nothing beside it.",
                 finding("withdrawn"))

    story, ada, ben, cem, end, edit = ended()
    story.expect(cases, "ended-here-edited-there", "A withdrawal waits while somebody edited at the same "
                 "time: the earlier state is shown.", finding("draft", evidence=BOTH),
                 [conflict("ended-edited", "finding/f1/state", "draft", (end, "withdrawn"),
                           (edit, True, "finding/f1/evidence/e2"))])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}), add("criterion/c1", {
        "clause": "6.2", "finding": "f1", "standard": "iso-9001-2008"}))
    end = ada.save(
        add("finding/f1/state", "merged", over=[base]), after=[base])
    edit = ben.save(add("criterion/c1/grade", "minor"))
    story.expect(cases, "ended-here-graded-there", "What a record owns counts as the record.",
                 {**finding("draft"), "criterion": {"c1": {
                     "clause": "6.2", "finding": "f1", "grade": "minor", "standard": "iso-9001-2008"}}},
                 [conflict("ended-edited", "finding/f1/state", "draft", (end, "merged"),
                           (edit, "minor", "criterion/c1/grade"))])

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    ada.save(add("finding/f1/state", "withdrawn", over=[base], reason="no finding"), after=[base])
    cem.save(add("finding/f2", {"unit": "IT"}), after=[base])
    story.expect(cases, "ending-and-another-record", "An edit of another record holds nothing up.",
                 {"finding": {"f1": {"state": "withdrawn"}, "f2": {"unit": "IT"}}})

    story, ada, ben, cem, dot, eva = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    ada.save(add("finding/f1/state", "withdrawn", over=[base], reason="no finding"), after=[base])
    void = eva.save(add("finding/f1/unit", "IT"), after=[base])
    story.expect(cases, "ending-and-a-void-edit", "A void edit holds nothing up.", finding("withdrawn"),
                 voids=[(void, "finding/f1/unit", "no-right")])


def endings_at_once(cases):
    def begun():
        story, ada, ben, cem, *_ = team(gus="lead")
        base = ben.save(add("finding/f1", {"state": "draft"}))
        return story, ada, ben, story["gus"], base

    path = "finding/f1/state"
    story, ada, ben, gus, base = begun()
    ada.save(add(path, "withdrawn", over=[base], reason="no finding"), after=[base])
    gus.save(add(path, "withdrawn", over=[base], reason="raised twice"), after=[base])
    story.expect(cases, "ending-taken-twice", "Two who end a record in the same way have ended it.",
                 finding("withdrawn"))

    story, ada, ben, gus, base = begun()
    one = ada.save(add(path, "withdrawn", over=[base], reason="no finding"), after=[base])
    two = gus.save(add(path, "merged", over=[base]), after=[base])
    story.expect(cases, "endings-of-two-kinds", "Two different endings wait for each other.",
                 finding("draft"),
                 [conflict("ended-edited", path, "draft", (one, "withdrawn"), (two, "merged"))])

    story, ada, ben, gus, base = begun()
    end = ada.save(add(path, "withdrawn", over=[base], reason="no finding"), after=[base])
    step = ben.save(add(path, "submitted", over=[base]))
    story.expect(cases, "ending-against-a-step", "An ending waits for another step too, which is shown.",
                 finding("submitted"),
                 [conflict("ended-edited", path, "submitted", (end, "withdrawn"), (step, "submitted"))])


def settled_endings(cases):
    story, ada, ben, cem, end, edit = ended()
    ada.save(add("finding/f1/state", "withdrawn", over=[end], reason="seen, still none"), after=[edit])
    story.expect(cases, "ending-confirmed", "Who had seen the edit and ends the record again has decided.",
                 finding("withdrawn", evidence=BOTH))

    story, ada, ben, cem, end, edit = ended()
    ada.save(add("finding/f1/state", "draft", over=[end]), after=[edit])
    story.expect(cases, "ending-taken-back", "Restating the shown state keeps the record alive.",
                 finding("draft", evidence=BOTH))


def actions(cases):
    def answered():
        story, ada, ben, cem, dot, eva = team()
        base = ben.save(add("finding/f1"))
        one = eva.save(
            add("action/a1", {"finding": "f1", "owner": "P. Doe", "state": "open"}), after=[base])
        two = eva.save(add("action/a1/state", "responseSubmitted", over=[one]))
        return story, ada, ben, cem, eva, two

    def expected(state):
        return {"finding": {"f1": {}},
                "action": {"a1": {"finding": "f1", "owner": "P. Doe", "state": state}}}

    story, ada, ben, cem, eva, two = answered()
    ada.save(add("action/a1/state", "planAccepted", over=[two]), after=[two])
    story.expect(cases, "action-plan-accepted", "The client answers, the leader accepts.",
                 expected("planAccepted"))

    story, ada, ben, cem, eva, two = answered()
    void = eva.save(add("action/a1/state", "planAccepted", over=[two]))
    story.expect(cases, "action-not-accepted-by-the-client", "The client does not accept his own answer.",
                 expected("responseSubmitted"), voids=[(void, "action/a1/state", "no-right")])

    story, ada, ben, cem, eva, two = answered()
    void = ada.save(add("action/a1/owner", "Q. Roe"), after=[two])
    story.expect(cases, "action-not-answered-by-the-leader", "The leader does not answer for the client.",
                 expected("responseSubmitted"), voids=[(void, "action/a1/owner", "no-right")])

    story, ada, ben, cem, eva, two = answered()
    ben.save(add("action/a1/state", "planAccepted", over=[two]), after=[two])
    story.expect(cases, "action-accepted-by-who-raised", "An auditor accepts the answer to his own "
                 "finding.", expected("planAccepted"))

    story, ada, ben, cem, eva, two = answered()
    void = cem.save(add("action/a1/state", "planAccepted", over=[two]), after=[two])
    story.expect(cases, "action-not-accepted-by-others", "And to no other.", expected("responseSubmitted"),
                 voids=[(void, "action/a1/state", "no-right")])


def graded_by_dot(grade):
    story, ada, ben, cem, dot, eva = team()
    fixed = {"clause": "6.2", "finding": "f1", "standard": "iso-9001-2008"}
    base = ben.save(add("finding/f1"), add("criterion/c1", fixed))
    proposed = dot.save(add("criterion/c1/grade", grade), after=[base])
    return story, ada, ben, dot, base, proposed, fixed


def proposals(cases):
    def expected(fixed, grade):
        return {"finding": {"f1": {}}, "criterion": {"c1": {**fixed, "grade": grade}}}

    path = "criterion/c1/grade"
    story, ada, ben, dot, base, proposed, fixed = graded_by_dot("major")
    story.expect(cases, "proposal-alone", "A proposal shows where nobody else has written.",
                 expected(fixed, "major"))

    story, ada, ben, dot, base, proposed, fixed = graded_by_dot("major")
    decided = ben.save(add(path, "minor"))
    story.expect(cases, "proposal-never-over-another", "A proposal is a candidate and never shown over "
                 "another's value, not even where it is the more severe.", expected(fixed, "minor"),
                 [conflict("values", path, "minor", (decided, "minor"), (proposed, "major", "proposal"))])

    story, ada, ben, dot, base, proposed, fixed = graded_by_dot("minor")
    ben.save(add(path, "minor"))
    story.expect(cases, "proposal-that-agrees", "A proposal of the same value is no conflict.",
                 expected(fixed, "minor"))

    story, ada, ben, dot, base, proposed, fixed = graded_by_dot("major")
    decided = ben.save(add(path, "minor"))
    void = dot.save(add(path, "major", over=[decided, proposed]), after=[decided])
    story.expect(cases, "proposal-replaces-others", "A proposal that would replace another's write is "
                 "void.", expected(fixed, "minor"),
                 [conflict("values", path, "minor", (decided, "minor"), (proposed, "major", "proposal"))],
                 [(void, path, "proposal-replaces-others")])

    story, ada, ben, dot, base, proposed, fixed = graded_by_dot("major")
    dot.save(add(path, "observation", over=[proposed]))
    story.expect(cases, "proposal-replaces-its-own", "Its author may change his mind.",
                 expected(fixed, "observation"))

    story, ada, ben, dot, base, proposed, fixed = graded_by_dot("major")
    decided = ben.save(add(path, "minor"))
    ada.save(add(path, "major", over=[decided, proposed]), after=[decided, proposed])
    story.expect(cases, "proposal-taken-up", "The leader takes a proposal up by writing its value.",
                 expected(fixed, "major"))


def training(cases):
    story = Story(ada="lead", ben=("auditor", ["iso-9001-2008"]))
    ada, ben = story.people("ada", "ben")
    base = ben.save(
        add("finding/f1"),
        add("criterion/c1", {"clause": "6.2", "finding": "f1", "standard": "iso-9001-2008"}),
        add("criterion/c2", {"clause": "9.1", "finding": "f1", "standard": "iso-iec-20000-1-2011"}))
    ours = ben.save(add("criterion/c1/grade", "major"), add("criterion/c2/grade", "minor"))
    theirs = ada.save(
        add("criterion/c1/grade", "observation"), add("criterion/c2/grade", "observation"), after=[base])
    fixed = {"finding": "f1"}
    story.expect(
        cases, "training-by-standard", "An auditor in training for one standard proposes there, and "
        "grades elsewhere.",
        {"finding": {"f1": {}}, "criterion": {
            "c1": {**fixed, "clause": "6.2", "grade": "observation", "standard": "iso-9001-2008"},
            "c2": {**fixed, "clause": "9.1", "grade": "minor", "standard": "iso-iec-20000-1-2011"}}},
        [conflict("values", "criterion/c1/grade", "observation", (theirs, "observation"),
                  (ours, "major", "proposal")),
         conflict("values", "criterion/c2/grade", "minor", (theirs, "observation"), (ours, "minor"))])

    story, ada, ben, *_ = team()
    base = ada.save(add("planSlot/p1", {"title": "Opening"}))
    proposed = ben.save(add("planSlot/p1/title", "Opening meeting"), after=[base])
    story.expect(cases, "plan-edits-are-proposals", "An auditor proposes changes of the plan, also in "
                 "fields that do not ask.", {"planSlot": {"p1": {"title": "Opening"}}},
                 [conflict("values", "planSlot/p1/title", "Opening", (base, "Opening"),
                           (proposed, "Opening meeting", "proposal"))])


