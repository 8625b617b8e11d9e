"""Ed25519 with the strictness that Protocol/signature.md asks for."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .forms import encoded

HEADER = b'{"alg":"EdDSA","b64":false,"crit":["b64"]}'
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
SMALL_ORDER = {
    0, 1, P - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
}


def is_admissible_point(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    return y < P and y not in SMALL_ORDER


def is_signed(key, message, signature):
    """RFC 8032 without the cofactor, less everything that has a second spelling or small order."""
    if not is_admissible_point(key) or not is_admissible_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def is_head_signed(author, head, signature):
    return is_signed(author, encoded(HEADER).encode() + b"." + head, signature)
