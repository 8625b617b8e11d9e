"""Signatures: which are valid, and all those that libraries disagree on.

The arithmetic of edwards25519 (RFC 8032, section 5.1) is here in its plainest form, since no library
makes the wrong signatures that are needed.
"""

import hashlib

from .kit import HEADER, KEYS, base64url, canonical, sha256, signed, signing_input

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        raise ValueError("not on the curve")
    return P - x if x & 1 != sign else x


BASE = (recover_x(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)
NEUTRAL = (0, 1)


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, P - 2, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, P - 2, P)
    return x % P, y % P


def times(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def encode(point, y=None):
    return ((point[1] if y is None else y) | (point[0] & 1) << 255).to_bytes(32, "little")


def torsion():
    """A point of order 8."""
    for y in range(2, 1000):
        try:
            point = times(L, (recover_x(y, 0), y))
        except ValueError:
            continue
        if times(4, point) != NEUTRAL:
            return point
    raise ValueError("no point of order 8")


TORSION = torsion()


class Signing:
    """RFC 8032's signing, with every part open to change."""

    def __init__(self, name):
        hashed = hashlib.sha512(sha256(name)).digest()
        scalar = int.from_bytes(hashed[:32], "little")
        self.scalar = scalar & (2**254 - 8) | 2**254
        self.prefix = hashed[32:]
        self.point = times(self.scalar, BASE)

    def challenge(self, commitment, public, message):
        return int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % L

    def sign(self, message, public=None, with_torsion=None):
        """Public key, R and S; `with_torsion` is added to R after the nonce was chosen."""
        public = public or encode(self.point)
        nonce = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % L
        commitment = times(nonce, BASE)
        if with_torsion:
            commitment = add(commitment, with_torsion)
        r = encode(commitment)
        return public, r, (nonce + self.challenge(r, public, message) * self.scalar) % L


def raw(cases, name, about, valid, public, message, r, s):
    signature = r + (s if isinstance(s, bytes) else s.to_bytes(32, "little"))
    cases.add("signature", name, about, valid=valid, ed25519={
        "key": public.hex(), "message": message.hex(), "signature": signature.hex()})


def add_cases(cases):
    plain(cases)
    edges(cases)
    small_order(cases)
    mixed_order(cases)
    envelopes(cases)


def plain(cases):
    one, message = Signing("one"), b"the exact bytes"
    public, r, s = one.sign(message)
    raw(cases, "valid", "A plain signature.", True, public, message, r, s)
    raw(cases, "valid-empty-message", "A signature over nothing.", True,
        *(lambda parts: (parts[0], b"", *parts[1:]))(one.sign(b"")))
    raw(cases, "other-message", "One byte of the message differs.", False, public, b"the exact byteS", r, s)
    other = Signing("two")
    raw(cases, "other-key", "Another key.", False, encode(other.point), message, r, s)
    raw(cases, "flipped-r", "One bit of R differs.", False, public, message,
        bytes([r[0] ^ 1]) + r[1:], s)
    raw(cases, "flipped-s", "One bit of S differs.", False, public, message, r, s ^ 1)
    raw(cases, "zeros", "A signature of nothing but zeros.", False, public, message, b"\0" * 32, 0)
    raw(cases, "short", "A signature of 63 bytes.", False, public, message, r, s.to_bytes(32, "little")[:31])
    raw(cases, "long", "A signature of 65 bytes.", False, public, message, r,
        s.to_bytes(32, "little") + b"\0")
    raw(cases, "short-key", "A key of 31 bytes.", False, public[:31], message, r, s)


def edges(cases):
    one, message = Signing("one"), b"edges"
    public, r, s = one.sign(message)
    raw(cases, "s-plus-order", "S in a second spelling: L is added.", False, public, message, r, s + L)
    raw(cases, "s-plus-twice-order", "S in a third spelling.", False, public, message, r, s + 2 * L)
    raw(cases, "s-is-order", "S is L itself, which is 0 in a second spelling.", False, public, message, r, L)
    raw(cases, "s-top-bit", "S with its top bit set.", False, public, message, r, s | 1 << 255)
    off = next(y for y in range(2, 100) if not on_curve(y))
    raw(cases, "key-off-the-curve", "A key that is no point.", False, off.to_bytes(32, "little"), message,
        r, s)
    raw(cases, "r-off-the-curve", "An R that is no point.", False, public, message,
        off.to_bytes(32, "little"), s)
    for name, y in (("p", P), ("p-plus-1", P + 1), ("all-ones", 2**255 - 1)):
        encoded = y.to_bytes(32, "little")
        raw(cases, f"key-y-{name}", "A key whose y is not below p.", False, encoded, message, r, s)
        raw(cases, f"r-y-{name}", "An R whose y is not below p.", False, public, message, encoded, s)


def on_curve(y):
    try:
        recover_x(y, 0)
    except ValueError:
        return False
    return True


def small_order(cases):
    """Keys and commitments of small order for which the bare equation holds."""
    point = NEUTRAL
    for order in range(8):
        public = encode(point)
        for attempt in range(1000):
            message = f"small {order} {attempt}".encode()
            commitment = times(attempt + 1, BASE)
            r = encode(commitment)
            challenge = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
            if times(challenge % 8, point) == NEUTRAL:
                break
        raw(cases, f"key-of-small-order-{order}", "The equation holds, but a key of small order lets "
            "anybody sign anything: refused.", False, public, message, r, attempt + 1)
        point = add(point, TORSION)
    one = Signing("one")
    public = encode(one.point)
    point = NEUTRAL
    for order in range(8):
        message, r = b"small commitment", encode(point)
        challenge = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
        raw(cases, f"r-of-small-order-{order}", "A commitment of small order: refused, with or without "
            "the cofactor.", False, public, message, r, challenge * one.scalar % L)
        point = add(point, TORSION)
    raw(cases, "key-negative-zero", "The neutral element with the sign of x set.", False,
        (1 | 1 << 255).to_bytes(32, "little"), b"x", encode(BASE), 1)


def mixed_order(cases):
    one, message = Signing("one"), b"cofactor"
    public, r, s = one.sign(message, with_torsion=TORSION)
    raw(cases, "valid-only-with-cofactor", "R has a part of small order: valid only where the cofactor "
        "is multiplied in, so refused.", False, public, message, r, s)
    mixed = encode(add(one.point, TORSION))
    found = {}
    for attempt in range(1000):
        message = f"mixed {attempt}".encode()
        parts = one.sign(message, public=mixed)
        challenge = one.challenge(parts[1], mixed, message)
        found.setdefault(times(challenge % 8, TORSION) == NEUTRAL, (message, parts))
        if len(found) == 2:
            break
    message, (public, r, s) = found[True]
    raw(cases, "mixed-key-that-cancels", "A key with a part of small order, not itself of small order, "
        "where the bare equation holds: taken.", True, public, message, r, s)
    message, (public, r, s) = found[False]
    raw(cases, "mixed-key-that-does-not", "The same key where it holds only with the cofactor: refused.",
        False, public, message, r, s)


def envelopes(cases):
    ben, cem = KEYS["ben"], KEYS["cem"]
    head = {
        "engagement": base64url(sha256("an engagement")), "parents": [base64url(sha256("parent"))],
        "seq": 1, "time": "2026-03-02T09:15:00Z", "v": 1,
    }
    body = {"ops": [{"op": "add", "path": "/finding/f1/unit", "value": "IT"}]}
    good = signed(ben, head, body)
    text = canonical(good["head"])

    def case(name, about, valid, signature):
        cases.add("signature", name, about, valid=valid,
                  envelope=canonical({**good, "sig": base64url(signature)}))

    case("envelope-valid", "The author signs the header, a dot and the head's exact bytes.", True,
         ben.sign(signing_input(text)))
    case("envelope-other-author", "Somebody else's signature.", False, cem.sign(signing_input(text)))
    case("envelope-bare-head", "A signature over the head alone.", False, ben.sign(text))
    case("envelope-encoded-head", "A signature over the head in base64url, as JWS has it without b64.",
         False, ben.sign(signing_input(base64url(text.encode()))))
    case("envelope-other-header", "The header in another order is another header.", False,
         ben.sign(signing_input(text, '{"alg":"EdDSA","crit":["b64"],"b64":false}')))
    case("envelope-header-without-crit", "A header without `crit`.", False,
         ben.sign(signing_input(text, '{"alg":"EdDSA","b64":false}')))
    case("envelope-over-the-body", "A signature over the body.", False,
         ben.sign(signing_input(canonical(body))))
    case("envelope-over-the-identity", "A signature over the head's hash.", False,
         ben.sign(signing_input(base64url(sha256(text)))))
    assert HEADER == canonical({"alg": "EdDSA", "b64": False, "crit": ["b64"]})
