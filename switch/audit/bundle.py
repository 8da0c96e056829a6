"""A bundle: one owner's ledger and rule files as one text file, to be carried away and verified.

JSON Lines, each line in exactly one form (`{"training":true,...}` without spaces, keys as written
here), so that no byte of the file can change unnoticed:

    {"training":true,"bundle":1,"backend":...,"world":...,"pages":N,"files":N}
    {"training":true,"incomplete":"CUT OFF","where":...,"what":...}
    {"training":true,"file":"CADMV","sha256":...,"text":...}       a version that was in force
    {"training":true,"page":1,"first":1,"rows":4,"at":...,"hash":...,"body":...}   in hex
    {"training":true,"end":true,"head":...,"page":N,"rows":N}

The second kind stands only in a bundle of a record that was not whole, one for each thing that was
wrong with it, and the first line says then how many there are (`"incomplete":N`): nobody takes
such a bundle for all that was ever on record.

It proves nothing by itself: whoever can write a bundle can write a consistent one. It is held
against what its owner kept (`switch.audit.proof`), and its signed orders against the owner's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from switch.acl.envelope import Action, Signed, digest_of, fingerprint, opened, verified
from switch.audit.proof import Breach, Fault, Numbered, Proof, prove, read_rows
from switch.core.record.delivery import Keeping
from switch.core.record.journal import CHAIN_START, Entry
from switch.core.record.ledger import NETWORK, Head, Page

FORMAT = 1
LINE_CHARACTERS_MAX = 64 * 1024 * 1024
MARK = '{"training":true,"bundle":'
_ORDERED = {"proposed": Action.PROPOSE, "staged": Action.STAGE, "activated": Action.ACTIVATE}

NOT_PROVED = (
    "that the rule files here are all: one that nobody signed and no row names is not missed",
    "who held the owner's key when an order was signed",
)


@dataclass(slots=True)
class Bundle:
    """What stands in the file, as far as it can be read."""

    backend: str = ""
    world: str = ""
    pages: list[Page] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # by SHA-256; the owner's
    network: dict[str, bytes] = field(default_factory=dict)  # the switch operator's
    faults: list[Fault] = field(default_factory=list)  # of the file itself
    incomplete: list[Fault] = field(default_factory=list)  # of the record it was made from


# --- written --------------------------------------------------------------------------------------


def bundle_lines(
    backend: str,
    world: str,
    pages: Sequence[Page],
    files: Mapping[str, bytes],
    network: Mapping[str, bytes],
    incomplete: Sequence[Fault] = (),
) -> Iterator[str]:
    """The file, line by line. The rule files are UTF-8 texts, by their SHA-256; `incomplete` is
    what was wrong with the record from which the pages are."""
    count = len(files) + len(network)
    about: dict[str, Any] = {"bundle": FORMAT, "backend": backend, "world": world}
    about |= {"pages": len(pages), "files": count}
    yield _line({**about, "incomplete": len(incomplete)} if incomplete else about)
    for fault in incomplete:
        yield _line({"incomplete": fault.breach, "where": fault.where, "what": fault.what})
    for name, versions in ((backend, files), (NETWORK, network)):
        for digest, data in sorted(versions.items()):
            yield _line({"file": name, "sha256": digest, "text": data.decode()})
    for page in pages:
        numbers = {"page": page.number, "first": page.first, "rows": page.rows, "at": page.at}
        yield _line({**numbers, "hash": page.hash.hex(), "body": page.body.hex()})
    head = Head.of(pages[-1]) if pages else Head.start(backend)
    yield _line({"end": True, "head": head.hash.hex(), "page": head.page, "rows": head.rows})


def named_files(rows: Iterable[Numbered], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those files that some row names: a draft that nobody ever sent is not carried along."""
    named = _named(rows)
    return {digest: data for digest, data in files.items() if digest in named}


def _named(rows: Iterable[Numbered]) -> set[str]:
    return {
        str(row.entry.get(name))
        for row in rows
        if row.entry["kind"] in ("started", "access")
        for name in ("version", "network", "digest", "base")
    }


def _line(values: Mapping[str, Any]) -> str:
    # Text as it is, and no spaces: there is one way to write each line.
    text = json.dumps({"training": True, **values}, separators=(",", ":"), ensure_ascii=False)
    return text + "\n"


# --- read -----------------------------------------------------------------------------------------


def read_bundle(lines: Iterable[str]) -> Bundle:
    """Everything that can be read, and a fault for whatever cannot. It never raises for a file's
    sake; a file of another kind is one without a first line."""
    found, header, ended = Bundle(), dict[str, Any](), False
    for number, line in enumerate(lines, 1):
        where = f"line {number}"
        try:
            values = _parsed(line)
            if ended:
                raise ValueError("it stands behind the end")
            if number == 1:
                header = values
                found.backend, found.world = _text(values, "backend"), _text(values, "world")
                if values["bundle"] != FORMAT:
                    raise ValueError(f"a bundle of format {values['bundle']}, not {FORMAT}")
            elif "end" in values:
                ended = True
                _ends(found, values)
            elif "incomplete" in values:
                found.incomplete.append(_incomplete(values))
            elif "file" in values:
                _take_file(found, values)
            else:
                found.pages.append(_page(found.backend, values))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            what = f"it cannot be read as what was written ({error!s:.80})"
            found.faults.append(Fault(Breach.UNREADABLE, where, what))
    _whole(found, header, ended)
    return found


def _parsed(line: str) -> dict[str, Any]:
    if len(line) > LINE_CHARACTERS_MAX:
        raise ValueError("too long")
    values = json.loads(line)
    if not isinstance(values, dict) or values.pop("training", None) is not True:
        raise ValueError("no line of a bundle")
    if _line(values) != line:
        raise ValueError("not in the one form in which it is written")
    return values


def _text(values: Mapping[str, Any], name: str) -> str:
    if not isinstance(values[name], str):
        raise ValueError(f"`{name}` is no text")
    return str(values[name])


def _number(values: Mapping[str, Any], name: str) -> int:
    if type(values[name]) is not int:
        raise ValueError(f"`{name}` is no number")
    return int(values[name])


def _exactly(values: Mapping[str, Any], *names: str) -> None:
    if tuple(values) != names:
        raise ValueError("other keys than those of its kind")


def _page(backend: str, values: Mapping[str, Any]) -> Page:
    _exactly(values, "page", "first", "rows", "at", "hash", "body")
    number, first, rows = (_number(values, name) for name in ("page", "first", "rows"))
    at = values["at"]
    if not isinstance(at, float):
        raise ValueError("`at` is no instant")
    hash_, body = bytes.fromhex(values["hash"]), bytes.fromhex(values["body"])
    if (hash_.hex(), body.hex()) != (values["hash"], values["body"]):
        raise ValueError("not in the one form in which it is written")
    return Page(backend, number, first, rows, at, body, hash_)


def _incomplete(values: Mapping[str, Any]) -> Fault:
    _exactly(values, "incomplete", "where", "what")
    breach = Breach(_text(values, "incomplete"))
    return Fault(breach, _text(values, "where"), _text(values, "what"))


def _take_file(found: Bundle, values: Mapping[str, Any]) -> None:
    _exactly(values, "file", "sha256", "text")
    name, digest, data = _text(values, "file"), _text(values, "sha256"), values["text"].encode()
    if digest_of(data) != digest:
        raise ValueError(f"it is not the version {digest[:12]} that it says it is")
    if name not in (found.backend, NETWORK):
        raise ValueError(f"a file of {name}")
    versions = found.network if name == NETWORK else found.files
    if digest in versions:
        raise ValueError("it stands there already")
    versions[digest] = data


def _ends(found: Bundle, values: Mapping[str, Any]) -> None:
    _exactly(values, "end", "head", "page", "rows")
    head = Head.of(found.pages[-1]) if found.pages else Head.start(found.backend)
    said = (values["end"], values["head"], values["page"], values["rows"])
    if said != (True, head.hash.hex() if found.pages else CHAIN_START.hex(), head.page, head.rows):
        raise ValueError("it does not end where it says")


def _whole(found: Bundle, header: Mapping[str, Any], ended: bool) -> None:
    if not ended:
        found.faults.append(Fault(Breach.CUT, "the file", "its last line is not there"))
    counts = (len(found.pages), len(found.files) + len(found.network))
    said = (header.get("pages"), header.get("files"))
    if said != counts:
        what = (
            f"it holds {counts[0]} pages and {counts[1]} rule files, and says {said[0]}, {said[1]}"
        )
        found.faults.append(Fault(Breach.MISSING, "the file", what))
    if header.get("incomplete", 0) != len(found.incomplete):
        what = "it does not tell all that was wrong with the record it was made from"
        found.faults.append(Fault(Breach.MISSING, "the file", what))


# --- verified -------------------------------------------------------------------------------------


def verify(bundle: Bundle, keeping: Keeping | None, public: bytes | None) -> Proof:
    """The file, its chain, what its owner kept, and what its owner signed: with no switch at hand.

    `public` are the 32 bytes of the owner's key; without them no signature is looked at.
    """
    proof = prove(bundle.backend, bundle.pages, keeping)
    proof.faults[:0] = [*bundle.faults, *bundle.incomplete]
    rows = list(read_rows(bundle.pages))
    proof.faults.extend(_file_faults(bundle, rows))
    if public is not None:
        proof.faults.extend(_signature_faults(bundle.backend, rows, public))
    return proof


def _file_faults(bundle: Bundle, rows: Sequence[Numbered]) -> Iterator[Fault]:
    """A rule file that no row names was never in force by this ledger."""
    for digest in sorted({*bundle.files, *bundle.network} - _named(rows)):
        what = "no row of the ledger says that it was ever proposed or in force"
        yield Fault(Breach.INVENTED, f"rule file {digest[:12]}", what)
    worlds = {row.entry["world"] for row in rows if row.entry["kind"] == "started"}
    if worlds and bundle.world not in worlds:
        yield Fault(Breach.CHANGED, "line 1", f"its world is {', '.join(map(str, worlds))}")


def _signature_faults(backend: str, rows: Sequence[Numbered], public: bytes) -> Iterator[Fault]:
    """Every change that is said to be the owner's bears the owner's signature, and says what was
    signed. A change that claims no order is the switch's or a scenario's, and is counted as such.
    """
    for row in rows:
        entry = row.entry
        if entry["kind"] != "access" or entry.get("backend") != backend:
            continue
        if entry.get("error") or not entry.get("order"):
            claimed = entry.get("by") == _owner(backend, public) and not entry.get("error")
            if claimed and entry.get("step") in _ORDERED:
                what = "it is said to be the owner's, and bears no signature"
                yield Fault(Breach.INVENTED, f"row {row.number}", what)
            continue
        wrong = _unsigned(entry, backend, public)
        if wrong:
            yield Fault(Breach.INVENTED, f"row {row.number}", wrong)


def _owner(backend: str, public: bytes) -> str:
    return f"owner of {backend}, key {fingerprint(public)}"


def _unsigned(entry: Entry, backend: str, public: bytes) -> str:
    try:
        order, signature = bytes.fromhex(entry["order"]), bytes.fromhex(entry["signature"])
    except (KeyError, TypeError, ValueError):
        return "its order or its signature cannot be read"
    if not verified(Signed(order, str(entry.get("signer")), signature), public):
        return "its order was not signed by the owner's key"
    envelope = opened(order)
    if envelope is None:
        return "what was signed is no order"
    said = tuple(entry.get(name) for name in ("digest", "sequence", "reason", "cite"))
    signed = (envelope.digest, envelope.sequence, envelope.reason, envelope.cite)
    action = _ORDERED.get(str(entry.get("step")))
    same = said == signed and (backend, action) == (envelope.backend, envelope.action)
    return "" if same else "it says other than was signed"


def unsigned_changes(backend: str, rows: Iterable[Numbered]) -> list[str]:
    """What changed this owner's rules without a signature: scenario rows, files as first found."""
    found, version = list[str](), ""
    for row in rows:
        entry, before = row.entry, version
        if entry["kind"] == "started":
            version = str(entry.get("version") or version)
        if entry["kind"] != "access" or entry.get("backend") != backend or entry.get("error"):
            continue
        version = str(entry.get("version") or "")
        # A word about a file on disk that is not taken changes nothing: the version stays.
        if not entry.get("order") and (not before or version != before):
            found.append(f"row {row.number}: {entry.get('change')} (by {entry.get('by')})")
    return found
