"""Merge: admission, by which the leader gives effect to what was void."""

from .story import Story, add, conflict, remove, splice, void_record


def team(**more):
    story = Story(ada="lead", ben="auditor", cem="auditor", fay="observer", **more)
    return (story, *story.people("ada", "ben", "cem", "fay"))


def admitted(diff, reason="found late"):
    return {"diff": diff.id, "reason": reason}


def add_cases(cases):
    given(cases)
    records(cases)
    after_an_ending(cases)
    not_given(cases)


def late():
    """What ben wrote before he heard that he was revoked."""
    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    ada.save(add("member/ben/status", "revoked"))
    void = ben.save(add("finding/f1/unit", "HR", over=[base]), after=[base])
    members = {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}
    return story, ada, cem, base, void, members


def given(cases):
    story, ada, cem, base, void, members = late()
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted", "An admitted write has effect at its own causal place, as if it had "
                 "never been void.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "HR"}}, "member": members})

    story, ada, cem, base, void, members = late()
    other = cem.save(add("finding/f1/unit", "QA", over=[base]), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-beside-another", "Where somebody had written over it meanwhile, it "
                 "becomes a candidate beside him.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "QA"}}, "member": members},
                 [conflict("values", "finding/f1/unit", "QA", (void, "HR"), (other, "QA"))])

    story, ada, cem, base, void, members = late()
    other = cem.save(add("finding/f1/unit", "QA", over=[base, void]), after=[void])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-but-replaced", "Who had seen the void write and named it has replaced "
                 "it all the same.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "QA"}}, "member": members})
    assert other.seq == 1

    story, ada, cem, base, void, members = late()
    ada.save(add("admission/a1", admitted(void)), after=[void], pending=True)
    story.expect(cases, "admitted-pending", "An admission that has no place yet counts provisionally.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "HR"}}, "member": members})


def records(cases):
    story, ada, ben, cem, fay = team()
    void = fay.save(
        add("finding/f1", {"evidence": {"e1": True}, "title": "Logs"}),
        add("criterion/c1", {"clause": "6.2", "finding": "f1", "grade": "minor", "standard": "iso-9001-2008"}))
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-records", "Records are admitted with all their fields.",
                 {"admission": {"a1": admitted(void)},
                  "finding": {"f1": {"evidence": {"e1": True}, "title": "Logs"}},
                  "criterion": {"c1": {"clause": "6.2", "finding": "f1", "grade": "minor",
                                       "standard": "iso-9001-2008"}}})

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"statement": "Logs are kept."}))
    void = fay.save(splice("finding/f1/statement", 9, 0, "not "), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-splice", "An admitted splice shows.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"statement": "Logs are not kept."}}})

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1"))
    void = fay.save(remove("finding/f1", over=[base]), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-removal", "An admitted removal hides what it had seen.",
                 {"admission": {"a1": admitted(void)}})

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    void = fay.save(
        add("finding/f1/state", "withdrawn", over=[base], reason="no finding"), after=[base])
    edit = cem.save(add("finding/f1/unit", "IT"), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-ending", "An admitted ending waits for what its author had not seen.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"state": "draft", "unit": "IT"}}},
                 [conflict("ended-edited", "finding/f1/state", "draft", (void, "withdrawn"),
                           (edit, "IT", "finding/f1/unit"))])


STATE = "finding/f1/state"
CRITERION = {"clause": "6.2", "finding": "f1", "grade": "minor", "standard": "iso-9001-2008"}


def cited_in_vain(state, **more):
    """A finding, and a clause that an observer cited in it, which is void."""
    story, ada, ben, cem, fay = team(**more)
    base = ben.save(add("finding/f1", {"state": "draft"}))
    if state != "draft":
        base = ben.save(add(STATE, state, over=[base]))
    void = fay.save(add("criterion/c1", CRITERION), after=[base])
    return story, ada, base, void


def with_criterion(void, state, **finding):
    return {"admission": {"a1": admitted(void)}, "criterion": {"c1": CRITERION},
            "finding": {"f1": {"state": state, **finding}}}


def after_an_ending(cases):
    """What is admitted is said from its admission on."""

    def with_what_was_cited(kind, shown, step, void):
        return [conflict(kind, STATE, shown, step, (void, True, "criterion/c1"),
                         (void, "minor", "criterion/c1/grade"))]

    story, ada, base, void = cited_in_vain("draft")
    ending = ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base, void])
    ada.save(add("admission/a1", admitted(void)))
    story.expect(cases, "admitted-after-an-ending", "Who withdrew a finding saw a void citation as one that "
                 "does not count: once it is admitted, it holds the withdrawal up.",
                 with_criterion(void, "draft"),
                 with_what_was_cited("ended-edited", "draft", (ending, "withdrawn"), void))

    story, ada, base, void = cited_in_vain("draft")
    ada.save(add("admission/a1", admitted(void)), after=[base, void])
    ada.save(add(STATE, "withdrawn", over=[base], reason="no finding"))
    story.expect(cases, "admitted-before-an-ending", "Who had seen the admission has seen what it admits.",
                 with_criterion(void, "withdrawn"))

    story, ada, ben, cem, fay = team()
    base = ben.save(add("finding/f1", {"state": "draft"}))
    void = fay.save(add("finding/f1/evidence/e1", True),
                    add(STATE, "withdrawn", over=[base], reason="no finding"), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-with-an-ending", "An ending has seen what its own diff says, though both "
                 "are admitted.",
                 {"admission": {"a1": admitted(void)},
                  "finding": {"f1": {"evidence": {"e1": True}, "state": "withdrawn"}}})

    story, ada, base, void = cited_in_vain("draft")
    removal = ada.save(remove("criterion/c1"), remove("finding/f1", over=[base]), after=[base, void])
    ada.save(add("admission/a1", admitted(void)))
    story.expect(cases, "admitted-after-a-removal", "A removal hides what its author had seen as something that "
                 "counts.",
                 {"admission": {"a1": admitted(void)}, "criterion": {"c1": CRITERION},
                  "finding": {"f1": {"state": "draft"}}},
                 [conflict("removed-edited", "finding/f1", True, (removal, None),
                           *((void, value, "criterion/c1" + (f"/{field}" if field else ""))
                             for field, value in [(None, True), *CRITERION.items()])),
                  conflict("removed-edited", "criterion/c1", True, (removal, None), (void, True),
                           *((void, value, f"criterion/c1/{field}") for field, value in CRITERION.items()))])

    story, ada, base, void = cited_in_vain("submitted", gus="lead")
    [gus] = story.people("gus")
    step = gus.save(add(STATE, "confirmed", over=[base]), after=[base, void])
    ada.save(add("admission/a1", admitted(void)), after=[base, void])
    story.expect(cases, "admitted-beside-a-confirmation", "An admission beside a confirmation changes what is "
                 "confirmed.", with_criterion(void, "submitted"),
                 with_what_was_cited("confirmed-edited", "submitted", (step, "confirmed"), void))


def not_given(cases):
    story, ada, cem, base, void, members = late()
    vain = cem.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admitted-by-an-auditor", "Only the leader admits.",
                 {"finding": {"f1": {"unit": "IT"}}, "member": members},
                 voids=[(void, "finding/f1/unit", "revoked"),
                        *void_record(vain, "admission/a1", "no-right", "diff", "reason")])

    story, ada, cem, base, void, members = late()
    ada.save(add("admission/a1", admitted(void)))
    story.expect(cases, "admitted-unseen", "Who had not seen a diff cannot admit it.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "IT"}}, "member": members},
                 voids=[(void, "finding/f1/unit", "revoked")])

    story, ada, ben, cem, fay = team()
    void = ben.save(add("member/cem/role", "observer"))
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admission-of-control", "Control operations cannot be admitted, only done again.",
                 {"admission": {"a1": admitted(void)}}, voids=[(void, "member/cem/role", "no-right")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1"))
    one = ben.save(add("finding/f1/unit", "IT"), after=[base])
    void = cem.save(add("finding/f1/unit", "HR", over=[one]), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admission-of-unseen-over", "What names in `over` what it had not seen stays void.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "IT"}}},
                 voids=[(void, "finding/f1/unit", "over-unseen")])

    story, ada, ben, cem, fay = team()
    base = ada.save(add("finding/f1", {"unit": "IT"}))
    ada.save(add("member/ben/status", "revoked"))
    void = ben.save(add("finding/f1/unit", 7, over=[base]), after=[base])
    ada.save(add("admission/a1", admitted(void)), after=[void])
    story.expect(cases, "admission-of-a-wrong-form", "A value that does not fit its field is void for that "
                 "first, which no admission cures.",
                 {"admission": {"a1": admitted(void)}, "finding": {"f1": {"unit": "IT"}},
                  "member": {**story.state["member"], "ben": {"role": "auditor", "status": "revoked"}}},
                 voids=[(void, "finding/f1/unit", "malformed-value")])
