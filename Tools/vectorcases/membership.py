"""Membership: who is in, folded over a log; what is evidence, and what has effect."""

from .kit import KEYS, Key, base64url, proof_message
from .story import Story, add

INVITE = Key("invitation")


def add_cases(cases):
    joins(cases)
    bad_proofs(cases)
    limits_of_a_join(cases)
    invitations(cases)
    devices(cases)
    control(cases)


def founded():
    story = Story(ada="lead", ben="auditor")
    return (story, *story.people("ada", "ben", "hal", "jon"))


def invite(author, uses=1, role="auditor", record="i1", after=(), **fields):
    return author.save(
        add(f"invitation/{record}", {"key": INVITE.text, "role": role, "uses": uses, **fields}),
        after=after)


def joining(device, after, key=INVITE, member=None, role="auditor", invitation="i1", signs=None, **fields):
    """`signs` overrides what the proof says: engagement, author, invitation."""
    said = {"engagement": device.story.genesis.id, "author": device.key.text,
            "invitation": invitation, **(signs or {})}
    proof = base64url(key.sign(proof_message(**said)))
    member = member or device.name
    return device.save(
        add(f"member/{member}", {"invitation": invitation, "role": role, **fields}),
        add(f"device/{device.key.text}", {"invitation": invitation, "member": member, "proof": proof}),
        after=after)


def device_join(device, by, member, after, purpose_member=None):
    """A further device of a member, which another of his devices admits."""
    said = proof_message(device.story.genesis.id, device.key.text, member=purpose_member or member)
    return device.save(
        add(f"device/{device.key.text}", {
            "member": member, "proof": base64url(by.sign(said))}), after=after)


def case(cases, story, name, about, evidence, voids=(), members=None, devices=None):
    """`evidence`: one letter for each diff behind the genesis, y or n. A diff that is no evidence is
    not taken in. `members`, `devices`: what stands at the end beside the beginning."""
    shown_members = {"ada": {"role": "lead"}, "ben": {"role": "auditor"}, **(members or {})}
    shown_devices = {"ada": {"member": "ada"}, "ben": {"member": "ben"}, **(devices or {})}
    assert len(evidence) == len(story.log) - 1, name
    cases.add(
        "membership", name, about, log=[diff.envelope for diff in story.log],
        evidence=[True, *(letter == "y" for letter in evidence)],
        members={
            name: {"inTraining": [], "revoked": False, **member}
            for name, member in shown_members.items() if member},
        devices={
            KEYS[name].text: {"revoked": False, "surplus": False, **device}
            for name, device in shown_devices.items() if device},
        void=[{"path": "/" + path, "reason": reason, "write": diff.reference}
              for diff, path, reason in sorted(voids, key=lambda void: (void[0].rank, void[1]))])


HAL = {"hal": {"role": "auditor"}}
HALS = {"hal": {"member": "hal"}}


def joins(cases):
    story, ada, ben, hal, jon = founded()
    case(cases, story, "genesis", "The first diff names the leader, and whoever is there from the "
         "beginning.", "")

    story, ada, ben, hal, jon = founded()
    joining(hal, [invite(ada)])
    case(cases, story, "join", "Whoever holds the invitation joins, with nobody online to approve.", "yy",
         members=HAL, devices=HALS)

    story, ada, ben, hal, jon = founded()
    opened = invite(ada, uses=2, role="inTraining", inTraining=["iso-9001-2008"])
    joining(hal, [opened], role="inTraining", inTraining=["iso-9001-2008"])
    joining(jon, [opened], role="inTraining", inTraining=["iso-9001-2008"])
    trainee = {"role": "inTraining", "inTraining": ["iso-9001-2008"]}
    case(cases, story, "join-twice-on-one-invitation", "As many join as the invitation has uses.", "yyy",
         members={"hal": trainee, "jon": trainee},
         devices={**HALS, "jon": {"member": "jon"}})


def bad_proofs(cases):
    for name, about, options in (
        ("other-key", "A proof by another key than the invitation's.", {"key": KEYS["jon"]}),
        ("other-author", "A proof that was made for another device.",
         {"signs": {"author": KEYS["jon"].text}}),
        ("other-engagement", "A proof that was made for another engagement.",
         {"signs": {"engagement": base64url(b"x" * 32)}}),
        ("other-invitation", "A proof that was made for another invitation.",
         {"signs": {"invitation": "i2"}}),
        ("unknown-invitation", "An invitation that is not in the log.", {"invitation": "i9"}),
    ):
        story, ada, ben, hal, jon = founded()
        joining(hal, [invite(ada)], **options)
        case(cases, story, f"join-proof-{name}", about + " No evidence.", "yn")

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    said = proof_message(story.genesis.id, hal.key.text, invitation="i1").replace("join", "jojn")
    hal.save(add("member/hal", {"invitation": "i1", "role": "auditor"}), add(f"device/{hal.key.text}", {
        "invitation": "i1", "member": "hal", "proof": base64url(INVITE.sign(said))}), after=[opened])
    case(cases, story, "join-proof-other-purpose", "A signature that was made for another purpose.", "yn")

    story, ada, ben, hal, jon = founded()
    hal.save(add("finding/f1"))
    case(cases, story, "stranger", "A diff of nobody's device is no evidence.", "n")

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    proof = base64url(INVITE.sign(proof_message(story.genesis.id, jon.key.text, invitation="i1")))
    hal.save(add(f"device/{jon.key.text}", {"invitation": "i1", "member": "jon", "proof": proof}),
             after=[opened])
    case(cases, story, "join-for-somebody-else", "A join admits its own author alone.", "yn")

    story, ada, ben, hal, jon = founded()
    other = Story(jon="lead")
    story.log.append(other.genesis)
    case(cases, story, "second-genesis", "An engagement has one first diff.", "n")


def limits_of_a_join(cases):
    story, ada, ben, hal, jon = founded()
    join = joining(hal, [invite(ada)], role="lead")
    case(cases, story, "join-claims-a-role", "Who joins has the role of the invitation; a member record "
         "that claims another is void.", "yy", [(join, "member/hal", "no-right")], HAL, HALS)

    story, ada, ben, hal, jon = founded()
    join = joining(hal, [invite(ada)], status="active")
    case(cases, story, "join-claims-a-status", "A status is the leader's to write.", "yy",
         [(join, "member/hal", "no-right")], HAL, HALS)

    story, ada, ben, hal, jon = founded()
    join = joining(hal, [invite(ada)], member="ben")
    case(cases, story, "join-as-another-member", "An invitation makes a new member; it does not hand over "
         "somebody else's.", "yy",
         [(join, "member/ben", "surplus-join"), (join, f"device/{hal.key.text}", "surplus-join")],
         devices={"hal": {"member": "ben", "surplus": True}})

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    joining(hal, [opened])
    join = joining(jon, [opened])
    case(cases, story, "join-surplus", "The surplus device is evidence, and nothing it writes has effect.",
         "yyy", [(join, "member/jon", "surplus-join"), (join, f"device/{jon.key.text}", "surplus-join")],
         HAL, {**HALS, "jon": {"member": "jon", "surplus": True}})

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    first, second = joining(hal, [opened]), joining(jon, [opened])
    story.log.remove(first)
    story.log.append(first)
    case(cases, story, "join-surplus-by-the-log", "The log's order decides who is surplus.", "yyy",
         [(first, "member/hal", "surplus-join"), (first, f"device/{hal.key.text}", "surplus-join")],
         {"jon": {"role": "auditor"}},
         {"hal": {"member": "hal", "surplus": True}, "jon": {"member": "jon"}})
    assert second.seq == 1


def invitations(cases):
    story, ada, ben, hal, jon = founded()
    opened = invite(ben)
    joining(hal, [opened])
    case(cases, story, "invitation-by-an-auditor", "Only who edits the team invites; a join on a void "
         "invitation is no evidence.", "yn", [(opened, "invitation/i1", "no-right")])

    story = Story(ada="lead", ben="auditor", gus="programmeManager")
    opened = invite(story["gus"])
    joining(story["hal"], [opened])
    case(cases, story, "invitation-by-the-programme-manager", "The programme manager edits the team.", "yy",
         members={**HAL, "gus": {"role": "programmeManager"}}, devices={**HALS, "gus": {"member": "gus"}})

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    ada.save(add("invitation/i1/status", "withdrawn"))
    join = joining(hal, [opened])
    case(cases, story, "invitation-withdrawn", "Who joins after the withdrawal is surplus.", "yyy",
         [(join, "member/hal", "surplus-join"), (join, f"device/{hal.key.text}", "surplus-join")],
         devices={"hal": {"member": "hal", "surplus": True}})

    story, ada, ben, hal, jon = founded()
    opened = invite(ada, expires="2001-01-01T00:00:00Z")
    joining(hal, [opened])
    case(cases, story, "invitation-expired", "No clock takes part: expiry is the server's to enforce, and "
         "what is in the log counts.", "yy", members=HAL, devices=HALS)

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    joining(hal, [opened])
    ada.save(add("invitation/i1/status", "withdrawn"))
    case(cases, story, "invitation-withdrawn-later", "Who joined before stays.", "yyy", members=HAL,
         devices=HALS)


def devices(cases):
    story, ada, ben, hal, jon = founded()
    device_join(hal, ben.key, "ben", [])
    case(cases, story, "second-device", "A member's device admits another of the same member.", "y",
         devices={"hal": {"member": "ben"}})

    story, ada, ben, hal, jon = founded()
    device_join(hal, ada.key, "ben", [])
    case(cases, story, "second-device-by-another", "Not even the leader's device admits one of another "
         "member.", "n")

    story, ada, ben, hal, jon = founded()
    device_join(hal, ben.key, "ben", [], purpose_member="ada")
    case(cases, story, "second-device-proof-of-another-member", "The proof names the member.", "n")

    story, ada, ben, hal, jon = founded()
    gone = ada.save(add(f"device/{ben.key.text}/status", "revoked"))
    device_join(hal, ben.key, "ben", [gone])
    case(cases, story, "second-device-by-a-revoked-one", "A revoked device admits none.", "yn",
         devices={"ben": {"member": "ben", "revoked": True}})

    story, ada, ben, hal, jon = founded()
    device_join(hal, ben.key, "ben", [])
    device_join(jon, hal.key, "ben", [hal.last])
    case(cases, story, "third-device-by-the-second", "The second one admits a third.", "yy",
         devices={"hal": {"member": "ben"}, "jon": {"member": "ben"}})


def control(cases):
    story, ada, ben, hal, jon = founded()
    ada.save(add("member/ben/status", "revoked"))
    ben.save(add("finding/f1"))
    case(cases, story, "revoked-is-evidence", "What a revoked member had not delivered is logged.", "yy",
         members={"ben": {"role": "auditor", "revoked": True}})

    story, ada, ben, hal, jon = founded()
    ada.save(add("member/ben/role", "observer"), add("member/ben/inTraining", ["iso-9001-2008"]))
    case(cases, story, "role-changed", "The leader changes roles and trainings.", "y",
         members={"ben": {"role": "observer", "inTraining": ["iso-9001-2008"]}})

    story, ada, ben, hal, jon = founded()
    void = ada.save(add("member/eve", {"role": "lead"}))
    case(cases, story, "member-without-join", "Nobody is made a member by others.", "y",
         [(void, "member/eve", "no-right")])

    story, ada, ben, hal, jon = founded()
    void = ben.save(add("member/ada/status", "revoked"))
    case(cases, story, "leader-revoked-by-an-auditor", "An auditor revokes nobody.", "y",
         [(void, "member/ada/status", "no-right")])
