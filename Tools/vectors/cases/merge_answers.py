"""Merge: what an auditor has accepted of an answer, and what a confirmed finding or an accepted answer cites."""

from .merge_states import team
from .story import add, conflict, remove, splice

STATE, OWNER, CAUSE = "action/a1/state", "action/a1/owner", "action/a1/cause"
PROOF = "action/a1/evidence/e1"


def add_cases(cases):
    later(cases)
    beside(cases)
    implemented(cases)
    decided(cases)
    evidence(cases)


def answered(**more):
    story, ada, ben, cem, _, eva = team(**more)
    base = ben.save(add("finding/f1"))
    one = eva.save(
        add("action/a1", {"finding": "f1", "owner": "P. Doe", "cause": "Haste.", "state": "open"}), after=[base])
    two = eva.save(add(STATE, "responseSubmitted", over=[one]))
    return story, ada, ben, cem, eva, one, two


def accepted():
    story, ada, ben, cem, eva, one, two = answered()
    step = ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
    return story, ada, ben, cem, eva, one, step


def shown(state, **fields):
    answer = {"cause": "Haste.", "finding": "f1", "owner": "P. Doe", "state": state, **fields}
    return {"action": {"a1": answer}, "finding": {"f1": {}}}


def asked(one, change):
    return conflict("values", OWNER, "P. Doe", (one, "P. Doe"), (change, "Q. Roe", "proposal"))


def later(cases):
    story, ada, ben, cem, eva, one, step = accepted()
    change = eva.save(add(OWNER, "Q. Roe"), after=[step])
    story.expect(cases, "answer-changed-after-it-was-accepted", "What an auditor has accepted changes by proposal "
                 "only.", shown("planAccepted"), [asked(one, change)])

    story, ada, ben, cem, eva, one, step = accepted()
    change = eva.save(splice(CAUSE, 0, 0, "No "), after=[step])
    story.expect(cases, "answer-text-changed-after-it-was-accepted", "So do its texts.", shown("planAccepted"),
                 [conflict("text", CAUSE, "Haste.", (change, "No Haste.", "proposal"))])

    story, ada, ben, cem, eva, one, step = accepted()
    void = eva.save(add(OWNER, "Q. Roe", over=[one, step]), after=[step])
    story.expect(cases, "answer-change-replaces-others", "A proposal names nothing of others.", shown("planAccepted"),
                 voids=[(void, OWNER, "proposal-replaces-others")])

    story, ada, ben, cem, eva, one, two = answered()
    back = ada.save(add(STATE, "responseRejected", over=[two], reason="too thin"), after=[two])
    eva.save(add(OWNER, "Q. Roe", over=[one]), after=[back])
    story.expect(cases, "answer-changed-after-it-was-refused", "What was refused is the auditee's to change.",
                 shown("responseRejected", owner="Q. Roe"))


def beside(cases):
    story, ada, ben, cem, eva, one, two = answered()
    step = ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
    change = eva.save(add(OWNER, "Q. Roe", over=[one]))
    story.expect(cases, "answer-accepted-here-changed-there", "An acceptance waits for a change that its author had "
                 "not seen.", shown("responseSubmitted", owner="Q. Roe"),
                 [conflict("confirmed-edited", STATE, "responseSubmitted", (step, "planAccepted"),
                           (change, "Q. Roe", OWNER))])

    story, ada, ben, cem, eva, one, two = answered()
    step = ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
    last = ada.save(add(STATE, "closedOnPlan", over=[step]))
    change = eva.save(add(OWNER, "Q. Roe", over=[one]))
    story.expect(cases, "answer-closed-here-changed-there", "So do all acceptances, one upon the other.",
                 shown("responseSubmitted", owner="Q. Roe"),
                 [conflict("confirmed-edited", STATE, "responseSubmitted", (step, "planAccepted"),
                           (last, "closedOnPlan"), (change, "Q. Roe", OWNER))])
    ben.save(add(STATE, "closedOnPlan", over=[last], reason="seen"), after=[last, change])
    story.expect(cases, "answer-closed-again", "Who has seen the change closes it, from where it shows.",
                 shown("closedOnPlan", owner="Q. Roe"))

    story, ada, ben, cem, eva, one, two = answered()
    ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
    ben.save(add(STATE, "planAccepted", over=[two]), after=[two])
    story.expect(cases, "answer-accepted-twice", "Two who accept an answer at the same time agree.",
                 shown("planAccepted"))

    story, ada, ben, cem, eva, one, two = answered()
    ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
    eva.save(add(PROOF, True))
    story.expect(cases, "answer-accepted-here-evidence-there", "More evidence holds up no acceptance.",
                 shown("planAccepted", evidence={"e1": True}))

    story, ada, ben, cem, eva, one, two = answered()
    proof = eva.save(add(PROOF, True))
    step = ada.save(add(STATE, "planAccepted", over=[two]), after=[proof])
    gone = eva.save(remove(PROOF, over=[proof]))
    story.expect(cases, "answer-accepted-here-evidence-removed-there", "Evidence that is taken out does.",
                 shown("responseSubmitted"),
                 [conflict("confirmed-edited", STATE, "responseSubmitted", (step, "planAccepted"), (gone, None, PROOF))])


def implemented(cases):
    def begun():
        story, ada, ben, cem, eva, one, two = answered(fay="auditeeRep")
        step = ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
        change = story["fay"].save(add(OWNER, "Q. Roe", over=[one]), after=[two])
        last = eva.save(add(STATE, "implemented", over=[step]), after=[step])
        return story, ada, ben, cem, eva, two, step, last, change

    waits = shown("responseSubmitted", owner="Q. Roe")

    def sides(step, last, change):
        return [conflict("confirmed-edited", STATE, "responseSubmitted", (step, "planAccepted"),
                         (last, "implemented"), (change, "Q. Roe", OWNER))]

    story, ada, ben, cem, eva, two, step, last, change = begun()
    story.expect(cases, "answer-implemented-here-changed-there", "An acceptance waits for a change that its author had "
                 "not seen, also where the plan was implemented since.", waits, sides(step, last, change))

    story, ada, ben, cem, eva, two, step, last, change = begun()
    void = eva.save(add(STATE, "implemented", over=[step, last]), after=[change])
    story.expect(cases, "answer-implemented-again-by-the-client", "Who answers does not accept the change alone.",
                 waits, sides(step, last, change), [(void, STATE, "no-right")])

    story, ada, ben, cem, eva, two, step, last, change = begun()
    ben.save(add(STATE, "implemented", over=[step, last]), after=[last, change])
    story.expect(cases, "answer-implemented-again", "Who accepts answers accepts the plan as it was carried out.",
                 shown("implemented", owner="Q. Roe"))

    story, ada, ben, cem, eva, two, step, last, change = begun()
    ben.save(add(STATE, "planAccepted", over=[two]), after=[two, change])
    story.expect(cases, "answer-implemented-beside-another-acceptance", "Beside an acceptance whose author had seen the "
                 "change, what was implemented without it waits.", shown("planAccepted", owner="Q. Roe"),
                 [conflict("confirmed-edited", STATE, "planAccepted", (step, "planAccepted"), (story.log[-1], "planAccepted"),
                           (last, "implemented"), (change, "Q. Roe", OWNER))])

    story, ada, ben, cem, eva, one, two = answered(fay="auditeeRep")
    step = ada.save(add(STATE, "planAccepted", over=[two]), after=[two])
    change = story["fay"].save(add(OWNER, "Q. Roe", over=[one]), after=[two])
    void = eva.save(add(STATE, "implemented", over=[step]), after=[step, change])
    story.expect(cases, "answer-implemented-having-seen-the-change", "A plan that is not accepted with the change is not "
                 "implemented.", waits,
                 [conflict("confirmed-edited", STATE, "responseSubmitted", (step, "planAccepted"), (change, "Q. Roe", OWNER))],
                 [(void, STATE, "life-cycle")])


def decided(cases):
    story, ada, ben, cem, eva, one, step = accepted()
    change = eva.save(add(OWNER, "Q. Roe"), after=[step])
    taken = ada.save(add(OWNER, "Q. Roe", over=[one, change]), after=[change])
    story.expect(cases, "answer-change-taken", "Who accepts answers decides on what is asked for in them.",
                 shown("planAccepted", owner="Q. Roe"))
    void = ada.save(add(OWNER, "R. Poe", over=[change, taken]))
    story.expect(cases, "answer-change-taken-and-written-over", "But once: they give none themselves.",
                 shown("planAccepted", owner="Q. Roe"), voids=[(void, OWNER, "no-right")])

    story, ada, ben, cem, eva, one, step = accepted()
    change = eva.save(splice(CAUSE, 0, 0, "No "), after=[step])
    ben.save(splice(CAUSE, 0, 0, "", over=[change]), after=[change])
    story.expect(cases, "answer-change-declined-by-who-raised", "So does the auditor whose finding it answers.",
                 shown("planAccepted"))

    story, ada, ben, cem, eva, one, step = accepted()
    change = eva.save(add(OWNER, "Q. Roe"), after=[step])
    void = cem.save(add(OWNER, "Q. Roe", over=[one, change]), after=[change])
    story.expect(cases, "answer-change-not-decided-by-others", "And no other.", shown("planAccepted"),
                 [asked(one, change)], [(void, OWNER, "no-right")])


def evidence(cases):
    story, ada, ben, cem, eva, one, step = accepted()
    eva.save(add(PROOF, True), after=[step])
    story.expect(cases, "answer-evidence-until-it-is-verified", "What was done is shown by evidence until somebody has "
                 "verified it.", shown("planAccepted", evidence={"e1": True}))

    story, ada, ben, cem, eva, one, step = accepted()
    last = ada.save(add(STATE, "closedOnPlan", over=[step]))
    more = eva.save(add(PROOF, True), after=[last])
    story.expect(cases, "answer-evidence-after-it-was-closed", "After that it is only proposed.",
                 shown("closedOnPlan", evidence={"e1": True}),
                 [conflict("values", PROOF, True, (more, True, "proposal"))])

    story, ada, ben, cem, eva, one, step = accepted()
    last = ada.save(add(STATE, "closedOnPlan", over=[step]))
    more = eva.save(add(PROOF, True), after=[last])
    eva.save(remove(PROOF, over=[more]))
    story.expect(cases, "answer-evidence-asked-for-no-longer", "Who takes out what they alone asked for asks for nothing.",
                 shown("closedOnPlan"))

    def cited(*states):
        story, ada, ben, cem, *_ = team()
        photo = cem.save(add("evidence/e1", {"kind": "photo"}))
        last = ben.save(add("finding/f1", {"evidence": {"e1": True}, "state": "draft"}), after=[photo])
        for state in states:
            last = ada.save(add("finding/f1/state", state, over=[last]), after=[last])
        return story, ada, cem, photo, last

    def finding(state, **more):
        return {"finding": {"f1": {"evidence": {"e1": True}, "state": state}}, **more}

    photo_stays = {"evidence": {"e1": {"kind": "photo"}}}
    story, ada, cem, photo, last = cited("submitted", "confirmed")
    gone = cem.save(remove("evidence/e1", over=[photo]), after=[last])
    story.expect(cases, "evidence-removed-beneath-a-confirmation", "What a confirmed finding cites goes by proposal only.",
                 finding("confirmed", **photo_stays),
                 [conflict("removed-edited", "evidence/e1", True, (gone, None, "proposal"))])
    ada.save(add("evidence/e1", {}, over=[gone]), after=[gone])
    story.expect(cases, "evidence-kept-beneath-a-confirmation", "A leader keeps it.",
                 finding("confirmed", **photo_stays))

    story, ada, cem, photo, last = cited("submitted")
    cem.save(remove("evidence/e1", over=[photo]), after=[last])
    story.expect(cases, "evidence-removed-before-a-confirmation", "Where nothing is confirmed, who captured it takes it "
                 "out.", finding("submitted"))

    story, ada, cem, photo, last = cited("submitted", "confirmed")
    ada.save(remove("evidence/e1"), after=[last])
    story.expect(cases, "evidence-removed-by-the-leader", "So does a leader.", finding("confirmed"))
