"""Merge: what evidence says that a confirmed finding or an accepted answer cites."""

from .merge_states import team
from .story import add, conflict, remove, splice

PHOTO, SOURCE, CONTENT = "evidence/e1", "evidence/e1/source", "evidence/e1/content"
STATE, ANSWER = "finding/f1/state", "action/a1/state"
SAID = {"content": "Logs", "source": "Rack 3"}


def add_cases(cases):
    later(cases)
    beside(cases)
    beside_an_ending(cases)
    beside_an_acceptance(cases)
    not_beside(cases)


def cited(*states):
    """A finding of Ben's that cites evidence of Cem's, up to some states."""
    story, ada, ben, cem, _, eva = team(gus="lead")
    photo = cem.save(add(PHOTO, SAID))
    last = ben.save(add("finding/f1", {"evidence": {"e1": True}, "state": "draft"}), after=[photo])
    for state in states:
        last = ada.save(add(STATE, state, over=[last]), after=[last])
    return story, ada, ben, cem, eva, photo, last


def shown(state, evidence=True, **said):
    document = {"finding": {"f1": {"evidence": {"e1": True}, "state": state}}}
    return {**document, "evidence": {"e1": {**SAID, **said}}} if evidence else document


def answered():
    story, ada, ben, cem, eva, photo, last = cited()
    base = eva.save(
        add("action/a1", {"finding": "f1", "evidence": {"e1": True}, "state": "open"}), after=[last])
    return story, ada, cem, photo, eva.save(add(ANSWER, "responseSubmitted", over=[base]))


def with_answer(state, evidence=True, **said):
    answer = {"evidence": {"e1": True}, "finding": "f1", "state": state}
    return {**shown("draft", evidence, **said), "action": {"a1": answer}}


def later(cases):
    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    change = cem.save(add(SOURCE, "Rack 4"), after=[last])
    asked = conflict("values", SOURCE, "Rack 3", (photo, "Rack 3"), (change, "Rack 4", "proposal"))
    story.expect(cases, "evidence-rewritten-beneath-a-confirmation", "What a confirmed finding cites changes by "
                 "proposal only, also for who captured it.", shown("confirmed"), [asked])
    ada.save(add(SOURCE, "Rack 4", over=[photo, change]), after=[change])
    story.expect(cases, "evidence-rewrite-taken", "A leader takes it.", shown("confirmed", source="Rack 4"))

    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    change = ben.save(splice(CONTENT, 0, 0, "No "), after=[last])
    story.expect(cases, "evidence-text-rewritten-beneath-a-confirmation", "So do its texts.", shown("confirmed"),
                 [conflict("text", CONTENT, "Logs", (change, "No Logs", "proposal"))])

    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    change = ben.save(add("evidence/e1/place", "Hall 1"), after=[last])
    story.expect(cases, "evidence-told-more-of-beneath-a-confirmation", "So does what nobody had said.",
                 shown("confirmed", place="Hall 1"),
                 [conflict("values", "evidence/e1/place", "Hall 1", (change, "Hall 1", "proposal"))])

    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    void = ben.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    story.expect(cases, "evidence-rewrite-replaces-others", "A proposal names nothing of others.", shown("confirmed"),
                 voids=[(void, SOURCE, "proposal-replaces-others")])

    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    ada.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    story.expect(cases, "evidence-rewritten-by-the-leader", "A leader's change has effect.",
                 shown("confirmed", source="Rack 4"))

    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    ben.save(add("evidence/e1/personalData", True), add("evidence/e1/fileID", "p-1"), after=[last])
    story.expect(cases, "evidence-kept-otherwise-beneath-a-confirmation", "How evidence is kept is not confirmed, nor "
                 "what is written once.", shown("confirmed", fileID="p-1", personalData=True))

    story, ada, ben, cem, eva, photo, last = cited("submitted", "confirmed")
    last = ada.save(add(STATE, "submitted", over=[last], reason="look again"))
    ben.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    story.expect(cases, "evidence-rewritten-after-a-return", "What was returned is open again.",
                 shown("submitted", source="Rack 4"))

    story, ada, cem, photo, last = answered()
    step = ada.save(add(ANSWER, "planAccepted", over=[last]), after=[last])
    change = cem.save(add(SOURCE, "Rack 4"), after=[step])
    story.expect(cases, "evidence-rewritten-beneath-an-acceptance", "An accepted answer rests on it like a confirmed "
                 "finding.", with_answer("planAccepted"),
                 [conflict("values", SOURCE, "Rack 3", (photo, "Rack 3"), (change, "Rack 4", "proposal"))])


def beside(cases):
    story, ada, ben, cem, eva, photo, last = cited("submitted")
    step = ada.save(add(STATE, "confirmed", over=[last]), after=[last])
    gone = cem.save(remove(PHOTO, over=[photo]), after=[last])
    story.expect(cases, "confirmed-here-evidence-hidden-there", "A confirmation waits where what the finding cites was "
                 "hidden at the same time.", shown("submitted", evidence=False),
                 [conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"), (gone, None, PHOTO))])
    story["gus"].save(add(STATE, "confirmed", over=[step]), after=[step, gone])
    story.expect(cases, "confirmed-without-the-evidence", "Who has seen that confirms it without.",
                 shown("confirmed", evidence=False))

    story, ada, ben, cem, eva, photo, last = cited("submitted")
    step = ada.save(add(STATE, "confirmed", over=[last]), after=[last])
    change = cem.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    waits = conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"), (change, "Rack 4", SOURCE))
    story.expect(cases, "confirmed-here-evidence-rewritten-there", "So does one whose author had not seen what the "
                 "evidence says now.", shown("submitted", source="Rack 4"), [waits])
    back = ben.save(add(SOURCE, "Rack 3", over=[change]), after=[step, change])
    story.expect(cases, "confirmed-here-evidence-rewritten-back", "What it says next is for who confirms again to read.",
                 shown("submitted"), [waits])
    story["gus"].save(add(STATE, "confirmed", over=[step]), after=[back])
    story.expect(cases, "confirmed-as-the-evidence-is-now", "Then nothing waits.", shown("confirmed"))

    story, ada, ben, cem, eva, photo, last = cited("submitted")
    step = ada.save(add(STATE, "confirmed", over=[last]), after=[last])
    first = cem.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    second = cem.save(add(SOURCE, "Rack 5", over=[first]))
    other = ben.save(splice(CONTENT, 0, 0, "No "), after=[last])
    story.expect(cases, "confirmed-here-evidence-rewritten-twice-there", "Of what one person wrote in a field the last "
                 "is a side.", shown("submitted", source="Rack 5", content="No Logs"),
                 [conflict("confirmed-edited", STATE, "submitted", (step, "confirmed"), (second, "Rack 5", SOURCE),
                           (other, [[0, 0, "No "]], CONTENT))])


def beside_an_ending(cases):
    story, ada, ben, cem, eva, photo, last = cited("submitted")
    step = ada.save(add(STATE, "confirmed", over=[last]), after=[last])
    end = story["gus"].save(add(STATE, "withdrawn", over=[last], reason="no finding"), after=[last])
    edit = ben.save(add("finding/f1/unit", "IT"), after=[last])
    change = cem.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    document = shown("submitted", source="Rack 4")
    document["finding"]["f1"]["unit"] = "IT"
    story.expect(cases, "ended-and-confirmed-here-evidence-rewritten-there", "Where an ending and a confirmation wait, "
                 "what holds up either is a side.", document,
                 [conflict("ended-edited", STATE, "submitted", (step, "confirmed"), (end, "withdrawn"),
                           (edit, "IT", "finding/f1/unit"), (change, "Rack 4", SOURCE))])


def beside_an_acceptance(cases):
    story, ada, cem, photo, last = answered()
    step = ada.save(add(ANSWER, "planAccepted", over=[last]), after=[last])
    gone = cem.save(remove(PHOTO, over=[photo]), after=[last])
    story.expect(cases, "answer-accepted-here-evidence-hidden-there", "An acceptance waits as a confirmation does.",
                 with_answer("responseSubmitted", evidence=False),
                 [conflict("confirmed-edited", ANSWER, "responseSubmitted", (step, "planAccepted"), (gone, None, PHOTO))])

    story, ada, cem, photo, last = answered()
    step = ada.save(add(ANSWER, "planAccepted", over=[last]), after=[last])
    change = cem.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    story.expect(cases, "answer-accepted-here-evidence-rewritten-there", "So it does for what the evidence says.",
                 with_answer("responseSubmitted", source="Rack 4"),
                 [conflict("confirmed-edited", ANSWER, "responseSubmitted", (step, "planAccepted"),
                           (change, "Rack 4", SOURCE))])


def not_beside(cases):
    story, ada, ben, cem, eva, photo, last = cited("submitted")
    ada.save(add(STATE, "confirmed", over=[last]), after=[last])
    base = ben.save(add("evidence/e2", {"source": "Rack 7"}), after=[last])
    ben.save(add("finding/f1/evidence/e2", True))
    ben.save(add("evidence/e2/source", "Rack 8", over=[base]))
    expected = shown("confirmed")
    expected["finding"]["f1"]["evidence"] = {"e1": True, "e2": True}
    expected["evidence"]["e2"] = {"source": "Rack 8"}
    story.expect(cases, "confirmed-here-new-evidence-rewritten-there", "More evidence holds up none, whatever is said "
                 "of it.", expected)

    story, ada, ben, cem, eva, photo, last = cited("submitted")
    ada.save(add(STATE, "confirmed", over=[last]), after=[last])
    ben.save(add(PHOTO, {"place": "Hall 1"}), after=[last])
    story.expect(cases, "confirmed-here-evidence-added-again-there", "To add it again tells more of it, which is a "
                 "change.", shown("submitted", place="Hall 1"),
                 [conflict("confirmed-edited", STATE, "submitted", (ada.last, "confirmed"),
                           (ben.last, "Hall 1", "evidence/e1/place"))])

    story, ada, ben, cem, eva, photo, last = cited("submitted")
    out = ben.save(remove("finding/f1/evidence/e1", over=[last]), after=[last])
    ada.save(add(STATE, "confirmed", over=[last]), after=[out])
    cem.save(remove(PHOTO, over=[photo]), after=[out])
    story.expect(cases, "confirmed-here-other-evidence-hidden-there", "What the finding does not cite, as far as who "
                 "confirms it had seen, holds up none.", {"finding": {"f1": {"state": "confirmed"}}})

    story, ada, ben, cem, eva, photo, last = cited("submitted")
    change = cem.save(add(SOURCE, "Rack 4", over=[photo]), after=[last])
    ada.save(add(STATE, "confirmed", over=[last]), after=[change])
    story.expect(cases, "confirmed-with-evidence-rewritten-before", "Nor does what they had seen.",
                 shown("confirmed", source="Rack 4"))
