"""Merge: places at which a reader of the text could take another way."""

from .kit import KEYS
from .story import Story, add, conflict, remove, splice


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer", **more)
    return (story, *story.people("ada", "ben", "cem", "fay"))


def add_cases(cases):
    conflicts(cases)
    ranks(cases)
    genesis(cases)
    precedence(cases)
    unknown(cases)
    seals(cases)
    membership(cases)


def ranks(cases):
    """What ranks least is least also where its author has the greatest key."""
    def by_key(*names):
        return sorted(names, key=lambda name: KEYS[name].public)

    grade, criterion = "criterion/c1/grade", {"clause": "6.2", "finding": "f1", "standard": "s"}
    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1"), add("criterion/c1", {**criterion, "grade": "minor"}))
    lesser, greater = story.people(*by_key("ada", "ben"))
    one = lesser.save(add(grade, "goodPractice", over=[base]), after=[base])
    two = greater.save(remove(grade, over=[base]), after=[base])
    story.expect(cases, "grade-cleared-against-the-least", "A grade that is cleared is less than the least.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**criterion, "grade": "goodPractice"}}},
                 [conflict("values", grade, "goodPractice", (one, "goodPractice"), (two, None))])

    story, ada, *_ = team()
    auditor = story[max(("ben", "cem"), key=lambda name: KEYS[name].public)]
    assert KEYS[auditor.name].public > KEYS["ada"].public
    step = "engagement/audit/state"
    auditor.save(add(step, "planApproved"))
    ada.save(add(step, "planned"))
    story.expect(cases, "step-proposed-beside-a-restatement", "A proposed step is not shown over what has effect.",
                 {"engagement": {"audit": {"number": "A-1", "state": "planned"}}})

    story = Story(ada="lead", ben=("auditor", ["s"]))
    ada, ben = story.people("ada", "ben")
    base = ben.save(add("finding/f1"), add("criterion/c1", {"clause": "6.2", "finding": "f1"}))
    one = ben.save(add(grade, "major"))
    two = ada.save(add(grade, "ofi"), after=[base])
    story.expect(cases, "grade-in-training-without-a-standard", "Where no standard is known, who is in training "
                 "for any proposes.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {"clause": "6.2", "finding": "f1", "grade": "ofi"}}},
                 [conflict("values", grade, "ofi", (one, "major", "proposal"), (two, "ofi"))])


def conflicts(cases):
    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    gone = ada.save(remove("finding/f1"))
    story.expect(cases, "removed-beside-an-add", "A candidate on the conflict's own path has no `path`, an `add` neither.",
                 {"finding": {"f1": {}}},
                 [conflict("removed-edited", "finding/f1", True, (gone, None), (base, True))])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    end = ada.save(add("finding/f1/state", "withdrawn", reason="not so"), after=[base])
    edit = ben.save(add("finding/f1/unit", "X"))
    story.expect(cases, "ending-waits-for-a-state-that-nobody-wrote", "A state that nobody wrote is not shown, also not "
                 "while an ending waits.", {"finding": {"f1": {"unit": "X"}}},
                 [conflict("ended-edited", "finding/f1/state", None, (end, "withdrawn"), (edit, "X", "finding/f1/unit"))])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    gone = ada.save(remove("finding/f1", over=[base]), after=[base])
    edit = cem.save(add("finding/f1/unit", "HR", over=[base]), add("finding/f1"), after=[base])
    story.expect(cases, "candidates-of-one-diff", "Of one diff's candidates the one without a path comes first.",
                 {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("removed-edited", "finding/f1", True, (gone, None), (edit, True),
                           (edit, "HR", "finding/f1/unit"))])


def genesis(cases):
    unseen = {"op": "add", "path": "/finding/f2", "value": {}, "over": ["1@" + "A" * 43]}
    story = Story(founding=(
        add("finding/f1", {"unit": "IT", "zzz": None}), add("member/zoe", {"name": "Zoe", "role": "boss"}), unseen),
        ada="lead")
    void = story.genesis
    story.expect(cases, "genesis-malformed", "The genesis has every right, and no malformed operation of it has effect.",
                 {"finding": {"f1": {"unit": "IT"}}, "member": {**story.state["member"], "zoe": {"name": "Zoe"}}},
                 voids=[(void, "finding/f1/zzz", "malformed-value"), (void, "finding/f2", "over-unseen"),
                        (void, "member/zoe/role", "malformed-value")])


def precedence(cases):
    story, ada, ben, cem, fay = team(gus="lead")
    slot = ada.save(add("planSlot/p1", {"title": "Opening"}))
    other = story["gus"].save(add("finding/f1"), after=[slot])
    void = ben.save(add("planSlot/p1/title", "Start", over=[other]), after=[other])
    story.expect(cases, "proposal-over-a-diff-that-wrote-elsewhere", "A proposal that names a diff of another member is "
                 "void, whether or not that diff wrote the cell.",
                 {"finding": {"f1": {}}, "planSlot": {"p1": {"title": "Opening"}}},
                 voids=[(void, "planSlot/p1/title", "proposal-replaces-others")])

    story, ada, ben, cem, fay = team(dot="inTraining", gus="lead")
    gus = story["gus"]
    base = ada.save(add("finding/f1"), add("criterion/c1", {"finding": "f1", "grade": "minor"}))
    major = ada.save(add("criterion/c1/grade", "major", over=[base]))
    other = gus.save(add("criterion/c1/grade", "ofi", over=[base]), after=[base])
    void = story["dot"].save(add("criterion/c1/grade", "observation", over=[major, other]), after=[major, other])
    story.expect(cases, "proposal-over-others-in-a-conflict", "The right to end a conflict is asked of what is not a "
                 "proposal.", {"finding": {"f1": {}}, "criterion": {"c1": {"finding": "f1", "grade": "major"}}},
                 [conflict("values", "criterion/c1/grade", "major", (major, "major"), (other, "ofi"))],
                 voids=[(void, "criterion/c1/grade", "proposal-replaces-others")])

    story = Story(ada="lead", ben=("auditor", ["iso-9001-2008"]))
    ada, ben = story.people("ada", "ben")
    base = ada.save(add("finding/f1"), add("criterion/c1", {
        "finding": "f1", "grade": "minor", "standard": "iso-9001-2008"}))
    mine = ben.save(add("criterion/c1/grade", "ofi"), after=[base])
    story.expect(cases, "grade-in-training-on-anothers-criterion", "Training comes before *own*: a grade of somebody in "
                 "training is a proposal, also on another's criterion.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {
                     "finding": "f1", "grade": "minor", "standard": "iso-9001-2008"}}},
                 [conflict("values", "criterion/c1/grade", "minor", (base, "minor"), (mine, "ofi", "proposal"))])

    story, ada, ben, cem, fay = team()
    void = fay.save(add("finding/f9/state", "confirmed"))
    other = ben.save(add("finding/f8/state", "confirmed"))
    story.expect(cases, "precedence-adding-before-life-cycle", "A missing right to add the record comes before a step "
                 "that there is not.",
                 voids=[(void, "finding/f9/state", "no-right"), (other, "finding/f8/state", "life-cycle")])


def unknown(cases):
    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"zzz": 5}))
    void = fay.save(splice("finding/f1/zzz", 0, 0, "T"), after=[base])
    story.expect(cases, "unknown-and-a-void-splice", "Whether an unknown field is a text does not rest on void splices.",
                 {"finding": {"f1": {"zzz": 5}}}, voids=[(void, "finding/f1/zzz", "no-right")])

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1", {"zzz": "base"}))
    ben.save(splice("finding/f1/zzz", 4, 0, " and more"))
    ben.save(add("finding/f1/zzz", "new "))
    story.expect(cases, "unknown-text-written-as-a-whole", "In an unknown text each string that was written as a whole "
                 "is a splice at 0.", {"finding": {"f1": {"zzz": "new base and more"}}})

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1", {"zzz": "base"}))
    ben.save(splice("finding/f1/zzz", 4, 0, "!"))
    ben.save(add("finding/f1/zzz", 5))
    story.expect(cases, "unknown-text-and-a-number", "What is not a string does not count in an unknown text.",
                 {"finding": {"f1": {"zzz": "base!"}}})

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1", {"zzz": {"a": 1}}))
    ben.save(add("finding/f1/zzz/b", True))
    story.expect(cases, "unknown-object-with-members", "Members stand in the object that was written as a whole.",
                 {"finding": {"f1": {"zzz": {"a": 1, "b": True}}}})

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1", {"zzz": 5}))
    ben.save(add("finding/f1/zzz/b", True))
    story.expect(cases, "unknown-number-with-members", "Beside members a whole that is not an object is not shown.",
                 {"finding": {"f1": {"zzz": {"b": True}}}})


def seals(cases):
    sealed = {"note": "signed"}

    story, ada, ben, cem, fay = team()
    ada.save(add("seal/s1", sealed), add("seal/s2", sealed))
    story.expect(cases, "two-seals-in-one-diff", "A seal does not stand in the way of another in its diff.",
                 {"seal": {"s1": sealed, "s2": sealed}})

    story, ada, ben, cem, fay = team()
    raised = ben.save(add("finding/f1", {"state": "draft"}), add("criterion/c1", {"finding": "f1"}))
    one = ben.save(add("finding/f1/state", "submitted", over=[raised]))
    two = ada.save(add("finding/f1/state", "confirmed", over=[one]), after=[one])
    three = ada.save(add("finding/f1/state", "withdrawn", over=[two], reason="to be looked at again"))
    four = ada.save(add("finding/f1/state", "draft", over=[three]))
    ben.save(add("criterion/c1/grade", "minor"), after=[four])
    story.expect(cases, "grade-after-a-confirmation-that-ended", "A finding is confirmed if it is so where the author "
                 "stood, not if it ever was.",
                 {"finding": {"f1": {"state": "draft"}}, "criterion": {"c1": {"finding": "f1", "grade": "minor"}}})

    story, ada, ben, cem, fay = team()
    void = fay.save(add("evidence/e1", {"place": "Hall 1"}))
    seal = ada.save(add("seal/s1", sealed), after=[void])
    opened = ada.save(add("reopening/r1", {"seal": "s1"}))
    ada.save(add("admission/a1", {"diff": void.id}))
    edit = cem.save(add("evidence/e1/place", "Hall 2"), after=[seal])
    story.expect(cases, "sealed-before-it-was-admitted", "A seal freezes evidence that was there at the seal's place; "
                 "what is admitted later was not.",
                 {"seal": {"s1": sealed}, "reopening": {"r1": {"seal": "s1"}},
                  "admission": {"a1": {"diff": void.id}}, "evidence": {"e1": {"place": "Hall 2"}}})
    assert (opened.seq, edit.seq) == (3, 1)


def membership(cases):
    story = Story(ada="lead", gus="lead")
    ada, gus = story.people("ada", "gus")
    ada.save(add("member/ada/role", "auditor"))
    void = gus.save(add("member/gus/status", "revoked"))
    story.expect(cases, "last-leader", "What would leave no leader who can write is void.",
                 {"member": {**story.state["member"], "ada": {"role": "auditor"}}},
                 voids=[(void, "member/gus/status", "last-leader")])

    story, ada, ben, cem, fay = team()
    void = ada.save(remove("member/ben"))
    ben.save(add("finding/f1"))
    story.expect(cases, "member-hidden", "Nobody hides a member: who may write stays listed.",
                 {"finding": {"f1": {}}}, voids=[(void, "member/ben", "no-right")])
