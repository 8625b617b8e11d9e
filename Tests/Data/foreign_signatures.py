"""Signs and verifies HTTP requests with a library that is not ours: `http-message-signatures` of PyPI.

Standard input is one JSON object, standard output another one:

    {"do": "verify", "url": …, "headers": {…}, "key": HEX}          -> {"covered": [names]}, or {"refused": why}
    {"do": "sign", "url": …, "headers": {…}, "seed": HEX, "keyid": …, "nonce": …}   -> {"headers": {…}}
"""

import json
import sys
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

COVERED = ("@path", "content-digest", "@method", "@query", "content-type", "@authority")


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, question):
        self.question = question

    def resolve_public_key(self, key_id):
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.question["key"]))

    def resolve_private_key(self, key_id):
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.question["seed"]))


def answer(question):
    message = SimpleNamespace(method="POST", url=question["url"], headers=question["headers"])
    means = {"signature_algorithm": algorithms.ED25519, "key_resolver": Keys(question)}
    if question["do"] == "sign":
        HTTPMessageSigner(**means).sign(
            message,
            key_id=question["keyid"],
            nonce=question["nonce"],
            covered_component_ids=COVERED,
        )
        return {"headers": message.headers}
    try:
        results = HTTPMessageVerifier(**means).verify(message)
    except InvalidSignature as error:
        return {"refused": str(error)}
    return {"covered": [name.strip('"') for name in results[0].covered_components]}


print(json.dumps(answer(json.load(sys.stdin))))
