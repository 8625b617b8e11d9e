"""Merge: the sign-off. What a seal gives and freezes, when it is in force, and how it is reopened."""

from .story import Story, add, conflict, remove, splice, void_record

NUMBERS = ("finding/f1/number", "finding/f1/ncNumber")


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditeeRep", fay="observer", gus="lead", **more)
    return (story, *story.people("ada", "ben", "cem", "fay", "gus"))


def add_cases(cases):
    given(cases)
    not_given(cases)
    precedence(cases)
    frozen(cases)
    going_on(cases)
    seen(cases)
    two_seals(cases)


class SignedOff:
    """A confirmed finding with evidence, sealed by ada, who had seen everything."""

    def __init__(self, pending=False, sealed=True):
        self.story, self.ada, self.ben, self.cem, self.fay, self.gus = team()
        self.base = self.ben.save(add("evidence/e1"), add("finding/f1", {"unit": "IT"}))
        sent = self.ben.save(add("finding/f1/state", "submitted"))
        self.confirmed = self.ada.save(add("finding/f1/state", "confirmed", over=[sent]), after=[sent])
        if sealed:
            self.seal = self.ada.save(add("seal/s1"), pending=pending)

    def state(self, finding=None, **more):
        return {
            "evidence": {"e1": {}}, "finding": {"f1": {"state": "confirmed", "unit": "IT", **(finding or {})}},
            "seal": {"s1": {}}, **more,
        }

    def reopen(self, by=None, **more):
        return (by or self.ada).save(add("reopening/r1", {"seal": "s1"}), **more)

    def revoked(self):
        return {**self.story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}

    def expect(self, *arguments, **more):
        self.story.expect(*arguments, **more)


def proposed(path, diff, value):
    """What an auditor writes on a confirmed finding where nobody else did: it shows, contested."""
    return conflict("values", path, value, (diff, value, "proposal"))


REOPENED = {"reopening": {"r1": {"seal": "s1"}}}


def in_review(device):
    """The engagement's way up to the review; returns the last step."""
    last = None
    for state in ("planApproved", "inProgress", "inReview"):
        last = device.save(add("engagement/audit/state", state, over=[last] if last else ()))
    return last


def given(cases):
    one = SignedOff(sealed=False)
    ada = one.ada
    ada.save(add("conclusion/c1", {"standard": "iso-9001-2008"}))
    proposed = ada.save(add("conclusion/c1/state", "proposed"))
    review = in_review(ada)
    ada.save(
        add("finding/f1/number", "1"), add("finding/f1/ncNumber", "NC-1"),
        add("finding/f1/state", "issued", over=[one.confirmed]),
        add("conclusion/c1/state", "signed", over=[proposed]),
        add("engagement/audit/state", "signed", over=[review]),
        add("seal/s1", {"note": "closing meeting"}))
    one.expect(
        cases, "seal-in-force", "A seal gives final numbers, issues the findings, and signs: in one diff, "
        "wherever in it the seal stands.",
        one.state({"number": "1", "ncNumber": "NC-1", "state": "issued"},
                  conclusion={"c1": {"standard": "iso-9001-2008", "state": "signed"}},
                  engagement={"audit": {"number": "A-1", "state": "signed"}},
                  seal={"s1": {"note": "closing meeting"}}))

    one = SignedOff(sealed=False)
    seal = one.ada.save(add("seal/s1", {"digest": 5}), add("finding/f1/number", "1"))
    one.expect(cases, "seal-with-a-wrong-digest", "No verdict rests on the digest.",
               one.state({"number": "1"}), voids=[(seal, "seal/s1/digest", "malformed-value")])

    story, ada, ben, *_ = team()
    base = ben.save(add("finding/f1"))
    sent = ben.save(add("finding/f1/state", "submitted"))
    seal = ada.save(
        add("finding/f1/number", "1"), add("finding/f1/state", "issued", over=[sent]), add("seal/s1"),
        after=[base, sent])
    story.expect(cases, "seal-takes-the-step", "A seal takes no other right, but the life cycle's step: what "
                 "is not confirmed is not issued.",
                 {"finding": {"f1": {"number": "1", "state": "submitted"}}, "seal": {"s1": {}}},
                 voids=[(seal, "finding/f1/state", "life-cycle")])


def not_given(cases):
    one = SignedOff(sealed=False)
    void = one.ada.save(
        add("finding/f1/number", "1"), add("finding/f1/ncNumber", "NC-1"),
        add("finding/f1/state", "issued", over=[one.confirmed]))
    other = one.ada.save(add("finding/f2", {"number": "2", "state": "issued", "unit": "HR"}))
    by_hand = [*((void, path, "without-a-seal") for path in (*NUMBERS, "finding/f1/state")),
               (other, "finding/f2/number", "without-a-seal"),
               (other, "finding/f2/state", "without-a-seal")]
    one.story.expect(
        cases, "without-a-seal", "Nobody numbers or issues by hand; the record that such a field came with, "
        "and its other fields, are there.",
        {"evidence": {"e1": {}},
         "finding": {"f1": {"state": "confirmed", "unit": "IT"}, "f2": {"unit": "HR"}}}, voids=by_hand)

    one = SignedOff(sealed=False)
    void = one.ada.save(add("finding/f1/number", "1"), add("finding/f1/state", "issued", over=[one.confirmed]))
    admitted = {"diff": void.id}
    one.ada.save(add("admission/a1", admitted))
    one.story.expect(
        cases, "without-a-seal-is-not-admitted", "No admission stands for a seal.",
        {"admission": {"a1": admitted}, "evidence": {"e1": {}},
         "finding": {"f1": {"state": "confirmed", "unit": "IT"}}},
        voids=[(void, path, "without-a-seal") for path in ("finding/f1/number", "finding/f1/state")])

    one = SignedOff(sealed=False)
    void = one.ben.save(
        add("seal/s1", {"note": "mine"}), add("finding/f1/number", "1"), add("finding/f1/site", "S1"),
        after=[one.confirmed])
    edit = one.ada.save(add("finding/f1/process", "P1"))
    one.story.expect(
        cases, "seal-by-an-auditor", "Who has no right to sign seals nothing, and what a seal alone gives is "
        "void beside it; it freezes nothing.",
        {"evidence": {"e1": {}},
         "finding": {"f1": {"process": "P1", "site": "S1", "state": "confirmed", "unit": "IT"}}},
        [proposed("finding/f1/site", void, "S1")],
        voids=[*void_record(void, "seal/s1", "no-right", "note"),
               (void, "finding/f1/number", "without-a-seal")])
    assert void not in edit.seen

    one = SignedOff(sealed=False)
    unseen = one.ben.save(add("finding/f1/site", "S1"), after=[one.confirmed])
    void = one.ada.save(add("seal/s1", over=[unseen]), add("finding/f1/number", "1"))
    one.story.expect(
        cases, "seal-of-unseen-over", "What a seal names in `over` voids it no more than another control operation; "
        "what its author had not seen does.",
        {"evidence": {"e1": {}}, "finding": {"f1": {"site": "S1", "state": "confirmed", "unit": "IT"}}},
        [proposed("finding/f1/site", unseen, "S1")],
        voids=[(void, "seal/s1", "not-all-seen"), (void, "finding/f1/number", "without-a-seal")])

    one = SignedOff(sealed=False)
    one.gus.save(add("member/ada/status", "revoked"), after=[one.confirmed])
    void = one.ada.save(add("seal/s1"), add("finding/f1/number", 5), add("finding/f1/ncNumber", "NC-1"),
                        add("finding/f1/site", "S1"))
    one.story.expect(
        cases, "seal-of-a-revoked-leader", "The form comes before the missing seal, and that before a "
        "revocation, which an admission could cure.",
        {"evidence": {"e1": {}}, "finding": {"f1": {"state": "confirmed", "unit": "IT"}},
         "member": {**one.story.state["member"], "ada": {"role": "lead", "status": "revoked"}}},
        voids=[(void, "seal/s1", "revoked"), (void, "finding/f1/number", "malformed-value"),
               (void, "finding/f1/ncNumber", "without-a-seal"), (void, "finding/f1/site", "revoked")])


def precedence(cases):
    story, ada, ben, cem, fay, gus = team()
    void = fay.save(add("finding/f1", {"number": "1", "site": 5, "unit": "IT"}))
    story.expect(
        cases, "precedence-seal-before-the-record", "A first field is void for its own form, or for want of a "
        "seal, before it is void with its record.",
        voids=[(void, "finding/f1", "no-right"), (void, "finding/f1/number", "without-a-seal"),
               (void, "finding/f1/site", "malformed-value"), (void, "finding/f1/unit", "no-right")])

    one = SignedOff()
    expert = one.ada.save(add("member/fay/role", "technicalExpert"))
    right = one.fay.save(add("finding/f1/site", "S1"), after=[expert])
    step = one.ada.save(add("finding/f1/state", "draft", over=[one.confirmed], reason="again"))
    one.ada.save(add("finding/f2"))
    void = one.ada.last
    late = one.ada.save(add("finding/f1/state", "withdrawn", over=[one.confirmed]))
    form = one.ada.save(add("finding/f1/site", 5))
    hand = one.ada.save(add("finding/f1/number", "1"))
    one.expect(
        cases, "precedence-before-the-seal", "Form, missing seal, right, life cycle and reason come before "
        "what a seal froze.",
        one.state(member={**one.story.state["member"], "fay": {"role": "technicalExpert"}}),
        voids=[(right, "finding/f1/site", "no-right"), (step, "finding/f1/state", "life-cycle"),
               (void, "finding/f2", "after-the-seal"), (late, "finding/f1/state", "reason-missing"),
               (form, "finding/f1/site", "malformed-value"),
               (hand, "finding/f1/number", "without-a-seal")])

    story, ada, ben, *_ = team()
    base = ada.save(add("scope/c1", {"customers": "many"}))
    ada.save(add("seal/s1"))
    void = ben.save(add("scope/c1/customers", "few", over=[base]), after=[base])
    beside = ben.save(add("scope/c1/boundary", "x"), add("planSlot/p1", {"site": "S1"}))
    alone = ben.save(add("scope/c1/customers", "some"))
    story.expect(
        cases, "seal-and-proposals", "A proposal that replaces others is void for that first; others are "
        "frozen like any write, and so is what no version knows.",
        {"scope": {"c1": {"customers": "many"}}, "seal": {"s1": {}}},
        voids=[(void, "scope/c1/customers", "proposal-replaces-others"),
               (beside, "scope/c1/boundary", "after-the-seal"),
               *void_record(beside, "planSlot/p1", "after-the-seal", "site"),
               (alone, "scope/c1/customers", "after-the-seal")])

    story, ada, ben, *_ = team()
    base = ben.save(add("evidence/e1", {"size": 10}))
    ada.save(add("seal/s1"), after=[base])
    void = ben.save(add("evidence/e1/size", 11), add("evidence/e2", {"size": 12}))
    again = ben.save(add("evidence/e2/size", 13))
    story.expect(
        cases, "precedence-seal-before-once", "The seal comes before what was written once.",
        {"evidence": {"e1": {"size": 10}, "e2": {"size": 12}}, "seal": {"s1": {}}},
        voids=[(void, "evidence/e1/size", "after-the-seal"), (again, "evidence/e2/size", "written-once")])


def frozen(cases):
    one = SignedOff(sealed=False)
    late = one.ben.save(add("finding/f1/unit", "HR", over=[one.base]), logged=False)
    one.seal = one.ada.save(add("seal/s1"))
    one.story.log.append(late)
    one.expect(cases, "seal-freezes-what-came-late", "What was made before the sign-off and comes behind it in "
               "the log is void.", one.state(), voids=[(late, "finding/f1/unit", "after-the-seal")])

    one = SignedOff()
    late = one.ben.save(add("finding/f1/unit", "HR", over=[one.base]), after=[one.seal])
    own = one.ada.save(add("finding/f1/site", "S1"))
    one.expect(cases, "seal-freezes-for-who-saw-it", "Who saw the seal writes in vain too, and so does who "
               "set it.", one.state(), voids=[(late, "finding/f1/unit", "after-the-seal"),
                                              (own, "finding/f1/site", "after-the-seal")])

    one = SignedOff()
    finding = one.ben.save(add("finding/f2", {"title": "Logs", "evidence": {"e1": True}, "number": "2"}))
    other = one.ben.save(
        add("criterion/k1", {"finding": "f1", "grade": "major"}), add("checklistItem/q1"))
    link = one.ben.save(add("finding/f1/evidence/e1", True), splice("finding/f1/statement", 0, 0, "Logs"))
    hidden = one.ada.save(remove("finding/f1", over=[one.base]))
    one.expect(
        cases, "seal-freezes-everything", "No new finding, criterion or item, no member, no text, no hiding.",
        one.state(),
        voids=[*void_record(finding, "finding/f2", "after-the-seal", "title", "evidence/e1"),
               (finding, "finding/f2/number", "without-a-seal"),
               *void_record(other, "criterion/k1", "after-the-seal", "finding", "grade"),
               (other, "checklistItem/q1", "after-the-seal"),
               (link, "finding/f1/evidence/e1", "after-the-seal"),
               (link, "finding/f1/statement", "after-the-seal"), (hidden, "finding/f1", "after-the-seal")])

    one = SignedOff()
    void = one.ben.save(add("evidence/e1/kind", "record"))
    unseen = one.ben.save(add("evidence/e3", {"kind": "photo"}))
    new = one.ben.save(add("evidence/e4"), add("evidence/e3/kind", "record", over=[unseen]),
                       after=[one.seal])
    one.ben.save(add("evidence/e4/kind", "photo"))
    one.expect(
        cases, "seal-and-evidence", "Of evidence the seal freezes what was there; new evidence may be added "
        "and edited.", one.state(evidence={"e1": {}, "e3": {"kind": "record"}, "e4": {"kind": "photo"}}),
        voids=[(void, "evidence/e1/kind", "after-the-seal")])
    assert new.seq == 5

    one = SignedOff(sealed=False)
    one.ada.save(add("member/ben/status", "revoked"))
    void = one.ben.save(add("evidence/e2", {"kind": "photo"}), after=[one.base])
    one.ada.save(add("seal/s1"), after=[void])
    admitted = {"diff": void.id}
    one.ada.save(add("admission/a1", admitted))
    one.expect(
        cases, "seal-and-void-evidence", "Evidence whose `add` was void at the seal was not there: it may be "
        "admitted after it.",
        one.state(admission={"a1": admitted}, evidence={"e1": {}, "e2": {"kind": "photo"}},
                  member=one.revoked()))


def going_on(cases):
    one = SignedOff()
    action = one.cem.save(add("action/a1", {"finding": "f1"}), after=[one.base])
    sent = one.cem.save(add("action/a1/state", "responseSubmitted"))
    one.ada.save(add("action/a1/state", "planAccepted", over=[sent]), after=[sent])
    one.expect(cases, "seal-and-actions", "The client's answers, and what becomes of them, go on.",
               one.state(action={"a1": {"finding": "f1", "state": "planAccepted"}}))
    assert one.seal not in action.seen

    closing(cases)


def closing(cases):
    def signed():
        story, ada, ben, cem, fay, gus = team()
        review = in_review(ada)
        return story, ada, gus, ada.save(
            add("engagement/audit/state", "signed", over=[review]), add("seal/s1"))

    def engagement(state, **fields):
        return {"engagement": {"audit": {"number": "A-1", "state": state, **fields}}, "seal": {"s1": {}}}

    story, ada, gus, seal = signed()
    closed = ada.save(add("engagement/audit/state", "closed", over=[seal]))
    again = gus.save(add("engagement/audit/state", "closed", over=[closed]), after=[closed])
    void = ada.save(add("engagement/audit/to", "2026-03-04"))
    back = ada.save(add("engagement/audit/state", "inReview", over=[again], reason="found late"), after=[again])
    story.expect(
        cases, "seal-and-closing", "A signed engagement is closed without a reopening, and that may be "
        "restated; its other fields are frozen, and it does not go back.", engagement("closed"),
        voids=[(void, "engagement/audit/to", "after-the-seal"),
               (back, "engagement/audit/state", "after-the-seal")])

    story, ada, gus, seal = signed()
    closed = ada.save(add("engagement/audit/state", "closed", over=[seal]))
    ada.save(add("reopening/r1", {"seal": "s1"}))
    ada.save(add("engagement/audit/state", "inReview", over=[closed], reason="found late"))
    story.expect(cases, "seal-reopened-for-review", "After a reopening the engagement goes back to review.",
                 {**engagement("inReview"), **REOPENED})

    story, ada, gus, seal = signed()
    void = gus.save(add("engagement/audit/state", "signed", over=[seal]), after=[seal])
    story.expect(cases, "seal-restated", "What a seal gave is not restated without one.", engagement("signed"),
                 voids=[(void, "engagement/audit/state", "without-a-seal")])

    one = SignedOff()
    one.ben.save(add("hologram/h1", {"depth": 3}), add("hologram/h1/height", 4))
    one.expect(cases, "seal-and-unknown-kinds", "A kind that is not known is not frozen.",
               one.state(hologram={"h1": {"depth": 3, "height": 4}}))

    one = SignedOff()
    one.ada.save(add("member/fay/role", "auditor"))
    one.ben.save(add("member/ben/name", "Ben B."))
    one.ada.save(add("invitation/i1", {"role": "observer"}))
    one.expect(
        cases, "seal-and-members", "Control operations are not frozen.",
        one.state(invitation={"i1": {"role": "observer"}}, member={
            **one.story.state["member"], "ben": {"name": "Ben B.", "role": "auditor"},
            "fay": {"role": "auditor"}}))

    one = SignedOff()
    one.reopen()
    void = one.ada.save(remove("seal/s1", over=[one.seal]), remove("reopening/r1"))
    one.expect(cases, "seal-is-not-hidden", "Nobody hides a seal or a reopening.", one.state(**REOPENED),
               voids=[(void, "seal/s1", "no-right"), (void, "reopening/r1", "no-right")])


def seen(cases):
    one = SignedOff(sealed=False)
    one.gus.save(add("finding/f1/site", "S1"), after=[one.confirmed])
    void = one.ada.save(
        add("seal/s1", {"note": "closing meeting"}), add("finding/f1/number", "1"),
        add("finding/f1/state", "issued", over=[one.confirmed]), add("finding/f1/process", "P1"))
    edit = one.gus.save(add("finding/f1/slot", "p1"))
    admitted = {"diff": void.id}
    one.ada.save(add("admission/a1", admitted))
    one.story.expect(
        cases, "seal-not-all-seen", "A seal whose author had not seen everything that had effect is void, with "
        "all that it alone gives; the rest of its diff has effect, nothing is frozen, and it cannot be admitted.",
        {"admission": {"a1": admitted}, "evidence": {"e1": {}},
         "finding": {"f1": {"process": "P1", "site": "S1", "slot": "p1", "state": "confirmed", "unit": "IT"}}},
        voids=[*void_record(void, "seal/s1", "not-all-seen", "note"),
               (void, "finding/f1/number", "without-a-seal"), (void, "finding/f1/state", "without-a-seal")])
    assert void not in edit.seen

    one = SignedOff(sealed=False)
    unseen = one.gus.save(add("finding/f1/site", "S1"), after=[one.confirmed])
    void = one.ada.save(add("seal/s1"), add("finding/f1/number", "1"))
    one.ada.save(add("seal/s1"), add("finding/f1/number", "2"), after=[unseen])
    one.expect(cases, "seal-made-again", "It is made again once its author has seen the rest.",
               one.state({"number": "2", "site": "S1"}),
               voids=[(void, "seal/s1", "not-all-seen"), (void, "finding/f1/number", "without-a-seal")])

    one = SignedOff(sealed=False)
    void = one.fay.save(add("finding/f1/site", "S1"), add("finding/f2", {"unit": "HR"}), after=[one.confirmed])
    one.ben.save(after=[one.confirmed])
    one.ada.save(add("seal/s1"), add("finding/f1/number", "1"))
    one.expect(cases, "seal-beside-the-void", "What has no effect need not be seen, nor a diff that says "
               "nothing.", one.state({"number": "1"}),
               voids=[(void, "finding/f1/site", "no-right"),
                      *void_record(void, "finding/f2", "no-right", "unit")])

    one = SignedOff(sealed=False)
    half = one.cem.save(add("finding/f1/site", "S1"), add("action/a1", {"finding": "f1"}), after=[one.confirmed])
    void = one.ada.save(add("seal/s1"))
    one.story.expect(
        cases, "seal-beside-the-half-void", "One write with effect is enough, also of a kind that a seal does "
        "not freeze.",
        {"action": {"a1": {"finding": "f1"}}, "evidence": {"e1": {}},
         "finding": {"f1": {"state": "confirmed", "unit": "IT"}}},
        voids=[(half, "finding/f1/site", "no-right"), (void, "seal/s1", "not-all-seen")])

    one = SignedOff(sealed=False)
    one.gus.save(add("member/fay/role", "auditor"))
    void = one.ada.save(add("seal/s1"))
    one.story.expect(
        cases, "seal-beside-a-control-operation", "Control operations have effect like any other.",
        {"evidence": {"e1": {}}, "finding": {"f1": {"state": "confirmed", "unit": "IT"}},
         "member": {**one.story.state["member"], "fay": {"role": "auditor"}}},
        voids=[(void, "seal/s1", "not-all-seen")])

    seen_or_void(cases)


def seen_or_void(cases):
    story, ada, ben, *_ = team()
    base = ada.save(add("scope/c1", {"customers": "many"}))
    proposal = ben.save(add("scope/c1/customers", "few"), after=[base])
    void = ada.save(add("seal/s1"))
    story.expect(
        cases, "seal-beside-a-proposal", "A proposal is not void: it has to be seen.",
        {"scope": {"c1": {"customers": "many"}}},
        [conflict("values", "scope/c1/customers", "many", (base, "many"), (proposal, "few", "proposal"))],
        voids=[(void, "seal/s1", "not-all-seen")])

    one = SignedOff(sealed=False)
    shared = one.ben.save(add("finding/f1/site", "S1"), after=[one.confirmed])
    one.ada.save(add("finding/f1/process", "P1"), after=[shared])
    fork = one.ben.fork(one.base, add("finding/f1/slot", "p1"))
    one.ada.save(add("seal/s1"))
    one.expect(cases, "seal-beside-a-fork", "The void branch of a fork need not be seen.",
               one.state({"process": "P1", "site": "S1"}), [proposed("finding/f1/site", shared, "S1")],
               voids=[(fork, "finding/f1/slot", "fork")])

    one = SignedOff(pending=True)
    one.cem.save(add("finding/f1/site", "S1"), pending=True)
    early = one.cem.last
    late = one.ben.save(add("finding/f1/site", "S1"), after=[one.seal], pending=True)
    one.expect(cases, "seal-pending", "A seal that has no place yet counts provisionally.", one.state(),
               voids=[(early, "finding/f1/site", "no-right"), (late, "finding/f1/site", "after-the-seal")])

    one = SignedOff(pending=True)
    one.ben.save(add("finding/f1/slot", "p1"))
    one.story.expect(
        cases, "seal-pending-behind-an-edit", "Where the log has meanwhile put before it what its author had "
        "not seen, it is void.",
        {"evidence": {"e1": {}}, "finding": {"f1": {"slot": "p1", "state": "confirmed", "unit": "IT"}}},
        voids=[(one.seal, "seal/s1", "not-all-seen")])


def two_seals(cases):
    for name, first in (("first", "ada"), ("second", "gus")):
        one = SignedOff(sealed=False)
        seals = {
            author: one.story[author].save(
                add(f"seal/{author}"), add("finding/f1/number", number), after=[one.confirmed], logged=False)
            for author, number in (("ada", "1"), ("gus", "2"))}
        void = seals["gus" if first == "ada" else "ada"]
        one.story.log += [seals[first], void]
        one.story.expect(
            cases, f"seals-at-once-{name}", "Of two seals at once the first in the log is in force: the author "
            "of the other had not seen it.",
            {"evidence": {"e1": {}}, "seal": {first: {}},
             "finding": {"f1": {"number": "1" if first == "ada" else "2", "state": "confirmed", "unit": "IT"}}},
            voids=[(void, f"seal/{void.author}", "not-all-seen"),
                   (void, "finding/f1/number", "without-a-seal")])

    one = SignedOff()
    void = one.gus.save(add("seal/s2", {"note": "mine"}), add("finding/f1/number", "1"), after=[one.seal])
    one.expect(cases, "seal-on-a-seal", "A second seal takes a reopening of the first.", one.state(),
               voids=[*void_record(void, "seal/s2", "after-the-seal", "note"),
                      (void, "finding/f1/number", "without-a-seal")])

    one = SignedOff(sealed=False)
    first = one.ada.save(add("seal/s1"), add("finding/f1/number", "1"))
    one.reopen()
    two = one.ben.save(add("finding/f2", {"unit": "HR"}), after=[one.ada.last])
    void = one.ada.save(
        add("seal/s2"), add("finding/f1/number", "2"), add("finding/f2/number", "2"), after=[two])
    late = one.ben.save(add("finding/f2/site", "S1"))
    one.expect(
        cases, "seal-after-a-reopening", "After a reopening it is sealed again: a number that was given stays, "
        "and what the second seal froze takes a reopening of its own.",
        one.state(finding=None, seal={"s1": {}, "s2": {}}, **REOPENED) | {
            "finding": {"f1": {"number": "1", "state": "confirmed", "unit": "IT"},
                        "f2": {"number": "2", "unit": "HR"}}},
        voids=[(void, "finding/f1/number", "written-once"), (late, "finding/f2/site", "after-the-seal")])
    assert first in late.seen

    reopenings(cases)
    not_reopened(cases)
    admissions(cases)


def reopenings(cases):
    one = SignedOff()
    reopened = one.reopen()
    void = one.ben.save(add("finding/f1/site", "S1"), after=[one.seal])
    one.gus.save(add("finding/f1/process", "P1"), after=[reopened])
    one.expect(cases, "reopened", "Who had seen the reopening writes with effect, nobody else.",
               one.state({"process": "P1"}, **REOPENED), voids=[(void, "finding/f1/site", "after-the-seal")])

    one = SignedOff(sealed=False)
    one.ada.save(add("conclusion/c1", {"standard": "iso-9001-2008"}))
    proposed = one.ada.save(add("conclusion/c1/state", "proposed"))
    seal = one.ada.save(
        add("seal/s1"), add("finding/f1/state", "issued", over=[one.confirmed]),
        add("conclusion/c1/state", "signed", over=[proposed]))
    one.reopen()
    one.gus.save(
        add("finding/f1/state", "confirmed", over=[seal], reason="wrong number"),
        add("conclusion/c1/state", "draft", over=[seal], reason="wrong number"), after=[one.ada.last])
    one.expect(cases, "reopened-steps-back", "After a reopening there are steps back from what a seal gave.",
               one.state(conclusion={"c1": {"standard": "iso-9001-2008", "state": "draft"}}, **REOPENED))

    one = SignedOff()
    one.ada.save(
        add("seal/s2"), add("finding/f1/number", "1"), add("finding/f1/site", "S1"),
        add("reopening/r1", {"seal": "s1"}))
    void = one.ben.save(add("finding/f1/process", "P1"), after=[one.ada.last])
    one.expect(
        cases, "reopened-and-sealed-in-one-diff", "A reopening counts for its own diff too, wherever in it "
        "it stands.", one.state({"number": "1", "site": "S1"}, seal={"s1": {}, "s2": {}}, **REOPENED),
        voids=[(void, "finding/f1/process", "after-the-seal")])

    one = SignedOff(sealed=False)
    seal = one.ada.save(
        add("seal/s1"), add("reopening/r1", {"seal": "s1"}), add("finding/f1/number", "1"))
    void = one.ada.save(add("finding/f1/site", "S1"))
    one.expect(cases, "reopening-beside-its-seal", "A reopening does not open what its own diff seals.",
               one.state({"number": "1"}, **REOPENED), voids=[(void, "finding/f1/site", "after-the-seal")])
    assert seal in void.seen


def not_reopened(cases):
    one = SignedOff()
    vain = one.reopen(by=one.ben, after=[one.seal])
    void = one.ada.save(add("finding/f1/site", "S1"), after=[vain])
    one.expect(cases, "reopening-without-right", "Who cannot sign cannot reopen.", one.state(),
               voids=[*void_record(vain, "reopening/r1", "no-right", "seal"),
                      (void, "finding/f1/site", "after-the-seal")])

    one = SignedOff()
    unseen = one.reopen(by=one.gus, after=[one.confirmed])
    void = one.ada.save(add("finding/f1/site", "S1"), after=[unseen])
    one.expect(cases, "reopening-of-an-unseen-seal", "A reopening whose author had not seen the seal opens "
               "nothing.", one.state(**REOPENED), voids=[(void, "finding/f1/site", "after-the-seal")])

    one = SignedOff()
    other = one.ada.save(add("reopening/r1", {"seal": "s2"}), add("reopening/r2"))
    later = one.ada.save(add("reopening/r2/seal", "s1"))
    void = one.ada.save(add("finding/f1/site", "S1"))
    one.expect(
        cases, "reopening-of-another-seal", "A reopening names its seal in its own `add`.",
        one.state(reopening={"r1": {"seal": "s2"}, "r2": {"seal": "s1"}}),
        voids=[(void, "finding/f1/site", "after-the-seal")])
    assert {other, later} <= void.seen

    one = SignedOff(sealed=False)
    unseen = one.gus.save(add("finding/f1/site", "S1"), after=[one.confirmed])
    void = one.ada.save(add("seal/s1"))
    one.reopen(after=[unseen])
    one.ada.save(add("seal/s1"))
    late = one.ada.save(add("finding/f1/process", "P1"))
    one.expect(
        cases, "reopening-of-a-void-seal", "A reopening opens seals that were in force before it, no later one "
        "of the same record.", one.state({"site": "S1"}, **REOPENED),
        voids=[(void, "seal/s1", "not-all-seen"), (late, "finding/f1/process", "after-the-seal")])


def admissions(cases):
    one = SignedOff()
    void = one.ben.save(add("finding/f1/unit", "HR", over=[one.base]))
    admitted = {"diff": void.id}
    one.ada.save(add("admission/a1", admitted), after=[void])
    one.expect(cases, "seal-and-admission", "What a seal froze is not admitted before a reopening.",
               one.state(admission={"a1": admitted}), voids=[(void, "finding/f1/unit", "after-the-seal")])

    one = SignedOff()
    void = one.ben.save(add("finding/f1/slot", "p1"))
    admitted = {"diff": void.id}
    one.reopen()
    one.ada.save(add("admission/a1", admitted), after=[void])
    one.expect(cases, "seal-and-admission-after-a-reopening", "After it, it is: at its own causal place.",
               one.state({"slot": "p1"}, admission={"a1": admitted}, **REOPENED))

    one = SignedOff()
    void = one.ben.save(add("finding/f1/slot", "p1"))
    admitted = {"diff": void.id}
    one.ada.save(add("admission/a1", admitted), add("reopening/r1", {"seal": "s1"}), after=[void])
    one.expect(cases, "seal-and-admission-with-its-reopening", "Both may stand in one diff.",
               one.state({"slot": "p1"}, admission={"a1": admitted}, **REOPENED))

    one = SignedOff(sealed=False)
    one.ada.save(add("member/ben/status", "revoked"))
    one.ada.save(add("seal/s1"))
    void = one.ben.save(add("finding/f1/site", "S1"), add("evidence/e2"), add("evidence/e1/kind", "record"))
    admitted = {"diff": void.id}
    one.ada.save(add("admission/a1", admitted), after=[void])
    one.expect(
        cases, "seal-and-admission-of-the-revoked", "An admission after a seal gives effect to what is not "
        "frozen, and to nothing else.",
        one.state(admission={"a1": admitted}, evidence={"e1": {}, "e2": {}}, member=one.revoked()),
        voids=[(void, "finding/f1/site", "revoked"), (void, "evidence/e1/kind", "revoked")])
