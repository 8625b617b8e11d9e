"""Merge: who is in training takes out, and confirms, only what nobody else graded."""

from .merge_ownership import KEYED, STATE
from .story import Story, add, conflict, remove


def add_cases(cases):
    in_training(cases)


def in_training(cases):
    """Who may only propose a grade does not take one out with its criterion, or with the finding."""
    def graded(standards, *, by_leader=True):
        story = Story(ada="lead", ben=("auditor", standards))
        ada, ben = story.people("ada", "ben")
        raised = ben.save(add("finding/f1"), add("criterion/c1", {"finding": "f1", **KEYED}))
        grade = ben.save(add("criterion/c1/grade", "minor"))
        if by_leader:
            grade = ada.save(add("criterion/c1/grade", "major", over=[grade]), after=[grade])
        return story, ben, raised, grade

    in_training_by_role(cases)
    in_training_confirms(cases)
    shown = {"finding": {"f1": {}}, "criterion": {"c1": {"finding": "f1", **KEYED, "grade": "major"}}}
    story, ben, _, grade = graded(["iso-9001-2008"])
    gone = ben.save(remove("criterion/c1"), after=[grade])
    story.expect(cases, "in-training-removes-what-a-leader-graded", "Who is in training for a standard asks for the removal "
                 "of their own criterion once somebody else graded it.", shown,
                 [conflict("removed-edited", "criterion/c1", True, (gone, None, "proposal"))])

    story, ben, _, grade = graded(["iso-9001-2008"])
    gone = ben.save(remove("finding/f1"), after=[grade])
    story.expect(cases, "in-training-removes-the-finding", "And for that of their own finding with it.", shown,
                 [conflict("removed-edited", "finding/f1", True, (gone, None, "proposal"))])

    story, ben, _, grade = graded(["iso-iec-20000-1-2011"])
    ben.save(remove("criterion/c1"), after=[grade])
    story.expect(cases, "in-training-removes-of-another-standard", "In training for another standard, they take it out.",
                 {"finding": {"f1": {}}})

    story, ben, _, grade = graded(["iso-9001-2008"], by_leader=False)
    ben.save(remove("criterion/c1"))
    story.expect(cases, "in-training-removes-ones-own", "What nobody else wrote in they take out themselves.",
                 {"finding": {"f1": {}}})


def in_training_confirms(cases):
    """A grade with which a finding was confirmed counts: who only proposes one does not confirm it."""
    def submitted(standards):
        story = Story(ada="lead", ben=("auditor", standards))
        ada, ben = story.people("ada", "ben")
        ben.save(add("finding/f1", {"state": "draft"}), add("criterion/c1", {"finding": "f1", **KEYED, "grade": "major"}))
        return story, ada, ben, ben.save(add(STATE, "submitted"))

    def state(value):
        return {"finding": {"f1": {"state": value}}, "criterion": {"c1": {"finding": "f1", **KEYED, "grade": "major"}}}

    story, ada, ben, sent = submitted(["iso-9001-2008"])
    asked = ben.save(add(STATE, "confirmed"))
    story.expect(cases, "in-training-confirms-their-own", "Who is in training for the standard of a clause asks for the "
                 "confirmation of their own finding.", state("submitted"),
                 [conflict("values", STATE, "submitted", (sent, "submitted"), (asked, "confirmed", "proposal"))])
    ada.save(add(STATE, "confirmed", over=[sent, asked]), after=[asked])
    story.expect(cases, "in-training-confirms-and-a-leader", "A leader confirms it.", state("confirmed"))

    story, ada, ben, sent = submitted(["iso-iec-20000-1-2011"])
    ben.save(add(STATE, "confirmed"))
    story.expect(cases, "in-training-confirms-of-another-standard", "In training for another standard, they confirm it.",
                 state("confirmed"))

    story = Story(ada="lead", ben=("auditor", ["iso-9001-2008"]))
    ben = story["ben"]
    ben.save(add("finding/f1", {"state": "draft"}))
    sent = ben.save(add(STATE, "submitted"))
    asked = ben.save(add(STATE, "confirmed"), add("criterion/c1", {"finding": "f1", **KEYED, "grade": "major"}))
    story.expect(cases, "in-training-confirms-with-a-criterion", "Nor do they confirm what they add at once.", state("submitted"),
                 [conflict("values", STATE, "submitted", (sent, "submitted"), (asked, "confirmed", "proposal"))])


def in_training_by_role(cases):
    """The same by their role, and for the step that takes a finding out."""
    def raised(*, by_leader):
        story = Story(ada="lead", ben="inTraining")
        ada, ben = story.people("ada", "ben")
        first = ben.save(add("finding/f1", {"state": "draft"}), add("criterion/c1", {"finding": "f1", **KEYED}))
        last = ben.save(add("criterion/c1/grade", "minor"))
        if by_leader:
            last = ada.save(add("criterion/c1/grade", "major", over=[last]), after=[last])
        return story, ben, first, last

    drafted = {"f1": {"state": "draft"}}
    story, ben, _, _ = raised(by_leader=False)
    ben.save(remove("criterion/c1"))
    story.expect(cases, "in-training-by-role-removes-ones-own", "Whose role is in training takes out what nobody else wrote in.",
                 {"finding": drafted})

    proposed = {"c1": {"finding": "f1", **KEYED, "grade": "minor"}}
    story, ben, _, _ = raised(by_leader=False)
    ben.save(remove("finding/f1"))
    story.expect(cases, "in-training-by-role-removes-their-finding", "Their finding, too.", {"criterion": proposed})

    story, ben, _, _ = raised(by_leader=False)
    ben.save(add(STATE, "withdrawn", reason="typed twice"))
    story.expect(cases, "in-training-by-role-withdraws-ones-own", "They withdraw it.",
                 {"finding": {"f1": {"state": "withdrawn"}}, "criterion": proposed})
    ben.save(add(STATE, "draft"))
    story.expect(cases, "in-training-by-role-puts-ones-own-back", "And put it back.", {"finding": drafted, "criterion": proposed})

    shown = {"finding": drafted, "criterion": {"c1": {"finding": "f1", **KEYED, "grade": "major"}}}
    for case, gone, about in (
            ("in-training-by-role-removes-what-a-leader-graded", "criterion/c1", "They ask for its removal once somebody else graded it."),
            ("in-training-by-role-removes-the-finding", "finding/f1", "And for that of their finding with it.")):
        story, ben, _, last = raised(by_leader=True)
        asked = ben.save(remove(gone), after=[last])
        story.expect(cases, case, about, shown, [conflict("removed-edited", gone, True, (asked, None, "proposal"))])

    story, ben, first, last = raised(by_leader=True)
    asked = ben.save(add(STATE, "withdrawn", reason="not so"), after=[last])
    story.expect(cases, "in-training-by-role-withdraws-what-a-leader-graded", "To withdraw it they ask too.", shown,
                 [conflict("values", STATE, "draft", (first, "draft"), (asked, "withdrawn", "proposal"))])

    story = Story(ada="lead", ben="inTraining")
    ada, ben = story.people("ada", "ben")
    theirs = ada.save(add("finding/f1"), add("criterion/c1", {"finding": "f1", **KEYED}))
    void = ben.save(remove("criterion/c1"), remove("finding/f1"), after=[theirs])
    story.expect(cases, "in-training-by-role-removes-anothers", "What others raised they do not take out.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {"finding": "f1", **KEYED}}},
                 voids=[(void, "criterion/c1", "no-right"), (void, "finding/f1", "no-right")])
