"""What schemathesis has to know to ask our server as a member does: how requests are signed, and what their bodies are.

The environment says who asks, and about which file: CONCORD_API_ENGAGEMENT, _KEY, _SEED, _FILE (in hexadecimal
digits) and _HASHES, the hashes of its parts.
"""

import base64
import gzip
import hashlib
import json
import os
import secrets
from urllib.parse import urlsplit

import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms
from hypothesis import strategies
from schemathesis.core.parameters import ParameterLocation

SEED, FILE, HASHES = (
    bytes.fromhex(os.environ["CONCORD_API_" + name]) for name in ("SEED", "FILE", "HASHES")
)
ENGAGEMENT, KEY = (os.environ["CONCORD_API_" + name] for name in ("ENGAGEMENT", "KEY"))


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id):
        raise NotImplementedError

    def resolve_private_key(self, key_id):
        return Ed25519PrivateKey.from_private_bytes(SEED)


def integers(value):
    """JSON as we write it: numbers have no fractions."""
    if isinstance(value, dict):
        return {name: integers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [integers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def body_of(request):
    """The body of a request, where only we know what belongs there."""
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    path = urlsplit(request.url).path
    if request.method == "PUT" and path.endswith("/parts"):
        return HASHES
    if request.method == "PATCH":
        return FILE
    if request.headers.get("Content-Type") == "application/json":
        try:
            return json.dumps(integers(json.loads(body))).encode()
        except ValueError:
            return body
    if request.headers.get("Content-Encoding") == "gzip":
        return gzip.compress(body)
    return body


def sign(request):
    """Signs a request as sync.md says, "Who asks"."""
    if request.method not in ("GET", "HEAD", "TRACE"):
        request.prepare_body(body_of(request), None)
    digest = base64.b64encode(hashlib.sha256(request.body or b"").digest()).decode()
    request.headers["Content-Digest"] = f"sha-256=:{digest}:"
    covered = ["@method", "@authority", "@path", "@query", "content-digest"]
    if "Content-Type" in request.headers:
        covered.append("content-type")
    for name in ("Signature", "Signature-Input"):
        request.headers.pop(name, None)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=Keys())
    nonce = secrets.token_urlsafe(16)
    signer.sign(request, key_id=KEY, nonce=nonce, covered_component_ids=covered)
    return request


schemathesis.auth.set_from_requests(sign)


@schemathesis.hook
def filter_case(context, case):
    """Headers that nobody knows change nothing (RFC 9110), and those of the signature are made afterwards."""
    header = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    return header is None or not header.mode.is_negative


def line(position):
    header = {"engagement": ENGAGEMENT, "envelopes": 0, "position": position, "v": 1}
    return json.dumps(header, separators=(",", ":"), sort_keys=True).encode() + b"\n"


schemathesis.openapi.media_type("application/x-ndjson", strategies.integers(0, 3).map(line))
