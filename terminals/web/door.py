"""Who may come in: unguessable links, sessions, the word that a page's script must know, headers.

A link signs one person in. Everything derives from one secret of the class, so that links and
sessions outlive a restart of the machine, and nothing has to be kept about them.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)


def report_policy(page: str) -> str:
    """The policy of a page that has its own script in it: this one, by its hash, and no other."""
    found = [sha256(inner.encode()).digest() for inner in _SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in found) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; frame-ancestors 'none'"
    )


class Door:
    """Derives and checks what a place (a seat, or the trainer's desk) is entered with."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def link(self, place: str) -> str:
        """What the join link of a place ends in."""
        return self._word("link", place)

    def session(self, place: str) -> str:
        """The value of the cookie of whoever came in by that link."""
        return self._word("session", place)

    def guard(self, place: str) -> str:
        """The word that a page hands its script: no other site's page can know it (CSRF)."""
        return self._word("guard", place)

    def _word(self, what: str, place: str) -> str:
        return hmac.new(self._secret, f"{what} {place}".encode(), sha256).hexdigest()[:40]


def same(one: str, other: object) -> bool:
    """Compare secrets in a time that tells nothing about them."""
    return isinstance(other, str) and hmac.compare_digest(one.encode(), other.encode())


def same_origin(origin: str | None, host: str | None) -> bool:
    """Whether a WebSocket was opened by one of our own pages."""
    return bool(origin and host) and urlsplit(origin or "").netloc == host
