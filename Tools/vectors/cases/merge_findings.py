"""Merge: what one writes twice, findings that are merged into others, confirmations, and citations."""

from .merge_states import team
from .story import add, conflict, remove, splice


def add_cases(cases):
    own_writes(cases)
    own_proposals(cases)
    targets(cases)
    later_targets(cases)
    circles(cases)
    taken_back(cases)
    said_later(cases)
    confirmations(cases)
    returned(cases)
    confirmed(cases)
    citations(cases)
    added_again(cases)


UNIT, STATE, OTHER = "finding/f1/unit", "finding/f1/state", "finding/f2/state"
TARGET, BY = "finding/f1/duplicateOf", "finding/f1/confirmedBy"


def own_writes(cases):
    story, ada, ben, *_ = team()
    ben.save(add("finding/f1", {"unit": "IT"}))
    ben.save(add(UNIT, "HR"))
    story.expect(cases, "own-write-unnamed", "A write replaces what its author wrote before it, though it "
                 "names nothing.", {"finding": {"f1": {"unit": "HR"}}})

    story, ada, ben, cem, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    other = cem.save(add(UNIT, "QA", over=[base]), after=[base])
    last = ben.save(add(UNIT, "HR"), after=[other])
    story.expect(cases, "own-write-leaves-others", "What others wrote stands beside it, though its author "
                 "had seen it.", {"finding": {"f1": {"unit": "HR"}}},
                 [conflict("values", UNIT, "HR", (other, "QA"), (last, "HR"))])

    story, ada, ben, *_ = team()
    ben.save(add("finding/f1", {"unit": "IT"}))
    void = ben.save(add(UNIT, "HR", over=[]), after=[])
    ben.save(remove(UNIT))
    story.expect(cases, "own-write-cleared", "A removal replaces one's own writes too.",
                 {"finding": {"f1": {}}})
    assert void.seq == 2

    story, ada, ben, *_ = team()
    ben.save(add("finding/f1"), add("finding/f1/evidence/e1", True))
    ben.save(remove("finding/f1/evidence/e1"))
    story.expect(cases, "own-write-of-a-member", "So with the members of sets.", {"finding": {"f1": {}}})

    story, ada, ben, cem, *_ = team()
    ben.save(add("finding/f1"))
    ben.save(remove("finding/f1"))
    ben.save(add("finding/f1"))
    story.expect(cases, "own-write-of-presence", "So with presence: who adds again what he removed is in "
                 "no conflict with himself.", {"finding": {"f1": {}}})

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1", {"unit": "IT"}))
    fork = ben.save(add(UNIT, "HR"))
    ben.fork(base, add("finding/f1/site", "S1"))
    other = ben.save(add(UNIT, "QA"), after=[fork])
    story.expect(cases, "own-write-on-the-other-branch", "What stands on the other branch of one's chain "
                 "does not stand before it; it is void, and replaces nothing.",
                 {"finding": {"f1": {"unit": "HR"}}},
                 voids=[(story.log[-2], "finding/f1/site", "fork"), (other, UNIT, "fork")])


def own_proposals(cases):
    path = "planSlot/p1/site"
    story, ada, ben, *_ = team()
    base = ada.save(add("planSlot/p1", {"site": "S1"}))
    ben.save(add(path, "S2"), after=[base])
    last = ben.save(add(path, "S3"))
    story.expect(cases, "own-proposal-unnamed", "A proposal replaces its author's earlier one.",
                 {"planSlot": {"p1": {"site": "S1"}}},
                 [conflict("values", path, "S1", (base, "S1"), (last, "S3", "proposal"))])

    story, ada, ben, cem, *_ = team(ben="lead")
    one = ben.save(add("planSlot/p1", {"site": "S1"}))
    change = ada.save(add("member/ben/role", "auditor"), after=[one])
    two = ben.save(add(path, "S2", over=[one]), after=[change])
    story.expect(cases, "own-proposal-beside-an-effective-write", "A proposal does not replace what has "
                 "effect, not even one's own, named or not.",
                 {"planSlot": {"p1": {"site": "S1"}}, "member": {"ben": {"role": "auditor"}}},
                 [conflict("values", path, "S1", (one, "S1"), (two, "S2", "proposal"))])


def pair(**more):
    """Two findings of ben's, in the log; ada and gus lead."""
    story, ada, ben, *_ = team(gus="lead", **more)
    base = ben.save(add("finding/f1", {"state": "draft"}), add("finding/f2", {"state": "draft"}))
    return story, ada, ben, story["gus"], base


def two(one, other, **fields):
    return {"finding": {"f1": {"state": one, "duplicateOf": "f2", **fields}, "f2": {"state": other}}}


def merged(by, base, *more, after=()):
    return by.save(add(STATE, "merged", over=[base]), add(TARGET, "f2"), *more, after=[base, *after])


def targets(cases):
    story, ada, ben, gus, base = pair()
    merged(ada, base)
    story.expect(cases, "merged-into-what-counts", "A merge into a finding that counts.",
                 two("merged", "draft"))

    story, ada, ben, gus, base = pair()
    third = ben.save(add("finding/f3", {"state": "draft"}))
    here = merged(ada, base, after=[third])
    there = gus.save(add(STATE, "merged", over=[base]), add(TARGET, "f3"), after=[third])
    state = two("merged", "draft", duplicateOf="f3")
    state["finding"]["f3"] = {"state": "draft"}
    story.expect(cases, "merged-into-two-at-once", "Who merges a finding into two targets at the same time has agreed "
                 "that it is merged: only the target is contested.", state,
                 [conflict("values", TARGET, "f3", (here, "f2"), (there, "f3"))])

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    end = gus.save(add(OTHER, "withdrawn", over=[base], reason="no finding"), after=[merge])
    story.expect(cases, "merged-into-what-was-withdrawn", "A merge waits where its target was withdrawn: "
                 "the finding counts itself.", two("draft", "withdrawn"),
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (end, "withdrawn", OTHER))])

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    end = gus.save(add(OTHER, "withdrawn", over=[base], reason="no finding"), after=[base])
    story.expect(cases, "merged-here-withdrawn-there", "A merge holds up an ending of its target.",
                 two("merged", "draft"),
                 [conflict("ended-edited", OTHER, "draft", (end, "withdrawn"), (merge, "f2", TARGET))])

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    end = gus.save(add(OTHER, "withdrawn", over=[base], reason="no finding"), after=[merge])
    gus.save(add(OTHER, "draft", over=[end]))
    story.expect(cases, "merged-into-what-counts-again", "A merge that waited stands where its target "
                 "counts again.", two("merged", "draft"))

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    end = gus.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    decided = ada.save(add(STATE, "merged", over=[end], reason="it is one"), after=[merge, end])
    gone = gus.save(add(OTHER, "withdrawn", over=[base], reason="no finding"), after=[decided])
    story.expect(cases, "merged-rather-than-withdrawn", "A withdrawal that a merge has replaced is not back when the "
                 "merge waits: its author had seen it, and let the finding count.", two("draft", "withdrawn"),
                 [conflict("ended-edited", STATE, "draft", (merge, "merged"), (end, "withdrawn"),
                           (decided, "merged"), (gone, "withdrawn", OTHER))])

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    gone = gus.save(remove("finding/f2", over=[base]), after=[merge])
    story.expect(cases, "merged-into-what-was-hidden", "So where the target was hidden.",
                 {"finding": {"f1": {"state": "draft", "duplicateOf": "f2"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"), (gone, None, "finding/f2"))])

    story, ada, ben, gus, base = pair()
    merge = ada.save(add(STATE, "merged", over=[base]), add(TARGET, "f9"), after=[base])
    story.expect(cases, "merged-into-nothing", "So where the target was never added.",
                 {"finding": {"f1": {"state": "draft", "duplicateOf": "f9"}, "f2": {"state": "draft"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"))])

    story, ada, ben, gus, base = pair()
    merge = ada.save(add(STATE, "merged", over=[base]), after=[base])
    story.expect(cases, "merged-without-a-target", "So where no target is named.",
                 {"finding": {"f1": {"state": "draft"}, "f2": {"state": "draft"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"))])


def later_targets(cases):
    story, ada, ben, gus, base = pair()
    ada.save(add(STATE, "merged", over=[base]), add(TARGET, "f9"), after=[base])
    gus.save(add("finding/f9", {"state": "draft"}))
    story.expect(cases, "merged-into-what-comes-later", "It stands once the target is added.",
                 {"finding": {"f1": {"state": "merged", "duplicateOf": "f9"}, "f2": {"state": "draft"},
                              "f9": {"state": "draft"}}})

    story, ada, ben, gus, base = pair()
    mine = {"finding": "f9", "grade": "minor"}
    gus.save(add("criterion/c1", mine))
    merge = ada.save(add(STATE, "merged", over=[base]), add(TARGET, "f9"), after=[base])
    story.expect(cases, "merged-into-what-others-belong-to", "That something belongs to it does not add it.",
                 {"finding": {"f1": {"state": "draft", "duplicateOf": "f9"}, "f2": {"state": "draft"}, "f9": {}},
                  "criterion": {"c1": mine}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"))])


def circles(cases):
    story, ada, ben, gus, base = pair()
    one = merged(ada, base)
    back = gus.save(add(OTHER, "merged", over=[base]), add("finding/f2/duplicateOf", "f1"), after=[base])
    both = {"finding": {"f1": {"state": "draft", "duplicateOf": "f2"},
                        "f2": {"state": "draft", "duplicateOf": "f1"}}}
    story.expect(cases, "merged-both-ways", "Two who merge in both directions at once hold each other up.",
                 both,
                 [conflict("ended-edited", STATE, "draft", (one, "merged"),
                           (back, "f1", "finding/f2/duplicateOf")),
                  conflict("ended-edited", OTHER, "draft", (back, "merged"), (one, "f2", TARGET))])

    story, ada, ben, gus, base = pair()
    one = merged(ada, base)
    back = gus.save(add(OTHER, "merged", over=[base]), add("finding/f2/duplicateOf", "f1"), after=[one])
    story.expect(cases, "merged-in-a-circle", "Merges that lead in a circle wait, all of them.", both,
                 [conflict("merged-ended", STATE, "draft", (one, "merged"), (back, "merged", OTHER)),
                  conflict("merged-ended", OTHER, "draft", (back, "merged"), (one, "merged", STATE))])

    longer_circles(cases)

    story, ada, ben, gus, base = pair()
    third = ben.save(add("finding/f3", {"state": "draft"}))
    one = merged(ada, base, after=[third])
    two_ = gus.save(add(OTHER, "merged", over=[base]), add("finding/f2/duplicateOf", "f3"), after=[one])
    three = "finding/f3/state"
    end = ada.save(add(three, "withdrawn", over=[third], reason="no finding"), after=[two_])
    story.expect(cases, "merged-through-another", "Of a chain of merges the one waits that leads to what "
                 "does not count; the others lead to what counts again.",
                 {"finding": {"f1": {"state": "merged", "duplicateOf": "f2"},
                              "f2": {"state": "draft", "duplicateOf": "f3"},
                              "f3": {"state": "withdrawn"}}},
                 [conflict("merged-ended", OTHER, "draft", (two_, "merged"), (end, "withdrawn", three))])


def longer_circles(cases):
    def chain(*targets):
        """Findings f1, f2 and so on, each merged in turn into the one of its number."""
        story, ada, *_ = team()
        base = ada.save(*(add(f"finding/f{n + 1}", {"state": "draft"}) for n in range(len(targets))))
        steps = [ada.save(add(f"finding/f{n + 1}/state", "merged", over=[base]),
                          add(f"finding/f{n + 1}/duplicateOf", f"f{target}"))
                 if target else None for n, target in enumerate(targets)]

        def waits(n):
            into = targets[n - 1]
            return conflict("merged-ended", f"finding/f{n}/state", "draft",
                            *{(steps[n - 1], "merged"), (steps[into - 1], "merged", f"finding/f{into}/state")})
        return story, waits

    def shown(targets, waiting):
        return {"finding": {
            f"f{n}": {"state": "draft" if n in waiting else "merged", "duplicateOf": f"f{target}"}
            for n, target in enumerate(targets, 1)}}

    targets = (2, 3, 1)
    story, waits = chain(*targets)
    story.expect(cases, "merged-in-a-circle-of-three", "So do those in a longer circle.",
                 shown(targets, (1, 2, 3)), [waits(1), waits(2), waits(3)])

    targets = (2, 3, 2)
    story, waits = chain(*targets)
    story.expect(cases, "merged-into-a-circle", "One that only leads into a circle stands: what is in the circle "
                 "counts.", shown(targets, (2, 3)), [waits(2), waits(3)])

    story, ada, ben, gus, base = pair()
    merge = ada.save(add(STATE, "merged", over=[base]), add(TARGET, "f1"), after=[base])
    story.expect(cases, "merged-into-itself", "A merge of a finding into itself is a circle.",
                 {"finding": {"f1": {"state": "draft", "duplicateOf": "f1"}, "f2": {"state": "draft"}}},
                 [conflict("merged-ended", STATE, "draft", (merge, "merged"))])


def taken_back(cases):
    for former in ("draft", "submitted", "confirmed"):
        story, ada, ben, gus, base = pair()
        merge = merged(ada, base)
        gus.save(add(STATE, former, over=[merge]), after=[merge])
        story.expect(cases, f"merge-taken-back-to-{former}", "A merge is taken back to what the finding "
                     "was.", two(former, "draft"))

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    cem = story["cem"]
    void = cem.save(add(STATE, "draft", over=[merge]), after=[merge])
    story.expect(cases, "merge-taken-back-without-right", "An auditor takes back the merge of his own "
                 "findings alone.", two("merged", "draft"), voids=[(void, STATE, "no-right")])

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    end = gus.save(add(OTHER, "withdrawn", over=[base], reason="no finding"), after=[merge])
    ben.save(add(STATE, "submitted", over=[base, merge]), after=[end])
    story.expect(cases, "merge-that-waits-left-by-a-step", "Where a merge waits, steps lead on from what "
                 "the finding was; one that names the merge ends the conflict.",
                 two("submitted", "withdrawn"))


def said_later(cases):
    """What is said in a finding by somebody who knows that it was ended."""
    criterion = {"clause": "6.2", "finding": "f1", "standard": "s"}

    story, ada, ben, gus, base = pair()
    merge = merged(ada, base)
    more = ben.save(add("criterion/c1", criterion), after=[merge])
    story.expect(cases, "said-in-what-was-merged", "A criterion that is added to a merged finding holds up "
                 "the merge, though its author had seen it: else it would count nowhere.",
                 {**two("draft", "draft"), "criterion": {"c1": criterion}},
                 [conflict("ended-edited", STATE, "draft", (merge, "merged"), (more, True, "criterion/c1"))])

    story, ada, ben, gus, base = pair()
    end = ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    more = ben.save(add("finding/f1/evidence/e1", True), add(UNIT, "HR"), after=[end])
    state = {"finding": {"f1": {"state": "draft", "evidence": {"e1": True}, "unit": "HR"},
                         "f2": {"state": "draft"}}}
    story.expect(cases, "said-in-what-was-withdrawn", "So evidence in a withdrawn one; what is not said in "
                 "it holds up nothing that its author had seen.", state,
                 [conflict("ended-edited", STATE, "draft", (end, "withdrawn"),
                           (more, True, "finding/f1/evidence/e1"))])

    story, ada, ben, gus, base = pair()
    end = ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    more = ben.save(splice("finding/f1/statement", 0, 0, "No list."), after=[end])
    ada.save(add(STATE, "withdrawn", over=[end], reason="still none"), after=[more])
    story.expect(cases, "said-in-what-was-withdrawn-and-seen", "It ends with an ending of somebody who had "
                 "seen what was said.",
                 {"finding": {"f1": {"state": "withdrawn", "statement": "No list."}, "f2": {"state": "draft"}}})

    story, ada, ben, gus, base = pair()
    one = ben.save(add("finding/f1/evidence/e1", True), after=[base])
    end = ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[one])
    ben.save(remove("finding/f1/evidence/e1", over=[one]), add(UNIT, "HR"), after=[end])
    story.expect(cases, "taken-out-of-what-was-withdrawn", "What is taken out is not said: the ending stands.",
                 {"finding": {"f1": {"state": "withdrawn", "unit": "HR"}, "f2": {"state": "draft"}}})

    story, ada, ben, gus, base = pair()
    third = ben.save(add("finding/f3", {"state": "draft"}))
    gone = ada.save(add(OTHER, "merged", over=[base]), add("finding/f2/duplicateOf", "f3"), after=[third])
    brought = "finding/f2/evidence/e1"
    merge = merged(gus, base, add(brought, True), after=[gone])
    story.expect(cases, "merged-into-what-was-merged", "What a merge brings into a finding that was merged "
                 "already holds up that merge.",
                 {"finding": {"f1": {"state": "merged", "duplicateOf": "f2"},
                              "f2": {"state": "draft", "duplicateOf": "f3", "evidence": {"e1": True}},
                              "f3": {"state": "draft"}}},
                 [conflict("ended-edited", OTHER, "draft", (gone, "merged"), (merge, True, brought))])


GRADE = "criterion/c1/grade"


def submitted():
    """A finding of ben's, submitted, with a criterion."""
    story, ada, ben, *_ = team(gus="lead")
    first = ben.save(
        add("finding/f1", {"state": "draft", "statement": "No list.", "unit": "IT"}),
        add("criterion/c1", {"clause": "6.2", "finding": "f1", "grade": "minor", "standard": "s"}))
    base = ben.save(add(STATE, "submitted", over=[first]))
    return story, ada, ben, story["gus"], first, base


def shown(state, grade="minor", criterion=True, **fields):
    finding = {"state": state, "statement": "No list.", "unit": "IT", **fields}
    parts = {"c1": {"clause": "6.2", "finding": "f1", "grade": grade, "standard": "s"}}
    return {"finding": {"f1": finding}, **({"criterion": parts} if criterion else {})}


def confirmations(cases):
    story, ada, ben, gus, first, base = submitted()
    step = ada.save(add(STATE, "confirmed", over=[base]), after=[base])
    edit = ben.save(add(GRADE, "major", over=[first]))
    story.expect(cases, "confirmed-here-graded-there", "A confirmation waits for a grade that its author "
                 "had not seen.", shown("submitted", "major"),
                 [conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"),
                           (edit, "major", GRADE))])

    story, ada, ben, gus, first, base = submitted()
    ada.save(add(STATE, "confirmed", over=[base]), after=[base])
    ben.save(add(GRADE, "major", over=[first]))
    gus.save(add(STATE, "confirmed", over=[base]), after=[base, story.log[-1]])
    story.expect(cases, "confirmed-again", "Who has seen the edit confirms; another confirmation, which has "
                 "not, is no conflict beside it.", shown("confirmed", "major"))

    story, ada, ben, gus, first, base = submitted()
    ada.save(add(STATE, "confirmed", over=[base]), after=[base])
    ben.save(add("finding/f1/draftNumber", "B-1"), add("finding/f1/evidence/e1", True))
    story.expect(cases, "confirmed-here-evidence-there", "Evidence, and what is not confirmed, holds up "
                 "no confirmation.", shown("confirmed", draftNumber="B-1", evidence={"e1": True}))

    story, ada, ben, gus, first, base = submitted()
    more = ben.save(add("finding/f1/evidence/e1", True), after=[base])
    step = ada.save(add(STATE, "confirmed", over=[base]), after=[more])
    gone = ben.save(remove("finding/f1/evidence/e1", over=[more]), add(UNIT, "HR", over=[first]))
    story.expect(cases, "confirmed-here-evidence-removed-there", "Evidence that is taken out, and another unit, "
                 "hold a confirmation up.", shown("submitted", unit="HR"),
                 [conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"),
                           (gone, None, "finding/f1/evidence/e1"), (gone, "HR", UNIT))])

    story, ada, ben, gus, first, base = submitted()
    step = ada.save(add(STATE, "confirmed", over=[base]), after=[base])
    back = gus.save(add(STATE, "draft", over=[base], reason="unclear"), after=[base])
    story.expect(cases, "confirmed-here-returned-there", "Of a confirmation and a return at once the confirmation "
                 "shows.", shown("confirmed"))
    assert step.seq and back.seq

    story, ada, ben, gus, first, base = submitted()
    step = ada.save(add(STATE, "confirmed", over=[base]), after=[base])
    ada.save(add(STATE, "submitted", over=[step], reason="too early"))
    story.expect(cases, "confirmation-taken-back", "A leader takes a confirmation back.", shown("submitted"))

    story, ada, ben, gus, first, base = submitted()
    step = ada.save(add(STATE, "confirmed", over=[base]), after=[base])
    gone = ben.save(remove("criterion/c1", over=[first]))
    story.expect(cases, "confirmed-here-criterion-removed-there", "A criterion that is taken out holds a "
                 "confirmation up.", shown("submitted", criterion=False),
                 [conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"),
                           (gone, None, "criterion/c1"))])


def returned(cases):
    """A confirmation that waits while somebody returned the finding at the same time."""
    def begun():
        story, ada, ben, gus, first, base = submitted()
        step = ada.save(add(STATE, "confirmed", over=[base]), add(BY, "ada"), after=[base])
        back = gus.save(add(STATE, "draft", over=[base], reason="unclear"), after=[base])
        edit = ben.save(add(GRADE, "major", over=[first]))
        return story, ada, gus, step, back, edit

    story, ada, gus, step, back, edit = begun()
    story.expect(cases, "confirmed-graded-and-returned", "A return beside a confirmation that waits is shown, "
                 "and is a side of the conflict; who confirmed is none.",
                 shown("draft", "major", confirmedBy="ada"),
                 [conflict("confirmed-edited", STATE, "draft", (step, "confirmed"), (back, "draft"),
                           (edit, "major", GRADE))])

    story, ada, gus, step, back, edit = begun()
    ada.save(add(STATE, "confirmed", over=[step, back], reason="still right"), after=[back, edit])
    story.expect(cases, "confirmation-taken-again", "What waits can be taken again by somebody who names it, "
                 "though no step leads to it from what is shown.",
                 shown("confirmed", "major", confirmedBy="ada"))

    story, ada, gus, step, back, edit = begun()
    again = gus.save(add(STATE, "confirmed", over=[back]), after=[step, edit])
    story.expect(cases, "confirmation-taken-again-unnamed", "Who does not name it takes a step that there is not.",
                 shown("draft", "major", confirmedBy="ada"),
                 [conflict("confirmed-edited", STATE, "draft", (step, "confirmed"), (back, "draft"),
                           (edit, "major", GRADE))],
                 voids=[(again, STATE, "life-cycle")])

    story, ada, ben, gus, first, base = submitted()
    step = ada.save(add(STATE, "confirmed", over=[base]), add(BY, "ada"), after=[base])
    end = gus.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    story.expect(cases, "withdrawn-here-confirmed-there", "Of a confirmation beside a withdrawal the step is a side, "
                 "and not who confirmed.", shown("confirmed", confirmedBy="ada"),
                 [conflict("ended-edited", STATE, "confirmed", (step, "confirmed"), (end, "withdrawn"))])

    def three():
        story, ada, ben, gus, first, base = submitted()
        step = ada.save(add(STATE, "confirmed", over=[base]), after=[base])
        back = gus.save(add(STATE, "draft", over=[base], reason="unclear"), after=[base])
        end = ben.save(add(STATE, "withdrawn", over=[base], reason="no finding"))
        return story, step, back, end

    story, step, back, end = three()
    story["gus"].save(add(STATE, "draft", over=[step, back, end], reason="agreed"), after=[step, end])
    story.expect(cases, "return-taken-beside-a-confirmation", "What stands beside the step that shows is a side too, and "
                 "can be taken while another one waits.", shown("draft"))

    story, step, back, end = three()
    no = story["cem"].save(add(STATE, "draft", over=[step, back, end], reason="mine"), after=[step, back, end])
    story.expect(cases, "return-taken-without-the-right", "By those alone who might have taken the step that shows.",
                 shown("confirmed"),
                 [conflict("ended-edited", STATE, "confirmed", (step, "confirmed"), (back, "draft"), (end, "withdrawn"))],
                 voids=[(no, STATE, "no-right")])


def confirmed(cases):
    def begun():
        story, ada, ben, gus, first, base = submitted()
        step = ada.save(add(STATE, "confirmed", over=[base]), after=[base])
        return story, ada, ben, gus, first, step

    story, ada, ben, gus, first, step = begun()
    edit = ben.save(add(GRADE, "ofi"), add(UNIT, "HR"), after=[step])
    story.expect(cases, "confirmed-then-edited-by-an-auditor", "On what one knows as confirmed an auditor "
                 "proposes, on his own too.", shown("confirmed"),
                 [conflict("values", GRADE, "minor", (first, "minor"), (edit, "ofi", "proposal")),
                  conflict("values", UNIT, "IT", (first, "IT"), (edit, "HR", "proposal"))])

    story, ada, ben, gus, first, step = begun()
    gus.save(add(GRADE, "ofi", over=[first]), after=[step])
    story.expect(cases, "confirmed-then-edited-by-a-leader", "A leader's edit has effect, and leaves the "
                 "finding confirmed.", shown("confirmed", "ofi"))

    story, ada, ben, gus, first, step = begun()
    new = ben.save(
        add("criterion/c2", {"clause": "6.3", "finding": "f1", "grade": "major", "standard": "s"}),
        after=[step])
    state = shown("confirmed")
    state["criterion"]["c2"] = {"clause": "6.3", "finding": "f1", "standard": "s"}
    story.expect(cases, "confirmed-then-criterion-added", "A criterion that an auditor adds to what is "
                 "confirmed is proposed, and contested; its grade does not count.", state,
                 [conflict("values", "criterion/c2", True, (new, True, "proposal")),
                  conflict("values", "criterion/c2/grade", None, (new, "major", "proposal"))])

    story, ada, ben, gus, first, step = begun()
    gone = ben.save(remove("criterion/c1", over=[first]), after=[step])
    story.expect(cases, "confirmed-then-criterion-removed", "A proposal to take out a criterion hides "
                 "nothing that has effect.", shown("confirmed"),
                 [conflict("removed-edited", "criterion/c1", True, (gone, None, "proposal"))])


def citations(cases):
    def begun():
        story, ada, ben, cem, *_ = team()
        base = ben.save(add("evidence/e1", {"kind": "photo"}), add("finding/f1"))
        return story, ada, ben, cem, base

    path = "finding/f1/evidence/e1"
    story, ada, ben, cem, base = begun()
    gone = ben.save(remove("evidence/e1", over=[base]))
    cites = cem.save(add(path, True), after=[base])
    kept = {"evidence": {"e1": {"kind": "photo"}}, "finding": {"f1": {"evidence": {"e1": True}}}}
    story.expect(cases, "cited-here-hidden-there", "What somebody cites at the same time stays.", kept,
                 [conflict("removed-edited", "evidence/e1", True, (gone, None), (cites, True, path))])

    story, ada, ben, cem, base = begun()
    cites = cem.save(add(path, True), after=[base])
    ben.save(remove("evidence/e1", over=[base]), after=[cites])
    story.expect(cases, "cited-and-then-hidden", "Who hides what he knows as cited hides it.",
                 {"finding": {"f1": {"evidence": {"e1": True}}}})

    story, ada, ben, cem, base = begun()
    ben.save(remove("evidence/e1", over=[base]))
    cem.save(add(path, True), after=[base])
    cem.save(remove(path))
    story.expect(cases, "cited-no-longer", "A citation that was replaced keeps nothing.",
                 {"finding": {"f1": {}}})

    story, ada, ben, cem, base = begun()
    ben.save(add("finding/f1/evidence/e2", True))
    story.expect(cases, "cited-and-never-added", "A citation alone makes no record present.",
                 {"evidence": {"e1": {"kind": "photo"}}, "finding": {"f1": {"evidence": {"e2": True}}}})


def added_again(cases):
    fields = {"clause": "6.2", "finding": "f1", "standard": "s"}
    story, ada, ben, cem, *_ = team()
    first = ben.save(add("finding/f1"), add("criterion/c1", {**fields, "grade": "major"}))
    ben.save(remove("criterion/c1", over=[first]))
    ben.save(add("criterion/c1", {**fields, "grade": "ofi"}))
    story.expect(cases, "added-again-with-another-grade", "Taken out and put in again it is the same record: "
                 "what is written once is restated, everything else takes the new value.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**fields, "grade": "ofi"}}})

    story, ada, ben, cem, *_ = team()
    first = ben.save(add("finding/f1"), add("criterion/c1", {**fields, "grade": "major"}))
    ben.save(remove("criterion/c1", over=[first]))
    void = ben.save(add("criterion/c1", {**fields, "clause": "6.3", "grade": "ofi"}))
    story.expect(cases, "added-again-as-another", "What is written once keeps its first value.",
                 {"finding": {"f1": {}}, "criterion": {"c1": {**fields, "grade": "ofi"}}},
                 voids=[(void, "criterion/c1/clause", "written-once")])


