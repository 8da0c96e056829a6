"""Owners with keys, and what they sign, for tests of changes on a running switch."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from switch.acl.envelope import Action, Envelope, Signed, digest_of, public_bytes, sign
from tests.switch.acl.shipped import TEXT, changed

NOW = 1_571_122_680.0  # 2019-10-14T23:58:00 in Los Angeles
CADMV = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
CAWPS = Ed25519PrivateKey.from_private_bytes(b"2" * 32)
NETWORK = Ed25519PrivateKey.from_private_bytes(b"3" * 32)
KEYS = {
    "CADMV": public_bytes(CADMV),
    "CAWPS": public_bytes(CAWPS),
    "NETWORK": public_bytes(NETWORK),
}
BASE = TEXT.encode()
CUT_CBP = """
[[deny]]
id     = "DMV-04"
agency = ["CBP"]
data   = "any"
from   = 2019-10-14T00:00:00
reason = "A cut-off of a test."
cite   = "none"
"""
CUT = BASE + CUT_CBP.encode()

# The same cut-off, whose reason is forgotten, and nine mistakes more.
TEN_MISTAKES = changed(
    ('timezone = "America/Los_Angeles"', 'timezone = "America/Los_Angels"'),
    ('default  = "allow"', 'default  = "perhaps"'),
    ('group  = ["ero"]', 'group  = ["eroo"]'),
    ("from   = 2019-10-15T00:00:00", "from   = 2019-10-15"),
    ('"driver.record", "vehicle.registration"', '"driver.recrod", "vehicle.registration"'),
    ('purpose = ["C"]', 'purpose = ["CC"]'),
    ('except = ["DMV-02"]', 'except = ["DMV-99"]'),
    ('terminal = "ERO1"', 'terminal = "ERO1"\nspeed = 3'),
    ('expect   = "DENY-RULE"', 'expect   = "DENIED"'),
    more=CUT_CBP.replace('reason = "A cut-off of a test."\n', ""),
).encode()


def order(
    file: bytes = CUT,
    *,
    action: Action = Action.ACTIVATE,
    backend: str = "CADMV",
    sequence: int = 1,
    base: bytes = BASE,
    expires: float = NOW + 600,
    key: Ed25519PrivateKey = CADMV,
    reason: str = "",
    cite: str = "",
) -> Signed:
    """A signed order, right in all that is not said to be otherwise."""
    envelope = Envelope(
        action,
        backend,
        sequence,
        digest_of(base),
        int(expires),
        digest_of(file),
        reason,
        cite,
    )
    return sign(envelope, key)
