"""Membership: who is in, folded over a log; what is evidence, and what has effect."""

from .kit import KEYS, Key, base64url, proof_message
from .story import Story, add, remove

INVITE = Key("invitation")
KEYS.update({f"d{number:02}": Key(f"device {number}") for number in range(2, 34)})


def add_cases(cases):
    joins(cases)
    bad_proofs(cases)
    limits_of_a_join(cases)
    invitations(cases)
    devices(cases)
    control(cases)
    claims(cases)
    leaders(cases)
    recovery(cases)


def founded():
    story = Story(ada="lead", ben="auditor")
    return (story, *story.people("ada", "ben", "hal", "jon"))


def invite(author, uses=1, role="auditor", record="i1", after=(), **fields):
    return author.save(
        add(f"invitation/{record}", {"key": INVITE.text, "role": role, "uses": uses, **fields}),
        after=after)


def joining(device, after, key=INVITE, member=None, role="auditor", invitation="i1", signs=None, own=None,
            **fields):
    """`fields` are the member's beside `invitation` and `role` (None: left out), `own` the device's."""
    # `signs` overrides what the proof says: engagement, author, invitation.
    said = {"engagement": device.story.genesis.id, "author": device.key.text,
            "invitation": invitation, **(signs or {})}
    proof = base64url(key.sign(proof_message(**said)))
    member = member or device.name
    return device.save(
        add(f"member/{member}", {
            key: value for key, value in {"invitation": invitation, "role": role, **fields}.items()
            if value is not None}),
        add(f"device/{device.key.text}", {
            "invitation": invitation, "member": member, "proof": proof, **(own or {})}),
        after=after)


def device_join(device, by, member, after, purpose_member=None, **fields):
    """A further device of a member, which another of their devices admits."""
    said = proof_message(device.story.genesis.id, device.key.text, member=purpose_member or member)
    return device.save(
        add(f"device/{device.key.text}", {
            "by": by.text, "member": member, "proof": base64url(by.sign(said)), **fields}), after=after)


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
    unseen = ben.save(add("finding/f1"))
    opened = ada.save(add("invitation/i1", {"key": INVITE.text, "role": "auditor", "uses": 1}, over=[unseen]),
                      after=[story.genesis])
    joining(hal, [opened])
    case(cases, story, "invitation-over-the-unseen", "A control operation that names what its author had not seen has "
         "effect.", "yyy", members=HAL, devices=HALS)
    assert unseen not in opened.seen

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
    gone = ada.save(add("member/ben/status", "revoked"))
    device_join(hal, ben.key, "ben", [gone])
    case(cases, story, "second-device-of-a-revoked-member", "While a member is revoked, all their devices are, "
         "and admit none.", "yn", members={"ben": {"role": "auditor", "revoked": True}})

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    first, surplus = joining(hal, [opened]), joining(jon, [opened])
    join = device_join(story["ida"], jon.key, "jon", [surplus])
    case(cases, story, "second-device-by-a-surplus-one", "A surplus device admits none.", "yyyn",
         [(surplus, "member/jon", "surplus-join"), (surplus, f"device/{jon.key.text}", "surplus-join")],
         HAL, {**HALS, "jon": {"member": "jon", "surplus": True}})
    assert first.seq == join.seq == 1

    named_devices(cases)


def named_devices(cases):
    """Which device admits is named; what else it brings."""
    for name, about, fields in (
        ("by-a-stranger", "The device that is named has to be one.", {"by": KEYS["jon"].text}),
        ("by-and-invitation", "A join names an invitation or a device, not both.", {"invitation": "i1"}),
    ):
        story, ada, ben, hal, jon = founded()
        opened = invite(ada)
        said = proof_message(story.genesis.id, hal.key.text, member="ben")
        fields = {"by": ben.key.text, "member": "ben", "proof": base64url(ben.key.sign(said)), **fields}
        hal.save(add(f"device/{hal.key.text}", {
            key: value for key, value in fields.items() if value is not None}), after=[opened])
        case(cases, story, f"second-device-{name}", about + " No evidence.", "yn")

    # Where no device is named the member's first one admits, and no other.
    for name, signer, evidence in (("first", "ben", "yyy"), ("second", "hal", "yyn")):
        story, ada, ben, hal, jon = founded()
        beside = device_join(hal, ben.key, "ben", [])
        key = {"ben": ben, "hal": hal}[signer].key
        said = proof_message(story.genesis.id, jon.key.text, member="ben")
        jon.save(add(f"device/{jon.key.text}", {"member": "ben", "proof": base64url(key.sign(said))}), after=[beside])
        devices = {"hal": {"member": "ben"}}
        if evidence == "yyy":
            devices["jon"] = {"member": "ben"}
        case(cases, story, f"second-device-without-by-{name}", "A join that names neither an invitation nor a device: the "
             "member's first device admits, and no other.", evidence[1:], devices=devices)

    story, ada, ben, hal, jon = founded()
    join = device_join(hal, ben.key, "ben", [], status="revoked")
    void = hal.save(add("device/" + hal.key.text + "/name", "Tablet"))
    case(cases, story, "second-device-revoked-from-the-beginning", "A device that joins with the status "
         "revoked is revoked.", "yy", [(void, f"device/{hal.key.text}/name", "revoked")],
         devices={"hal": {"member": "ben", "revoked": True}})

    story, ada, ben, hal, jon = founded()
    said = proof_message(story.genesis.id, hal.key.text, member="ben")
    join = hal.save(
        add("member/ben", {"name": "Ben", "letter": "A", "standards": ["iso-9001-2008"]}),
        add(f"device/{hal.key.text}", {
            "by": ben.key.text, "member": "ben", "proof": base64url(ben.key.sign(said))}))
    case(cases, story, "second-device-brings-a-member-record", "A join by a sibling brings a device and nothing "
         "else.", "y", [(join, "member/ben", "no-right")], devices={"hal": {"member": "ben"}})

    crowds(cases)


def crowds(cases):
    """More devices of a member."""
    story, ada, ben, hal, jon = founded()
    gone = ada.save(add(f"device/{ben.key.text}/status", "active"))
    crowd = [f"d{number:02}" for number in range(2, 34)]
    for one in crowd:
        device_join(story[one], ben.key, "ben", [gone])
        if one == crowd[0]:
            gone = ada.save(add(f"device/{KEYS[one].text}/status", "revoked"), after=[story[one].last])
    late = story[crowd[-1]].last
    case(cases, story, "devices-of-a-member", "A member has at most 32 devices, revoked ones included; further "
         "ones are surplus.", "y" * (len(crowd) + 2),
         [(late, f"device/{KEYS[crowd[-1]].text}", "surplus-join")],
         devices={
             **{one: {"member": "ben"} for one in crowd},
             crowd[0]: {"member": "ben", "revoked": True}, crowd[-1]: {"member": "ben", "surplus": True}})

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

    story, ada, ben, hal, jon = founded()
    void = ada.save(
        add("member/eve/status", "revoked"), add(f"device/{jon.key.text}/status", "revoked"))
    case(cases, story, "nobody-there", "Nothing is said of a member or a device in advance.", "y",
         [(void, "member/eve/status", "no-right"),
          (void, f"device/{jon.key.text}/status", "no-right")])

    story, ada, ben, hal, jon = founded()
    opened = invite(ada)
    hidden = ["member/ben", f"device/{ben.key.text}", "invitation/i1"]
    order = ada.save(*(remove(path) for path in hidden))
    void = ben.save(remove("member/ada"), after=[opened])
    joining(hal, [opened])
    case(cases, story, "hidden-control-records", "Nobody hides a member, a device or an invitation, nor a leader: who "
         "has rights stays listed.", "yyyy",
         [*((order, path, "no-right") for path in hidden), (void, "member/ada", "no-right")], HAL, HALS)

    for name, about, fields in (
        ("without-role", "An invitation without a role admits nobody.", {"role": None}),
        ("unknown-role", "An invitation with a role that there is not admits nobody.", {"role": "boss"}),
        ("short-key", "An invitation whose key is too short admits nobody.", {"key": INVITE.text[:-2]}),
        ("day-without-time", "An invitation whose end is not a time admits nobody, instead of never ending.",
         {"expires": "2026-03-09"}),
    ):
        story, ada, ben, hal, jon = founded()
        fields = {"key": INVITE.text, "role": "auditor", "uses": 1, **fields}
        opened = ada.save(
            add("invitation/i1", {key: value for key, value in fields.items() if value is not None}))
        ada.save(add("invitation/i1/role", "auditor"))
        joining(hal, [opened])
        case(cases, story, f"invitation-{name}", about + " What is written later does not mend it.", "yyn")

    story = Story(ada=("lead", "iso-9001-2008"), ben="auditor")
    case(cases, story, "trainings-that-are-none", "Only strings in an array are trainings.", "")

    story, ada, ben, hal, jon = founded()
    void = ada.save(add("member/ben/role", "observer"), add("member/ben/inTraining", "iso-9001-2008"))
    case(cases, story, "role-and-malformed-trainings", "A control operation of a wrong form changes nothing.",
         "y", [(void, "member/ben/inTraining", "malformed-value")],
         members={"ben": {"role": "observer"}})


def claims(cases):
    """A member record says nothing but what the invitation gives."""
    given = {"standards": ["iso-9001-2008"], "inTraining": ["iso-9001-2015"], "letter": "H"}
    trainee = {"hal": {"role": "auditor", "inTraining": given["inTraining"]}}
    for name, about, fields in (
        ("all", "The member record may say all that the invitation does.", given),
        ("nothing", "What it leaves out counts as what the invitation says.", {"role": None, "name": "Hal"}),
    ):
        story, ada, ben, hal, jon = founded()
        joining(hal, [invite(ada, **given)], **fields)
        case(cases, story, f"join-claims-{name}", about, "yy", members=trainee, devices=HALS)
    for name, about, fields in (
        ("other-standards", "Competence is the leader's to give.", {"standards": ["iso-9001-2015"]}),
        ("no-trainings", "Nobody ends their own training.", {"inTraining": []}),
        ("another-letter", "The letter is the invitation's.", {"letter": "A"}),
        ("a-longer-letter", "The letter of an invitation with one use is its own.", {"letter": "HA"}),
        ("a-supervisor", "Who supervises is the leader's to say.", {"supervisor": "ben"}),
        ("another-invitation", "The record names the invitation that was used.", {"invitation": "i2"}),
    ):
        story, ada, ben, hal, jon = founded()
        opened = invite(ada, **given)
        said = {"invitation": "i1", **fields}
        proof = base64url(INVITE.sign(proof_message(story.genesis.id, hal.key.text, invitation="i1")))
        join = hal.save(add("member/hal", said), add(f"device/{hal.key.text}", {
            "invitation": "i1", "member": "hal", "proof": proof}), after=[opened])
        case(cases, story, f"join-claims-{name}", about + " A record that claims more is void.", "yy",
             [(join, "member/hal", "no-right")], trainee, HALS)

    story, ada, ben, hal, jon = founded()
    opened = invite(ada, uses=3, letter="H")
    joining(hal, [opened], letter="H1")
    void = joining(jon, [opened], letter="A")
    case(cases, story, "join-letters-of-several", "Where several may join, each letter begins with the "
         "invitation's.", "yyy", [(void, "member/jon", "no-right")],
         {**HAL, "jon": {"role": "auditor"}}, {**HALS, "jon": {"member": "jon"}})


def leaders(cases):
    """Giving and taking the role of leader, and the last one."""
    def managed(**more):
        story = Story(ada="lead", gus="programmeManager", **more)
        return story, story["ada"], story["gus"]

    def expect(story, name, about, voids=(), members=None, devices=None, evidence="y"):
        people = {name: dict(member) for name, member in story.state["member"].items()}
        owned = {name: {"member": name} for name in people}
        case(cases, story, name, about, evidence, voids,
             {"ben": None, **people, **(members or {})}, {"ben": None, **owned, **(devices or {})})

    for path, value in (
        ("member/gus/role", "lead"), ("member/ada/role", "auditor"), ("member/ada/status", "revoked"),
        (f"device/{KEYS['ada'].text}/status", "revoked"),
        ("invitation/i1", {"key": INVITE.text, "role": "lead"}),
    ):
        story, ada, gus = managed(ben="lead")
        void = gus.save(add(path, value))
        name = "-".join(path.replace(KEYS["ada"].text, "ada").split("/"))
        expect(story, f"leader-by-the-programme-manager-{name}", "To give or to take the role of leader takes a "
               "leader.", [(void, path, "no-right")])

    story, ada, gus = managed()
    void = gus.save(remove("member/ada"), remove(f"device/{ada.key.text}"))
    expect(story, "leader-hidden-by-the-programme-manager", "Nobody hides a leader.",
           [(void, "member/ada", "no-right"), (void, f"device/{ada.key.text}", "no-right")])

    story, ada, gus = managed()
    opened = ada.save(add("invitation/i1", {"key": INVITE.text, "role": "lead", "uses": 2}))
    gus.save(add("invitation/i1/status", "withdrawn"), after=[opened])
    void = gus.save(add("invitation/i1/status", "open"))
    join = joining(story["hal"], [opened], role="lead")
    expect(story, "leader-invitation-opened-by-the-programme-manager", "The programme manager withdraws an "
           "invitation of a leader, and does not open it again.",
           [(void, "invitation/i1/status", "no-right"), (join, "member/hal", "surplus-join"),
            (join, f"device/{KEYS['hal'].text}", "surplus-join")],
           devices={"hal": {"member": "hal", "surplus": True}}, evidence="yyyy")

    story, ada, gus = managed(ben="lead")
    gus.save(add("member/ada/standards", ["iso-9001-2008"]), add("member/ada/name", "Ada"))
    story.log.pop()
    gus.last = None
    gus.save(add("member/ada/standards", ["iso-9001-2008"]))
    expect(story, "leader-trained-by-the-programme-manager", "What a leader is competent in, the programme "
           "manager says.")

    last_leaders(cases)


def last_leaders(cases):
    """Somebody always leads."""
    for name, about, path, value in (
        ("resigns", "The last leader does not resign.", "member/ada/role", "auditor"),
        ("revoked", "The last leader is not revoked.", "member/ada/status", "revoked"),
        ("device", "Nor is the last leader's last device.", f"device/{KEYS['ada'].text}/status", "revoked"),
    ):
        story, ada, ben, hal, jon = founded()
        void = ada.save(add(path, value))
        case(cases, story, f"last-leader-{name}", about, "y", [(void, path, "last-leader")])

    story, ada, ben, hal, jon = founded()
    join = device_join(hal, ada.key, "ada", [])
    ada.save(add(f"device/{ada.key.text}/status", "revoked"), after=[join])
    case(cases, story, "last-leader-has-another-device", "A leader with two devices gives one up.", "yy",
         devices={"ada": {"member": "ada", "revoked": True}, "hal": {"member": "ada"}})

    story = Story(ada="lead", ben="lead")
    ada, ben = story.people("ada", "ben")
    ada.save(add("member/ada/role", "auditor"))
    void = ben.save(add("member/ben/role", "auditor"))
    case(cases, story, "last-leader-by-the-log", "Where two leaders resign at the same time, the later in the log "
         "stays.", "yy", [(void, "member/ben/role", "last-leader")],
         {"ada": {"role": "auditor"}, "ben": {"role": "lead"}})

    story = Story(ada="lead", ben="auditor")
    ada = story["ada"]
    ada.save(add("member/ben/role", "lead"), add("member/ada/role", "auditor"))
    case(cases, story, "last-leader-hands-over", "A leader hands over in one diff: its control operations count in "
         "their sequence.", "y", members={"ada": {"role": "auditor"}, "ben": {"role": "lead"}})

    story = Story(ada="lead", ben="auditor")
    ada = story["ada"]
    void = ada.save(add("member/ada/role", "auditor"), add("member/ben/role", "lead"))
    case(cases, story, "last-leader-hands-over-too-early", "In the other sequence there would be no leader in "
         "between.", "y", [(void, "member/ada/role", "last-leader")],
         {"ada": {"role": "lead"}, "ben": {"role": "lead"}})

    ended_invitations(cases)


def ended_invitations(cases):
    """An invitation ends with the revocation of who joined by it."""
    for name, about, status in (
        ("", "The revocation of a member ends the invitation by which they joined.", None),
        ("-and-taken-back", "It stays ended if the member is active again.", "active"),
    ):
        story, ada, ben, hal, jon = founded()
        opened = invite(ada, uses=3)
        first = joining(hal, [opened])
        ended = ada.save(add("member/hal/status", "revoked"), after=[first])
        if status:
            ended = ada.save(add("member/hal/status", status))
        join = joining(jon, [opened])
        case(cases, story, f"invitation-of-a-revoked-member{name}", about, "y" * (4 if status is None else 5),
             [(join, "member/jon", "surplus-join"), (join, f"device/{jon.key.text}", "surplus-join")],
             {"hal": {"role": "auditor", "revoked": status is None}},
             {**HALS, "jon": {"member": "jon", "surplus": True}})
        assert ended.author == "ada"


def recovery(cases):
    """The recovery key of the first diff admits leaders, as an invitation called `recovery` does."""
    paper = Key("recovery")

    def kept():
        story = Story(engagement={"recoveryKey": paper.text}, ada="lead", ben="auditor")
        return (story, *story.people("ada", "ben", "hal", "jon"))

    def recovering(device, after=(), key=paper, **fields):
        return joining(device, after, key, role="lead", invitation="recovery", **fields)

    lead = {"role": "lead"}
    story, ada, ben, hal, jon = kept()
    one = recovering(hal, letter="Rhal")
    hal.save(add("member/ben/role", "lead"), add("member/ada/status", "revoked"), add("member/hal/status", "revoked"))
    two = recovering(jon, [hal.last], letter="Rjon")
    case(cases, story, "recovery", "Who has the recovery key is a leader, and appoints another one. It stays usable, "
         "also when one who joined by it is revoked.", "yyy",
         members={"ada": {**lead, "revoked": True}, "ben": lead, "hal": {**lead, "revoked": True}, "jon": lead},
         devices={"hal": {"member": "hal"}, "jon": {"member": "jon"}})
    assert (one.seq, two.seq) == (1, 1)

    story, ada, ben, hal, jon = kept()
    recovering(hal, key=INVITE)
    case(cases, story, "recovery-by-another-key", "Another key is not the recovery key.", "n")

    story, ada, ben, hal, jon = founded()
    recovering(hal)
    case(cases, story, "recovery-without-a-key", "Where the first diff names no recovery key, nothing recovers.", "n")

    story, ada, ben, hal, jon = kept()
    named = ada.save(add("engagement/other", {"recoveryKey": INVITE.text}))
    recovering(hal, [named], key=INVITE)
    case(cases, story, "recovery-key-named-later", "Only the first diff names the recovery key.", "yn")

    story, ada, ben, hal, jon = founded()
    void = ada.save(add("invitation/recovery", {"key": INVITE.text, "role": "lead", "uses": 2}))
    recovering(hal, [void], key=INVITE)
    case(cases, story, "recovery-by-an-invitation", "No invitation bears its name.", "yn",
         [(void, "invitation/recovery", "no-right")])

    story, ada, ben, hal, jon = kept()
    ended = ada.save(add("invitation/recovery/status", "withdrawn"))
    late = recovering(hal, [ended])
    case(cases, story, "recovery-withdrawn", "A leader ends it, as when the paper was lost.", "yy",
         [(late, "member/hal", "surplus-join"), (late, f"device/{KEYS['hal'].text}", "surplus-join")],
         devices={"hal": {"member": "hal", "surplus": True}})

    story, ada, ben, hal, jon = kept()
    one = recovering(hal, letter="H")
    case(cases, story, "recovery-with-another-letter", "The letter of who joins by it begins with R.", "y",
         [(one, "member/hal", "no-right")], members={"hal": lead}, devices=HALS)
