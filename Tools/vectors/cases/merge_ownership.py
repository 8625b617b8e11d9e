"""Merge: whose a record is, and who may say who did something."""

from .kit import KEYS, base64url, proof_message
from .story import Story, add, conflict, remove, void_record

STATE = "finding/f1/state"
KEYED = {"standard": "iso-9001-2008", "clause": "8.4"}


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer", **more)
    return (story, *story.people("ada", "ben", "cem", "fay"))


def add_cases(cases):
    ownership(cases)
    in_part(cases)
    parts_of_steps(cases)
    void_and_restated_steps(cases)
    within_one_diff(cases)
    proposed_again(cases)
    once(cases)
    taken_out(cases)
    names(cases)


def ownership(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1", {"state": "draft"}), add("criterion/c3", {"finding": "f1", "grade": "major"}))
    void = cem.save(add("finding/f2"), add("criterion/c3/finding", "f2"), after=[base])
    grade = cem.save(add("criterion/c3/grade", "goodPractice", over=[base]))
    story.expect(cases, "own-by-a-void-owner", "A void claim to the owner gives nothing: the criterion is not "
                 "theirs.", {
                     "finding": {"f1": {"state": "draft"}, "f2": {}},
                     "criterion": {"c3": {"finding": "f1", "grade": "major"}}},
                 voids=[(void, "criterion/c3/finding", "written-once"), (grade, "criterion/c3/grade", "no-right")])

    for field, value, state in (("confirmedBy", "cem", None), ("duplicateOf", "f9", None)):
        story, ada, ben, cem, fay = team()
        base = ben.save(add("finding/f1"))
        void = cem.save(add("finding/f1", {field: value}), after=[base])
        story.expect(cases, f"own-by-a-second-add-{field}", "The first who adds a record owns it; a second `add` takes "
                     "nothing over, also not for its own first fields.", {"finding": {"f1": {}}},
                     voids=[(void, f"finding/f1/{field}", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    cem.save(add("finding/f1"), after=[base])
    one = cem.save(add("finding/f1/state", "withdrawn", reason="not so"))
    two = cem.save(remove("finding/f1"))
    three = cem.save(add("criterion/c1", {"finding": "f1", "grade": "minor"}))
    story.expect(cases, "own-after-a-second-add", "Nor for what its author writes later. (A criterion that they add "
                 "is theirs.)", {"finding": {"f1": {}}, "criterion": {"c1": {"finding": "f1", "grade": "minor"}}},
                 voids=[(one, "finding/f1/state", "no-right"), (two, "finding/f1", "no-right")])
    assert three.seq == 4

    for name, first, second in (("ben", "ben", "cem"), ("cem", "cem", "ben")):
        story, ada, ben, cem, fay = team()
        one, two = story[first].save(add("criterion/c1", KEYED)), story[second].save(add("criterion/c1", KEYED))
        void = story[second].save(add("criterion/c1/grade", "minor"), after=[one])
        grade = story[first].save(add("criterion/c1/grade", "major"), after=[two])
        story.expect(cases, f"own-by-the-log-{name}", "Of two who add a record at the same time the first in the log "
                     "owns it.", {"criterion": {"c1": {**KEYED, "grade": "major"}}},
                     voids=[(void, "criterion/c1/grade", "no-right")])
        assert grade.seq == 2

    story, ada, ben, cem, fay = team()
    one = ben.save(add("criterion/c1", KEYED))
    two = cem.save(add("criterion/c1", {**KEYED, "grade": "minor"}))
    grade = cem.save(add("criterion/c1/grade", "major", over=[two]))
    story.expect(cases, "own-as-far-as-seen", "As far as an author had seen: somebody who had not seen the first `add` "
                 "owns what they added.", {"criterion": {"c1": {**KEYED, "grade": "major"}}})
    assert (one.seq, grade.seq) == (1, 2)

    story, ada, ben, cem, fay = team()
    ada.save(add("member/ben/status", "revoked"))
    one = ben.save(add("finding/f1"))
    two = cem.save(add("finding/f1"), after=[one])
    cem.save(add("finding/f1/state", "withdrawn", reason="twice"))
    story.expect(cases, "own-after-a-void-add", "A void `add` gives nothing: the first that has effect does.",
                 {"finding": {"f1": {"state": "withdrawn"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(one, "finding/f1", "revoked")])
    assert two.seq == 1


def in_part(cases):
    """Who added a part of somebody else's record, or added one as another did, owns nothing of the other."""
    keyed = {"finding": "f1", "grade": "major"}

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    first = cem.save(add("criterion/c1", {"finding": "f1"}), after=[base])
    cem.save(remove("criterion/c1", over=[first]))
    again = ben.save(add("criterion/c1", keyed, over=[cem.last]), after=[cem.last])
    lower = cem.save(add("criterion/c1/grade", "goodPractice", over=[again]), after=[again])
    gone = cem.save(remove("criterion/c1", over=[again]))
    story.expect(cases, "own-in-part-added-in-advance", "Who added a criterion to another's finding neither replaces "
                 "what others wrote in it, nor hides it with that.",
                 {"finding": {"f1": {}}, "criterion": {"c1": keyed}},
                 [conflict("removed-edited", "criterion/c1", True, (gone, None, "proposal"))],
                 voids=[(lower, "criterion/c1/grade", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    first = cem.save(add("criterion/c1", {"finding": "f1", "grade": "minor"}), after=[base])
    cem.save(add("criterion/c1/grade", "major", over=[first]))
    added = cem.save(add("criterion/c2", keyed))
    cem.save(remove("criterion/c2", over=[added]))
    story.expect(cases, "own-in-part-ones-own-writes", "Their own writes in it they replace, and hide it while it holds "
                 "no others.", {"finding": {"f1": {}}, "criterion": {"c1": keyed}})

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    first = cem.save(add("criterion/c1", keyed), after=[base])
    lower = ben.save(add("criterion/c1/grade", "minor", over=[first]), after=[first])
    story.expect(cases, "own-by-the-finding", "Whose the finding is decides on all that is in it.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**keyed, "grade": "minor"}}})
    assert lower.seq == 2

    story, ada, ben, cem, fay = team(eva="auditeeRep")
    cem.save(add("finding/f1"))
    raised = ben.save(add("finding/f1", {"unit": "IT"}))
    asked = story["eva"].save(add("action/a1", {"finding": "f1", "correction": "done"}), after=[raised])
    cem.save(add("action/a1/state", "open", reason="as it is"), after=[asked])
    story.expect(cases, "own-in-part-the-first-state", "Who proposes the state that a record has anyway, though nobody "
                 "wrote it, asks nobody.",
                 {"finding": {"f1": {"unit": "IT"}}, "action": {"a1": {"finding": "f1", "correction": "done"}}})

    story, ada, ben, cem, fay = team()
    first = cem.save(add("finding/f1"))
    raised = ben.save(add("finding/f1", {"state": "draft", "unit": "IT"}), add("criterion/c1", keyed))
    ended = cem.save(add("finding/f1/state", "withdrawn", over=[raised], reason="not so"), after=[raised])
    lower = cem.save(add("criterion/c1/grade", "ofi", over=[raised]))
    mine = cem.save(add("finding/f1/site", "s1"))
    gone = cem.save(remove("finding/f1"))
    story.expect(cases, "own-in-part-added-at-once", "Of two members who add a record without knowing of each other the "
                 "first in the log owns nothing of the other: to end or hide it they propose, and everybody is asked.",
                 {"finding": {"f1": {"state": "draft", "unit": "IT", "site": "s1"}}, "criterion": {"c1": keyed}},
                 [conflict("values", STATE, "draft", (raised, "draft"), (ended, "withdrawn", "proposal")),
                  conflict("removed-edited", "finding/f1", True, (gone, None, "proposal"))],
                 voids=[(lower, "criterion/c1/grade", "no-right")])
    assert (first.seq, mine.seq) == (1, 4)

    added_again(cases)


def taken_back_when_confirmed(cases, draft):
    story, ada, ben, cem, fay = team()
    raised = ben.save(add("finding/f1", draft))
    fake = cem.save(add("finding/f1"))
    sent = ben.save(add(STATE, "submitted", over=[raised]))
    sure = ada.save(add(STATE, "confirmed", over=[sent]), after=[sent])
    ended = ben.save(add(STATE, "withdrawn", over=[sure], reason="an error"), after=[fake, sure])
    ben.save(add(STATE, "confirmed", over=[ended]))
    story.expect(cases, "proposed-ending-of-the-confirmed-taken-back", "Also where to restate what is shown is only "
                 "proposed: who proposes that asks for nothing.",
                 {"finding": {"f1": {**draft, "state": "confirmed"}}})


def added_again(cases):
    """A colleague adds a finding again as if they had not seen it: the one who raised it goes on, and is heard."""
    draft = {"state": "draft", "unit": "IT"}
    for name, again in (("nothing", {}), ("something", {"site": "S1"})):
        story, ada, ben, cem, fay = team()
        raised = ben.save(add("finding/f1", draft))
        fake = cem.save(add("finding/f1", again))
        ended = ben.save(add(STATE, "withdrawn", over=[raised], reason="an error"), after=[fake])
        more = ben.save(add("finding/f1/unit", "HR", over=[raised]))
        story.expect(cases, f"added-again-unseen-with-{name}", "Who raised a finding that somebody adds again, as if they had "
                     "not seen it, writes on in it; to end it they propose, and everybody is asked.",
                     {"finding": {"f1": {**draft, **again, "unit": "HR"}}},
                     [conflict("values", STATE, "draft", (raised, "draft"), (ended, "withdrawn", "proposal"))])
        assert more.seq == 3

    def asked():
        story, ada, ben, cem, fay = team()
        raised = ben.save(add("finding/f1", draft))
        fake = cem.save(add("finding/f1"))
        ended = ben.save(add(STATE, "withdrawn", over=[raised], reason="an error"), after=[fake])
        return story, ada, ben, cem, raised, ended

    story, ada, ben, cem, raised, ended = asked()
    ada.save(add(STATE, "withdrawn", over=[raised, ended], reason="an error"), after=[ended])
    story.expect(cases, "proposed-ending-agreed", "Who decides on all findings takes the step.",
                 {"finding": {"f1": {**draft, "state": "withdrawn"}}})

    story, ada, ben, cem, raised, ended = asked()
    ben.save(add(STATE, "draft", over=[ended]))
    story.expect(cases, "proposed-ending-taken-back", "Who proposed an ending takes it back by restating what is shown.",
                 {"finding": {"f1": {**draft, "state": "draft"}}})

    taken_back_when_confirmed(cases, draft)

    story, ada, ben, cem, raised, ended = asked()
    void = ben.save(add(STATE, "withdrawn"))
    story.expect(cases, "proposed-ending-without-reason", "It takes a reason as if it had effect.",
                 {"finding": {"f1": draft}},
                 [conflict("values", STATE, "draft", (raised, "draft"), (ended, "withdrawn", "proposal"))],
                 voids=[(void, STATE, "reason-missing")])

    story, ada, ben, cem, fay = team()
    cem.save(add("finding/f1"))
    raised = ben.save(add("finding/f1", {"unit": "IT"}), add(STATE, "submitted"))
    known = cem.save(add(STATE, "confirmed", over=[raised]), add("finding/f1/confirmedBy", "cem"), after=[raised])
    story.expect(cases, "confirmed-by-who-owns-in-part", "Nor do they confirm what another member raised: to that they "
                 "propose too.", {"finding": {"f1": {"unit": "IT", "state": "submitted", "confirmedBy": "cem"}}},
                 [conflict("values", STATE, "submitted", (raised, "submitted"), (known, "confirmed", "proposal"))])

    story, ada, ben, cem, fay = team()
    cem.save(add("finding/f1"))
    raised = ben.save(add("finding/f1", {"unit": "IT"}))
    ended = cem.save(add(STATE, "withdrawn", reason="no"), after=[raised])
    story.expect(cases, "proposed-ending-of-what-has-no-state", "A proposed step shows nowhere, also where nobody wrote a "
                 "state.", {"finding": {"f1": {"unit": "IT"}}},
                 [conflict("values", STATE, None, (ended, "withdrawn", "proposal"))])

    story, ada, ben, cem, fay = team()
    cem.save(add("finding/f1"))
    raised = ben.save(add("finding/f1", {"unit": "IT"}))
    submitted = ada.save(add(STATE, "submitted"), after=[raised])
    ada.save(add(STATE, "confirmed"))
    one = cem.save(add("criterion/c1", {"finding": "f1"}), after=[ada.last])
    two = ben.save(add("criterion/c1", {"finding": "f1"}), after=[one])
    void = cem.save(remove("criterion/c1"), after=[two])
    story.expect(cases, "own-in-part-and-only-proposed", "What is only proposed, by others too, they do not hide.",
                 {"finding": {"f1": {"unit": "IT", "state": "confirmed"}}, "criterion": {"c1": {"finding": "f1"}}},
                 [conflict("values", "criterion/c1", True, (one, True, "proposal"), (two, True, "proposal"))],
                 voids=[(two, "criterion/c1/finding", "proposal-replaces-others"), (void, "criterion/c1", "no-right")])
    assert submitted.seq == 2


def parts_of_steps(cases):
    """What belongs to a step of a confirmed finding counts with the step."""
    def issued(step, part, value):
        story, ada, ben, cem, fay = team()
        base = ben.save(add("finding/f1", {"state": "draft"}), add("finding/f2", {"state": "draft"}))
        ben.save(add("finding/f1/state", "submitted", over=[base]))
        ben.save(add("finding/f1/state", "confirmed", over=[ben.last]))
        taken = ben.save(
            *([add("finding/f1/state", step, over=[ben.last])] if step else []), add(f"finding/f1/{part}", value))
        return story, ben, taken

    story, ben, taken = issued("merged", "duplicateOf", "f2")
    story.expect(cases, "part-of-a-step-merged", "Who merges a confirmed finding of their own says with effect into "
                 "which one.", {"finding": {"f1": {"state": "merged", "duplicateOf": "f2"}, "f2": {"state": "draft"}}})
    assert taken.seq == 4

    story, ben, taken = issued("confirmed", "confirmedBy", "ben")
    story.expect(cases, "part-of-a-step-confirmed", "Nothing belongs to a step that is only restated.",
                 {"finding": {"f1": {"state": "confirmed", "confirmedBy": "ben"}, "f2": {"state": "draft"}}},
                 [conflict("values", "finding/f1/confirmedBy", "ben", (taken, "ben", "proposal"))])

    story, ben, taken = issued("withdrawn", "duplicateOf", "f2")
    story.expect(cases, "part-of-another-step", "Nor is it part of a step to which it does not belong.",
                 {"finding": {"f1": {"state": "confirmed", "duplicateOf": "f2"}, "f2": {"state": "draft"}}},
                 [conflict("values", "finding/f1/duplicateOf", "f2", (taken, "f2", "proposal"))],
                 voids=[(taken, STATE, "reason-missing")])

    story, ben, taken = issued(None, "duplicateOf", "f2")
    story.expect(cases, "part-of-no-step", "Nor without any step.",
                 {"finding": {"f1": {"state": "confirmed", "duplicateOf": "f2"}, "f2": {"state": "draft"}}},
                 [conflict("values", "finding/f1/duplicateOf", "f2", (taken, "f2", "proposal"))])

    story, ben, taken = issued("confirmed", "duplicateOf", "f2")
    story.expect(cases, "part-of-a-step-alone", "Beside another step it asks for a change.",
                 {"finding": {"f1": {"state": "confirmed", "duplicateOf": "f2"}, "f2": {"state": "draft"}}},
                 [conflict("values", "finding/f1/duplicateOf", "f2", (taken, "f2", "proposal"))])


def void_and_restated_steps(cases):
    for step, part, value in (("merged", "duplicateOf", "f2"), ("confirmed", "confirmedBy", "ben")):
        story, ada, ben, cem, fay = team()
        base = ben.save(add("finding/f1", {"state": "draft"}), add("finding/f2", {"state": "draft"}))
        ben.save(add(STATE, "submitted", over=[base]))
        stands = ben.save(add(STATE, "confirmed", over=[ben.last]))
        unseen = {**add(STATE, step), "over": ["9@" + KEYS["cem"].text]}
        void = ben.save(unseen, add(f"finding/f1/{part}", value))
        story.expect(cases, f"part-of-a-void-step-{part}", "What belongs to a step asks for a change where the step is void.",
                     {"finding": {"f1": {"state": "confirmed", part: value}, "f2": {"state": "draft"}}},
                     [conflict("values", f"finding/f1/{part}", value, (void, value, "proposal"))],
                     voids=[(void, STATE, "over-unseen")])
        assert stands.seq == 3

        story, ada, ben, cem, fay = team()
        base = ben.save(add("finding/f1", {"state": "draft"}), add("finding/f2", {"state": "draft"}))
        ben.save(add(STATE, "submitted", over=[base]))
        if step == "merged":
            ben.save(add(STATE, "confirmed", over=[ben.last]))
        ben.save(add(f"finding/f1/{part}", value), add(STATE, step, over=[ben.last]))
        story.expect(cases, f"part-before-its-step-{part}", "It is judged behind its step, also where it stands before it.",
                     {"finding": {"f1": {"state": step, part: value}, "f2": {"state": "draft"}}})

    for name, over in (("named", True), ("beside", False)):
        story, ada, ben, cem, fay = team()
        base = ben.save(add("finding/f1", {"state": "draft"}))
        ben.save(add(STATE, "submitted", over=[base]))
        first = ada.save(add(STATE, "confirmed", over=[ben.last]), add("finding/f1/confirmedBy", "ada"), after=[ben.last])
        again = ben.save(add(STATE, "confirmed", over=[first]),
                         add("finding/f1/confirmedBy", "ben", over=[first] if over else ()), after=[first])
        about = "To restate a confirmation confirms nothing: nobody enters themselves for who confirmed."
        shown = {"finding": {"f1": {"state": "confirmed", "confirmedBy": "ada"}}}
        if over:
            story.expect(cases, "confirmed-again-by-another-named", about, shown,
                         voids=[(again, "finding/f1/confirmedBy", "proposal-replaces-others")])
        else:
            story.expect(cases, "confirmed-again-by-another-beside", about, shown,
                         [conflict("values", "finding/f1/confirmedBy", "ada", (first, "ada"), (again, "ben", "proposal"))])


def within_one_diff(cases):
    story, ada, ben, cem, fay = team()
    raised = ben.save(add("finding/f1"))
    void = ben.save(add("criterion/c1/grade", "minor"), add("criterion/c1", {"finding": "f1"}))
    ben.save(add("criterion/c2", {"finding": "f1"}), add("criterion/c2/grade", "major"))
    story.expect(cases, "own-by-the-same-diff", "What stands before an operation in its diff counts for whose a record "
                 "is, what stands behind it does not.",
                 {"finding": {"f1": {}}, "criterion": {
                     "c1": {"finding": "f1"}, "c2": {"finding": "f1", "grade": "major"}}},
                 voids=[(void, "criterion/c1/grade", "no-right")])
    assert raised.seq == 1

    story, ada, ben, cem, fay = team()
    ben.save(add("finding/f1", {"state": "draft"}), add("criterion/c1", {"finding": "f1"}))
    draft = ben.last
    submitted = ben.save(add("finding/f1/state", "submitted", over=[draft]))
    ben.save(add("finding/f1/state", "confirmed", over=[submitted]), add("criterion/c1/grade", "major"))
    story.expect(cases, "state-of-the-same-diff", "The state that an author had before them is that of what they had "
                 "seen: a step in the same diff is not.",
                 {"finding": {"f1": {"state": "confirmed"}}, "criterion": {"c1": {"finding": "f1", "grade": "major"}}})

    story = Story(ada="lead", gus="programmeManager", ben="lead")
    gus, ben = story.people("gus", "ben")
    gus.save(add("finding/f1"), add("member/gus/role", "auditor"))
    void = ben.save(add("finding/f2"), add("member/ben/role", "observer"))
    story.expect(cases, "control-first-in-a-diff", "The control operations of a diff count before everything else in "
                 "it, also before what stands before them.",
                 {"finding": {"f1": {}}, "member": {
                     **story.state["member"], "gus": {"role": "auditor"}, "ben": {"role": "observer"}}},
                 voids=[(void, "finding/f2", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    gone = ben.save(add("finding/f1/unit", "HR", over=[base]), remove("finding/f1", over=[base]))
    story.expect(cases, "removed-with-an-edit", "A removal hides what its own diff wrote too.")
    assert gone.seq == 2

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    again = cem.save(add("finding/f1", {"unit": "HR"}, over=[base]), after=[base])
    story.expect(cases, "over-of-an-add", "`over` of an `add` is that of the record's presence: its first fields "
                 "replace nothing.", {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", "finding/f1/unit", "HR", (base, "IT"), (again, "HR"))])

    story, ada, ben, cem, fay = team()
    unseen = cem.save(add("finding/f2"))
    void = ben.save(add("finding/f1", {"unit": "IT", "zzz": 5}, over=[unseen]))
    story.expect(cases, "over-unseen-of-an-add", "Where it names what was not seen, the first fields are void with "
                 "the record.", {"finding": {"f2": {}}}, voids=void_record(void, "finding/f1", "over-unseen", "unit", "zzz"))

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    void = ben.save(add("finding/f1", {"state": "withdrawn"}, reason="raised twice"))
    story.expect(cases, "reason-of-an-add", "`reason` of an `add` is that of the record: a first field has none.",
                 {"finding": {"f1": {"state": "draft"}}}, voids=[(void, "finding/f1/state", "reason-missing")])
    assert base.seq == 1

    story, ada, ben, cem, fay = team()
    ben.save(add("criterion/c1", {"finding": "f1", **KEYED}))
    story.expect(cases, "owner-without-a-write", "A record that nobody wrote is present where one that belongs to it "
                 "is.", {"finding": {"f1": {}}, "criterion": {"c1": {"finding": "f1", **KEYED}}})


def proposed_again(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1", {"state": "draft"}))
    submitted = ada.save(add(STATE, "submitted", over=[base]))
    ada.save(add(STATE, "confirmed", over=[submitted]))
    one = ben.save(add("criterion/c1", {"finding": "f1"}), after=[ada.last])
    two = cem.save(add("criterion/c1", over=[one]), after=[one])
    story.expect(cases, "proposed-add-over-anothers", "An `add` that is a proposal may name another member's: it replaces "
                 "that one, which is a proposal too.",
                 {"finding": {"f1": {"state": "confirmed"}}, "criterion": {"c1": {"finding": "f1"}}},
                 [conflict("values", "criterion/c1", True, (two, True, "proposal"))])


def once(cases):
    story, ada, ben, cem, fay = team()
    base = ada.save(add("scope/s2"))
    ben.save(add("scope/s1"), after=[base])
    ben.save(add("scope/s1/standard", "iso-9001-2008"))
    void = ben.save(add("scope/s2/standard", "iso-9001-2008"))
    story.expect(cases, "once-on-a-proposed-record", "What is written once is effective on a record that its author's "
                 "member added, by a proposal too; on others' records it is void.",
                 {"scope": {"s1": {"standard": "iso-9001-2008"}, "s2": {}}},
                 voids=[(void, "scope/s2/standard", "proposal-replaces-others")])

    def captured(first, second):
        story, ada, ben, cem, fay = team()
        base = ada.save(add("evidence/e1"))
        ada.save(add("member/ben/status", "revoked"))
        writes = [story[name].save(add("evidence/e1/capturedBy", name), after=[base]) for name in (first, second)]
        void = writes[0 if first == "ben" else 1]
        ada.save(add("admission/a1", {"diff": void.id}), after=[void])
        return story, writes, {
            "admission": {"a1": {"diff": void.id}}, "evidence": {"e1": {"capturedBy": first}},
            "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}}

    story, writes, state = captured("ben", "cem")
    story.expect(cases, "once-admitted-earlier", "An admitted write counts at its own place: it takes a field that is "
                 "written once from a later one.", state,
                 voids=[(writes[1], "evidence/e1/capturedBy", "written-once")])
    story, writes, state = captured("cem", "ben")
    story.expect(cases, "once-admitted-later", "Behind the one that has effect it stays void, for another reason.", state,
                 voids=[(writes[1], "evidence/e1/capturedBy", "written-once")])


def taken_out(cases):
    team_of = dict(ada="lead", ben="auditor", cem="inTraining", eva="auditeeRep")
    answer = {"finding": "f1", "correction": "done"}

    story = Story(**team_of)
    ada, ben, cem, eva = story.people("ada", "ben", "cem", "eva")
    base = cem.save(add("evidence/e1", {"title": "log"}))
    seen = ben.save(add("evidence/e1/source", "of May"), after=[base])
    void = cem.save(remove("evidence/e1"), after=[seen])
    story.expect(cases, "hide-with-what-another-wrote", "What somebody else wrote into an evidence is not taken out with it.",
                 {"evidence": {"e1": {"title": "log", "source": "of May"}}},
                 voids=[(void, "evidence/e1", "no-right")])

    story = Story(**team_of)
    ada, ben, cem, eva = story.people("ada", "ben", "cem", "eva")
    base = cem.save(add("evidence/e1", {"title": "log"}))
    cem.save(add("evidence/e1/source", "of May"))
    cem.save(remove("evidence/e1"))
    story.expect(cases, "hide-what-is-ones-own", "What holds nothing of anybody else's is hidden by whom capture allows it.",
                 {})

    story = Story(**team_of)
    ada, ben, cem, eva = story.people("ada", "ben", "cem", "eva")
    base = cem.save(add("evidence/e1", {"title": "log"}))
    seen = ben.save(add("evidence/e1/source", "of May"), after=[base])
    ada.save(remove("evidence/e1"), after=[seen])
    story.expect(cases, "hide-by-a-leader", "A leader hides what several wrote.", {})

    story = Story(**team_of)
    ada, ben, cem, eva = story.people("ada", "ben", "cem", "eva")
    base = ben.save(add("finding/f1", {"state": "draft"}))
    given = eva.save(add("action/a1", answer), after=[base])
    seen = ben.save(add("action/a1/verifiedBy", "ben"), after=[given])
    void = eva.save(remove("action/a1"), after=[seen])
    story.expect(cases, "hide-what-was-verified", "An answer that somebody has verified is not taken out by who gave it.",
                 {"finding": {"f1": {"state": "draft"}}, "action": {"a1": {**answer, "verifiedBy": "ben"}}},
                 voids=[(void, "action/a1", "no-right")])


def names(cases):
    fixed = {"finding": "f1", "state": "open"}
    for field, path, start in (
        ("raisedBy", "finding/f1/raisedBy", {}), ("confirmedBy", "finding/f1/confirmedBy", {}),
        ("competenceConfirmedBy", "finding/f1/competenceConfirmedBy", {}),
        ("contributors", "finding/f1/contributors/{}", {}),
        ("capturedBy", "evidence/e1/capturedBy", {}), ("verifiedBy", "action/a1/verifiedBy", fixed),
    ):
        kind, record, *_ = path.split("/")
        story = Story(ada="lead", ben="auditor", eva="auditeeRep", cem="auditor")
        ada, ben, eva = story.people("ada", "ben", "eva")
        base = ben.save(add("finding/f1"))
        if kind == "evidence":
            base = ben.save(add("evidence/e1"))
        if kind == "action":
            base = eva.save(add("action/a1", fixed), after=[base])
        is_set = "{}" in path
        void = ben.save(add(path.format("cem"), True if is_set else "cem"), after=[base])
        own = ben.save(add(path.format("ben"), True if is_set else "ben"))
        shown = {"ben": True} if is_set else "ben"
        state = {"finding": {"f1": {}}}
        state.setdefault(kind, {})[record] = {**start, field: shown}
        story.expect(cases, f"names-the-writer-{field}", "Who did it is who signed it: a claim for another member is "
                     "void.", state, voids=[(void, path.format("cem"), "no-right")])
        assert own.author == "ben"

    story, ada, ben, cem, fay = team()
    ada.save(add("evidence/e1", {"capturedBy": "ben"}), add("finding/f1", {
        "contributors": {"cem": True}, "raisedBy": "ben"}))
    story.expect(cases, "names-the-writer-by-the-leader", "A leader enters what somebody else did, in that person's "
                 "name.", {"evidence": {"e1": {"capturedBy": "ben"}},
                           "finding": {"f1": {"contributors": {"cem": True}, "raisedBy": "ben"}}})

    story, ada, ben, cem, fay = team()
    void = ben.save(add("finding/f1", {"contributors": {"ben": True, "cem": True}, "raisedBy": "ada"}))
    story.expect(cases, "names-the-writer-of-first-fields", "First fields are judged one by one.",
                 {"finding": {"f1": {"contributors": {"ben": True}}}},
                 voids=[(void, "finding/f1/contributors/cem", "no-right"), (void, "finding/f1/raisedBy", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"contributors": {"ben": True}}))
    void = cem.save(remove("finding/f1/contributors/ben", over=[base]), after=[base])
    cem.save(add("finding/f1/contributors/cem", True))
    cem.save(remove("finding/f1/contributors/cem", over=[cem.last]))
    story.expect(cases, "names-the-writer-and-takes-out", "Nobody takes another member's name out; their own they may.",
                 {"finding": {"f1": {"contributors": {"ben": True}}}},
                 voids=[(void, "finding/f1/contributors/ben", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    void = ben.save(add("finding/f1/raisedBy", "cem"))
    ada.save(add("admission/a1", {"diff": void.id}), after=[void])
    story.expect(cases, "names-the-writer-admitted", "The leader can admit such a claim.",
                 {"finding": {"f1": {"raisedBy": "cem"}}, "admission": {"a1": {"diff": void.id}}})
    assert base.seq == 1

    story, ada, ben, cem, fay = team()
    hal = story["hal"]
    said = proof_message(story.genesis.id, hal.key.text, member="ben")
    own = {"by": ben.key.text, "member": "ben", "proof": base64url(ben.key.sign(said))}
    hal.save(add(f"device/{hal.key.text}", own))
    hal.save(add("finding/f1", {"raisedBy": "ben"}))
    story.expect(cases, "names-the-writer-by-another-device", "A member is who signs with any of their devices.",
                 {"finding": {"f1": {"raisedBy": "ben"}},
                  "device": {**story.state["device"], hal.key.text: own}})
