"""The log as a tree: roots, proofs, signed checkpoints, and the paths of tiles (Protocol/log.md)."""

import base64

from .kit import Key, base64url, canonical, sha256
from .story import Story, add


def add_cases(cases):
    roots(cases)
    notes(cases)
    tiles(cases)


def leaf(entry):
    return sha256(b"\0" + entry)


def root(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return sha256(b"\1" + root(leaves[:middle]) + root(leaves[middle:]))


def path(index, leaves):
    """RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if index < middle:
        return path(index, leaves[:middle]) + [root(leaves[middle:])]
    return path(index - middle, leaves[middle:]) + [root(leaves[:middle])]


def growth(former, leaves, is_whole=True):
    """RFC 9162, section 2.1.4.1."""
    if former == len(leaves):
        return [] if is_whole else [root(leaves)]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if former <= middle:
        return growth(former, leaves[:middle], is_whole) + [root(leaves[middle:])]
    return growth(former - middle, leaves[middle:], False) + [root(leaves[:middle])]


def roots(cases):
    story = Story(ada="lead", ben="auditor")
    diffs = [story.genesis]
    for number in range(6):
        diffs.append(story["ben" if number % 2 else "ada"].save(add(f"finding/f{number}", {"title": f"{number}"})))
    log = [diff.envelope for diff in diffs]
    leaves = [leaf(canonical({"head": entry["head"], "sig": entry["sig"]}).encode()) for entry in log]
    texts = lambda hashes: [base64url(hash) for hash in hashes]  # noqa: E731
    cases.add("tree", "roots", "The root over each beginning of a log, from none of its entries on.", log=log,
              roots=texts(root(leaves[:size]) for size in range(len(leaves) + 1)))
    for size, index in ((1, 0), (2, 1), (7, 0), (7, 3), (7, 6)):
        cases.add("tree", f"inclusion-{index}-of-{size}", f"Entry {index} stands in the log of {size} entries.", log=log[:size],
                  inclusion={"index": index, "path": texts(path(index, leaves[:size])), "size": size}, proven=True)
    wrong = path(3, leaves)
    cases.add("tree", "inclusion-elsewhere", "The proof of another place.", log=log,
              inclusion={"index": 2, "path": texts(wrong), "size": 7}, proven=False)
    cases.add("tree", "inclusion-too-long", "A proof with a hash too many.", log=log,
              inclusion={"index": 3, "path": texts([*wrong, wrong[0]]), "size": 7}, proven=False)
    cases.add("tree", "inclusion-too-short", "A proof with a hash too few.", log=log,
              inclusion={"index": 3, "path": texts(wrong[:-1]), "size": 7}, proven=False)
    for former in (1, 3, 4, 6, 7):
        cases.add("tree", f"grown-from-{former}", f"The log of 7 entries has grown from the one of {former}.", log=log,
                  consistency={"former": former, "path": texts(growth(former, leaves)), "size": 7}, proven=True)
    cases.add("tree", "grown-from-another", "A proof that a log of 3 entries has grown does not fit one of 4.", log=log,
              consistency={"former": 4, "path": texts(growth(3, leaves)), "size": 7}, proven=False)


def note_key(key, name):
    data = b"\1" + key.public
    number = sha256(name.encode() + b"\n" + data)[:4]
    return f"{name}+{number.hex()}+{base64.b64encode(data).decode()}", number


def signature(key, name, text):
    return line(name, note_key(key, name)[1] + key.sign(text))


def line(name, data):
    return f"\u2014 {name} {base64.b64encode(data).decode()}\n"


def notes(cases):
    origin = "concord/" + base64url(sha256("an engagement"))
    key, other, witness = Key("log/server"), Key("log/other"), Key("log/witness")
    text = f"{origin}\n7\n{base64.b64encode(sha256('a root')).decode()}\n"
    own = signature(key, origin, text)
    known = note_key(key, origin)[0]
    said = {"origin": origin, "root": base64url(sha256("a root")), "size": 7}

    def good(name, about, note, **changes):
        cases.add("note", name, about, key=known, note=[note], checkpoint={**said, **changes})

    def bad(name, about, note, by=known):
        cases.add("note", name, about, key=by, note=note if isinstance(note, list) else [note], refused=True)

    good("signed", "A checkpoint that its log's key has signed.", f"{text}\n{own}")
    cosigned = signature(witness, "witness.example", text)
    good("cosigned", "What others signed beside it is kept and says nothing.", f"{text}\n{own}{cosigned}")
    good("cosigned-first", "The order of signatures says nothing.", f"{text}\n{cosigned}{own}")
    good("other-kind-of-signature", "A signature of a kind that nobody here knows, of another length.",
         f"{text}\n{own}{line('witness.example', b'abcd' + bytes(2420))}")
    good("same-name-other-number", "Another key of the same name: its number tells them apart.",
         f"{text}\n{own}{line(origin, bytes(4) + bytes(64))}")
    extended = text + "an extension\n"
    good("extended", "Further lines of a checkpoint are for others.", f"{extended}\n{signature(key, origin, extended)}")
    empty = f"{origin}\n0\n{base64.b64encode(sha256(b'')).decode()}\n"
    good("of-nothing", "A log without entries.", f"{empty}\n{signature(key, origin, empty)}", size=0,
         root=base64url(sha256(b"")))

    bad("unsigned", "A text without a signature.", f"{text}\n")
    bad("by-another", "Only somebody else has signed.", f"{text}\n{signature(other, origin, text)}")
    bad("wrong-beside-right", "A wrong signature under the name and number of the key, beside a right one.",
        f"{text}\n{own}{line(origin, note_key(key, origin)[1] + bytes(64))}")
    bad("of-another-text", "A signature over another size.", f"{text.replace(chr(10) + '7' + chr(10), chr(10) + '8' + chr(10))}\n{own}")
    bad("of-another-log", "A checkpoint of another log, signed by the key.", (
        f"{text.replace('concord', 'other')}\n{signature(key, origin, text.replace('concord', 'other'))}"))
    zero = text.replace("\n7\n", "\n07\n")
    bad("leading-zero", "A size has one spelling.", f"{zero}\n{signature(key, origin, zero)}")
    large = text.replace("\n7\n", "\n2147483648\n")
    bad("too-large-a-size", "A log has at most 2^31 - 1 entries.", f"{large}\n{signature(key, origin, large)}")
    short = f"{origin}\n7\n"
    bad("without-a-root", "A checkpoint has three lines.", f"{short}\n{signature(key, origin, short)}")
    spaced = text.replace("=\n", "\n")
    bad("root-without-padding", "The root is base64 with padding.", f"{spaced}\n{signature(key, origin, spaced)}")
    bad("without-a-gap", "An empty line stands between text and signatures.", f"{text}{own}")
    bad("without-line-feed", "The last line ends too.", f"{text}\n{own[:-1]}")
    bad("other-dash", "A signature begins with an em dash.", f"{text}\n{own.replace(chr(0x2014), '-')}")
    bad("control-character", "A note has no control characters.", f"{text[:-1]}\t\n\n{own}")
    bad("too-many-signatures", "At most 100 signatures.", [f"{text}\n{own}", {"repeat": cosigned, "times": 100}])
    bad("not-utf8", "A note is UTF-8.", [{"base64": "/w=="}, f"{text}\n{own}"])
    bad("number-of-another-key", "A key whose number is not its own.", f"{text}\n{own}",
        by=known.replace(note_key(key, origin)[1].hex(), "00000000"))


def tiles(cases):
    def good(name, about, path, content, index, width=256):
        cases.add("tile", name, about, path=path, tile={"content": content, "index": index, "width": width})

    def bad(name, about, path):
        cases.add("tile", name, about, path=path, refused=True)

    good("first", "The first hashes of entries.", "tile/0/000", 0, 0)
    good("many-digits", "Each group but the last stands behind an x.", "tile/0/x001/x234/067", 0, 1234067)
    good("partial", "A tile that is not full says how wide it is.", "tile/1/x001/234.p/5", 1, 1234, 5)
    good("entries", "The entries themselves.", "tile/entries/999.p/255", "entries", 999, 255)
    bad("full-as-partial", "A full tile is not named with a width.", "tile/0/000.p/256")
    bad("of-nothing", "A tile holds something.", "tile/0/000.p/0")
    bad("short-group", "Groups have three digits.", "tile/0/67")
    bad("without-x", "All groups but the last stand behind an x.", "tile/0/001/067")
    bad("x-at-the-end", "The last group does not.", "tile/0/x001")
    bad("leading-group", "No group of zeros stands first.", "tile/0/x000/067")
    bad("level-too-high", "No log has so many levels.", "tile/4/000")
    bad("level-spelled-otherwise", "A level has one spelling.", "tile/00/000")
    bad("width-spelled-otherwise", "A width has one spelling.", "tile/0/000.p/05")
    bad("slash-first", "No slash stands before it.", "/tile/0/000")
