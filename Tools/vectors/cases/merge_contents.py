"""Merge: what a merged finding raises is in the finding into which it is merged, or the merge waits."""

from .files import derived_id
from .merge_findings import OTHER, STATE, merged, two
from .merge_states import team
from .story import add, conflict, remove


def add_cases(cases):
    criteria(cases)
    merged_again(cases)
    left_behind(cases)
    only_proposed(cases)
    confirmed_with_a_proposal(cases)
    evidence(cases)


def graded(grade, other=None, **people):
    """f1 with a criterion, f2 with the same one if `other`: its grade there."""
    story, ada, ben, *_ = team(gus="lead", **people)
    mine = {"finding": "f1", "standard": "s", "clause": "8.1", "grade": grade}
    ids = [derived_id("criterion", finding, "s 8.1") for finding in ("f1", "f2")]
    theirs = {**mine, "finding": "f2", "grade": other}
    base = ben.save(
        add("finding/f1", {"state": "draft"}), add("finding/f2", {"state": "draft"}), add(f"criterion/{ids[0]}", mine),
        *([add(f"criterion/{ids[1]}", theirs)] if other else []))
    return story, ada, ben, story["gus"], base, ids, mine, theirs


def criteria(cases):
    """What a merged finding raised counts in its target, or the merge waits."""
    for name, about, last, by, seen in (
        ("made-less-severe", "A merge waits where its target is made less severe than what was merged.", "ofi", "ben", True),
        ("made-less-severe-by-a-leader", "Whoever did so: nobody had said that it holds for both.", "ofi", "gus", True),
        ("cleared", "So where the grade is cleared.", None, "ben", True),
    ):
        story, ada, ben, gus, base, ids, mine, theirs = graded("major")
        merge = merged(ada, base, add(f"criterion/{ids[1]}", {**theirs, "grade": "major"}))
        path = f"criterion/{ids[1]}/grade"
        lower = story[by].save(
            add(path, last, over=[merge]) if last else remove(path, over=[merge]), after=[merge] if seen else [base])
        left = {**theirs, "grade": last} if last else {k: v for k, v in theirs.items() if k != "grade"}
        story.expect(cases, f"merged-and-{name}", about,
                     {**two("draft", "draft"), "criterion": {ids[0]: mine, ids[1]: left}},
                     [conflict("merged-ended", STATE, "draft", (merge, "merged"), (lower, last, path))])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major")
    merge = merged(ada, base, add(f"criterion/{ids[1]}", {**theirs, "grade": "major"}))
    gone = ben.save(remove(f"criterion/{ids[1]}", over=[merge]), after=[merge])
    story.expect(cases, "merged-and-taken-out", "So where the criterion is taken out of the target.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (gone, None, f"criterion/{ids[1]}"))])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major", "major")
    merge = merged(ada, base)
    lower = ben.save(add(f"criterion/{ids[1]}/grade", "minor", over=[base]))
    story.expect(cases, "merged-while-made-less-severe", "So where somebody does so at the same time: the merge rested on it.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine, ids[1]: {**theirs, "grade": "minor"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"),
                           (lower, "minor", f"criterion/{ids[1]}/grade"))])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major", "major")
    lower = ben.save(add(f"criterion/{ids[1]}/grade", "minor", over=[base]))
    merge = merged(ada, base, after=[lower])
    story.expect(cases, "merged-into-what-is-less-severe", "So where somebody merges into what they see to be less "
                 "severe: to merge does not lower a grade.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine, ids[1]: {**theirs, "grade": "minor"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"),
                           (lower, "minor", f"criterion/{ids[1]}/grade"))])


def merged_again(cases):
    """To merge lowers no grade, whatever its author had seen."""
    story, ada, ben, gus, base, ids, mine, theirs = graded("major", "major")
    merge = merged(ada, base)
    again = gus.save(add(f"criterion/{ids[1]}/grade", "minor", over=[base]), add(STATE, "merged", over=[merge]), after=[merge])
    story.expect(cases, "merged-again-with-what-is-less-severe", "Nor does to merge again with what one lowers.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine, ids[1]: {**theirs, "grade": "minor"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (again, "merged"),
                           (again, "minor", f"criterion/{ids[1]}/grade"))])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major", "major")
    merge = merged(ada, base)
    gus.save(*(add(f"criterion/{one}/grade", "minor", over=[base]) for one in ids),
             add(STATE, "merged", over=[merge]), after=[merge])
    story.expect(cases, "merged-again-and-lowered-in-both", "Who lowers a grade in both findings, and merges again, leaves "
                 "nothing behind.",
                 {**two("merged", "draft"), "criterion": {
                     ids[0]: {**mine, "grade": "minor"}, ids[1]: {**theirs, "grade": "minor"}}})

    story, ada, ben, gus, base, ids, mine, theirs = graded("minor", "major")
    merged(ada, base)
    ben.save(add(f"criterion/{ids[1]}/grade", "minor", over=[base]), after=story.log)
    story.expect(cases, "merged-and-as-severe", "What stays as severe as what was merged takes nothing away.",
                 {**two("merged", "draft"), "criterion": {ids[0]: mine, ids[1]: {**theirs, "grade": "minor"}}})

    story, ada, ben, gus, base, ids, mine, theirs = graded("major", "major")
    merge = merged(ada, base)
    lower = ben.save(add(f"criterion/{ids[1]}/grade", "minor", over=[base]), after=[merge])
    ben.save(add(f"criterion/{ids[1]}/grade", "major", over=[lower]))
    story.expect(cases, "merged-and-as-severe-again", "A merge that waited stands where what was merged counts again.",
                 {**two("merged", "draft"), "criterion": {ids[0]: mine, ids[1]: theirs}})

    story, ada, ben, gus, base, ids, mine, theirs = graded("major", "major", fay="inTraining")
    merge = merged(ada, base)
    fay = story["fay"]
    offer = fay.save(add(f"criterion/{ids[1]}/grade", "minor"), after=[merge])
    story.expect(cases, "merged-and-proposed-less-severe", "What is proposed takes nothing away.",
                 {**two("merged", "draft"), "criterion": {ids[0]: mine, ids[1]: theirs}},
                 [conflict("values", f"criterion/{ids[1]}/grade", "major", (base, "major"), (offer, "minor", "proposal"))])


def left_behind(cases):
    """What a merge does not bring into its target, or brings as a proposal alone."""
    story, ada, ben, gus, base, ids, mine, theirs = graded("major")
    merge = merged(ada, base)
    story.expect(cases, "merged-without-its-criterion", "A merge waits that leaves a criterion behind.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (base, True, f"criterion/{ids[0]}"))])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major")
    bare = {k: v for k, v in theirs.items() if k != "grade"}
    merge = merged(ada, base, add(f"criterion/{ids[1]}", bare))
    story.expect(cases, "merged-without-its-grade", "So where it leaves the grade behind.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine, ids[1]: bare}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (base, "major", f"criterion/{ids[0]}/grade"))])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major")
    merge = merged(ada, base, add(f"criterion/{ids[1]}", bare))
    gus.save(add(f"criterion/{ids[1]}/grade", "major"), after=[merge])
    story.expect(cases, "merged-and-graded-afterwards", "It stands once the grade is there.",
                 {**two("merged", "draft"), "criterion": {ids[0]: mine, ids[1]: {**bare, "grade": "major"}}})

    def proposed():
        story, ada, ben, gus, base, ids, mine, theirs = graded("major", fay=("auditor", ["s"]))
        fay = story["fay"]
        raised = fay.save(add("finding/f3", {"state": "draft"}),
                          add(f"criterion/{third}", {**mine, "finding": "f3", "grade": "minor"}), after=[base])
        lead = gus.save(add(f"criterion/{third}/grade", "major"), after=[raised])
        low = gus.save(add(f"criterion/{ids[1]}", {**theirs, "grade": "minor"}), after=[base])
        merge = fay.save(add("finding/f3/state", "merged", over=[raised]), add("finding/f3/duplicateOf", "f2"),
                         add(f"criterion/{ids[1]}/grade", "major"), after=[lead, low])
        return story, gus, base, ids, mine, theirs, raised, lead, low, merge

    third = derived_id("criterion", "f3", "s 8.1")
    path = f"criterion/{ids[1]}/grade"
    story, gus, base, ids, mine, theirs, raised, lead, low, merge = proposed()

    def state(f3, grade):
        return {"finding": {"f1": {"state": "draft"}, "f2": {"state": "draft"}, "f3": {"state": f3, "duplicateOf": "f2"}},
                "criterion": {ids[0]: mine, ids[1]: {**theirs, "grade": grade},
                              third: {**mine, "finding": "f3", "grade": "major"}}}

    ended = conflict("merged-ended", "finding/f3/state", "draft", (merge, "merged"), (low, "minor", path))
    values = conflict("values", path, "minor", (low, "minor"), (merge, "major", "proposal"))
    own = conflict("values", f"criterion/{third}/grade", "major", (raised, "minor", "proposal"), (lead, "major"))
    story.expect(cases, "merged-with-a-proposed-grade", "A grade that the merge only proposes, as somebody in training does, "
                 "leaves the more severe one where it was.", state("draft", "minor"),
                 sorted([ended, values, own], key=lambda one: one["path"]))

    story, gus, base, ids, mine, theirs, raised, lead, low, merge = proposed()
    gus.save(add(path, "major", over=[low, merge]), after=[merge])
    own = conflict("values", f"criterion/{third}/grade", "major", (raised, "minor", "proposal"), (lead, "major"))
    story.expect(cases, "merged-with-a-proposed-grade-taken-up", "It stands once a leader takes the proposal up.",
                 state("merged", "major"), [own])

    story, ada, ben, gus, base, ids, mine, theirs = graded("major")
    sent = ben.save(add(OTHER, "submitted", over=[base]))
    sure = gus.save(add(OTHER, "confirmed", over=[sent]), after=[sent])
    merge = merged(ben, base, add(f"criterion/{ids[1]}", {**theirs, "grade": "major"}), after=[sure])
    story.expect(cases, "merged-into-what-was-confirmed", "So of somebody whose criterion is proposed since the target is "
                 "confirmed.",
                 {**two("draft", "confirmed"), "criterion": {
                     ids[0]: mine, ids[1]: {k: v for k, v in theirs.items() if k != "grade"}}},
                 sorted([
                     conflict("values", f"criterion/{ids[1]}", True, (merge, True, "proposal")),
                     conflict("values", f"criterion/{ids[1]}/grade", None, (merge, "major", "proposal")),
                     conflict("merged-ended", STATE, "draft", (merge, "merged"), (base, "major", f"criterion/{ids[0]}/grade")),
                 ], key=lambda one: one["path"]))


def only_proposed(cases):
    """What was decided counts as decided alone, and only in a criterion of the target."""
    story, ada, ben, gus, base, ids, mine, theirs = graded("major")
    gus.save(add(f"criterion/{ids[1]}/grade", "major"), after=[base])
    merge = merged(ada, base, after=story.log)
    story.expect(cases, "merged-into-what-only-bears-the-id", "What has the id of the target's criterion and belongs to no "
                 "finding holds nothing.",
                 {**two("draft", "draft"), "criterion": {ids[0]: mine, ids[1]: {"grade": "major"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (base, True, f"criterion/{ids[0]}"))])

    third = derived_id("criterion", "f3", "s 8.1")
    path = f"criterion/{ids[1]}/grade"

    def proposed(by_leader):
        story, ada, ben, gus, base, ids, mine, theirs = graded("major", fay=("auditor", ["s"]))
        fay = story["fay"]
        raised = fay.save(add("finding/f3", {"state": "draft"}),
                          add(f"criterion/{third}", {**mine, "finding": "f3", "grade": "major"}), after=[base])
        last = gus.save(add(f"criterion/{third}/grade", "major", over=[raised]), after=[raised]) if by_leader else raised
        clause = {k: v for k, v in theirs.items() if k != "grade"}
        merge = fay.save(add("finding/f3/state", "merged", over=[raised]), add("finding/f3/duplicateOf", "f2"),
                         add(f"criterion/{ids[1]}", {**clause, "grade": "major"}), after=[last])
        state = {"finding": {"f1": {"state": "draft"}, "f2": {"state": "draft"}, "f3": {"state": "draft", "duplicateOf": "f2"}},
                 "criterion": {ids[0]: mine, ids[1]: theirs | {"grade": "major"}, third: {**mine, "finding": "f3"}}}
        return story, gus, merge, state

    story, gus, merge, state = proposed(True)
    story.expect(cases, "merged-with-a-proposal-for-what-was-decided", "A grade that was decided does not count as proposed: "
                 "the merge waits.", state,
                 [conflict("merged-ended", "finding/f3/state", "draft", (merge, "merged"), (merge, "major", path, "proposal"))])
    gus.save(add(path, "major", over=[merge]), after=[merge])
    state["finding"]["f3"]["state"] = "merged"
    story.expect(cases, "merged-with-a-proposal-that-was-accepted", "It stands once a leader accepts the grade there.", state)

    story, gus, merge, state = proposed(False)
    state["finding"]["f3"]["state"] = "merged"
    story.expect(cases, "merged-with-a-proposal-for-a-proposal", "What was only proposed is proposed there too.", state)


def confirmed_with_a_proposal(cases):
    """A grade with which a finding was confirmed is decided."""
    story = team(gus="lead", fay=("auditor", ["s"]))[0]
    ada, gus, fay = story.people("ada", "gus", "fay")
    ids = [derived_id("criterion", finding, "s 8.1") for finding in ("f1", "f2")]
    mine, theirs = ({"finding": finding, "standard": "s", "clause": "8.1", "grade": "major"} for finding in ("f1", "f2"))
    base = fay.save(add("finding/f1", {"state": "draft"}), add("finding/f2", {"state": "draft"}),
                    add(f"criterion/{ids[0]}", mine), add(f"criterion/{ids[1]}", theirs))
    sent = fay.save(add(STATE, "submitted"))
    sure = gus.save(add(STATE, "confirmed", over=[sent]), after=[sent])
    merge = ada.save(add(STATE, "merged", over=[sure]), add("finding/f1/duplicateOf", "f2"), after=[sure])
    both = {ids[0]: mine, ids[1]: theirs}
    story.expect(cases, "merged-after-it-was-confirmed-with-a-proposal", "A grade with which a finding was confirmed counts as "
                 "decided: the merge waits where it is only proposed.", {**two("confirmed", "draft"), "criterion": both},
                 [conflict("merged-ended", STATE, "confirmed", (merge, "merged"),
                           (base, "major", f"criterion/{ids[1]}/grade", "proposal"))])
    ada.save(add(f"criterion/{ids[1]}/grade", "major", over=[base]))
    story.expect(cases, "merged-after-it-was-confirmed-and-graded", "And stands once somebody who may has given it there.",
                 {**two("merged", "draft"), "criterion": both})


def evidence(cases):
    """The evidence of what was merged counts in its target, or the merge waits."""
    mine, theirs = "finding/f1/evidence/e1", "finding/f2/evidence/e1"

    def cited(is_there):
        story, ada, ben, *_ = team(gus="lead")
        there = {"evidence": {"e1": True}} if is_there else {}
        base = ben.save(add("finding/f1", {"state": "draft", "evidence": {"e1": True}}),
                        add("finding/f2", {"state": "draft", **there}))
        return story, ada, ben, story["gus"], base

    def state(one, is_there=False, **fields):
        return {"finding": {"f1": {"state": one, "duplicateOf": "f2", "evidence": {"e1": True}, **fields},
                            "f2": {"state": "draft", **({"evidence": {"e1": True}} if is_there else {})}}}

    story, ada, ben, gus, base = cited(True)
    merged(ada, base)
    story.expect(cases, "merged-evidence-that-is-there", "Evidence that the target has counts there.", state("merged", True))

    for name, about, seen in (
        ("while-taken-out", "A merge waits where somebody takes out of its target evidence that it found there.", False),
        ("and-taken-out", "So where they had seen the merge: they said it of the target alone.", True),
    ):
        story, ada, ben, gus, base = cited(True)
        merge = merged(ada, base)
        gone = gus.save(remove(theirs, over=[base]), after=[merge if seen else base])
        story.expect(cases, f"merged-evidence-{name}", about, state("draft"),
                     [conflict("merged-ended", STATE, "draft", (merge, "merged"), (gone, None, theirs))])

    story, ada, ben, gus, base = cited(True)
    merge = merged(ada, base)
    gone = gus.save(remove(theirs, over=[base]), after=[base])
    ben.save(add(theirs, True, over=[gone]), after=[gone])
    story.expect(cases, "merged-evidence-put-back", "It stands where the evidence is put back.", state("merged", True))

    story, ada, ben, gus, base = cited(True)
    merge = merged(ada, base)
    gus.save(remove(mine, over=[base]), remove(theirs, over=[base]), after=[merge])
    story.expect(cases, "merged-evidence-taken-out-of-both", "Who takes it out of both takes nothing from the merge.",
                 {"finding": {"f1": {"state": "merged", "duplicateOf": "f2"}, "f2": {"state": "draft"}}})

    story, ada, ben, gus, base = cited(False)
    merge = merged(ada, base)
    story.expect(cases, "merged-without-its-evidence", "A merge waits that leaves evidence behind.", state("draft"),
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (base, True, mine))])

    story, ada, ben, gus, base = cited(False)
    merge = merged(ada, base, add(theirs, True))
    gus.save(remove(theirs), after=[base])
    story.expect(cases, "merged-with-its-evidence", "What a merge writes stands beside a removal that had not seen it.",
                 state("merged", True), [conflict("removed-edited", theirs, True, (merge, True), (story.log[-1], None))])
