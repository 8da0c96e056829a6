"""The smallest change that closes the hard paths, proved before it is shown.

An owner's file never affects another's backend, so every backend with a hard path needs a change of
its own; and one is enough, since a deny without exceptions is met by any facet. It denies the class
in question and nothing else. What an `always` promises cannot be closed: that is said instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from switch.acl.analysis.amend import NewDeny, with_deny, with_test
from switch.acl.analysis.finite import Sender, asked
from switch.acl.analysis.leaks.hard import hard_paths
from switch.acl.analysis.leaks.path import Path
from switch.acl.analysis.leaks.search import Search, Source
from switch.acl.analysis.promises import check
from switch.acl.document import OwnerDocument, read_owner
from switch.acl.engine import AccessStack
from switch.acl.rows import OwnerFile
from switch.acl.rules import Request
from switch.files.authored import inspect_bytes
from switch.terms import BackendName


@dataclass(frozen=True, slots=True)
class Order:
    """What is closed, as an owner would write it."""

    selector: str  # agency, group or function
    value: str
    reason: str
    cite: str


@dataclass(frozen=True, slots=True)
class Closing:
    """One owner's part. `text` is the whole new file; "" where nothing can be written."""

    backend: BackendName
    owner: str
    document: OwnerDocument
    text: str
    rule: str
    promised: tuple[str, ...]  # what stays open because an `always` of the file promises it
    unkept: tuple[str, ...]  # tests and promises that did not hold before and still do not
    left: tuple[Path, ...]  # the hard paths that stay open


def closings(
    search: Search, documents: Mapping[BackendName, OwnerDocument], order: Order
) -> list[Closing]:
    """For each backend with a hard path; applied all together, they leave what `left` says."""
    backends = dict.fromkeys(path.backend for path in hard_paths(search))
    drafts = [_Closer(search, search.backends[b], documents[b], order).closed() for b in backends]
    stack = search.stack
    for _, made in drafts:
        stack = stack.with_policy(made.document.policy) if made is not None else stack
    left = hard_paths(_again(search, stack))
    return [
        replace(draft, left=tuple(path for path in left if path.backend == draft.backend))
        for draft, _ in drafts
    ]


def _again(search: Search, stack: AccessStack) -> Search:
    return Search(stack, search.subject, search.data_class, search.at, owner_only=search.owner_only)


@dataclass(frozen=True, slots=True)
class _Made:
    """A new text that reads well, the id of its deny, and which promises it does not keep."""

    text: str
    rule: str
    document: OwnerDocument
    unkept: frozenset[str]


class _Closer:
    """One owner's file on its way to the next version."""

    def __init__(
        self, search: Search, source: Source, document: OwnerDocument, order: Order
    ) -> None:
        self._search, self._source, self._document = search, source, document
        self._order = order
        self._unkept = self._broken(document)  # as the file is: not the change's fault

    def closed(self) -> tuple[Closing, _Made | None]:
        """One deny for all who are meant; or, where that is promised, for those who are not."""
        made = self._made({self._order.selector: [self._order.value]})
        promised = tuple(sorted(made.unkept - self._unkept))
        if promised:
            alone = {agency: self._made({"agency": [agency]}) for agency in self._search.meant}
            rest = [agency for agency, each in alone.items() if each.unkept <= self._unkept]
            if not rest:
                return self._closing(None, promised), None
            made = self._made({"agency": rest})
        made = self._with_test(made)
        return self._closing(made, promised), made

    def _closing(self, made: _Made | None, promised: tuple[str, ...]) -> Closing:
        return Closing(
            backend=self._source.name,
            owner=self._source.owner,
            document=self._document,
            text=made.text if made else "",
            rule=made.rule if made else "",
            promised=promised,
            unkept=tuple(sorted(made.unkept)) if made else (),
            left=(),
        )

    def _made(self, subject: Mapping[str, Sequence[str]]) -> _Made:
        at = self._search.at
        new = NewDeny(
            subject=subject,
            data=[self._search.data_class],
            start=at,
            end=None,
            ordered=at,
            reason=self._order.reason,
            cite=self._order.cite,
        )
        text, rule = with_deny(self._document, new)
        return self._judged(text, rule)

    def _judged(self, text: str, rule: str) -> _Made:
        file = inspect_bytes(text.encode(), OwnerFile, name=self._document.file.name)
        document = read_owner(file, self._search.directory)
        return _Made(text, rule, document, self._broken(document))

    def _broken(self, document: OwnerDocument) -> frozenset[str]:
        """Tests and promises that do not hold: an id, or the words of a test."""
        found = check(document, self._search.directory).findings
        return frozenset(finding.what.partition(" does not hold")[0] for finding in found)

    def _with_test(self, made: _Made) -> _Made:
        """With a test beside the rule, where a plain request shows it by its verdict."""
        request = self._plainly_refused(made)
        if request is None:
            return made
        zone = self._document.timezone
        tested = with_test(made.text, request, self._search.at, zone, made.rule)
        return self._judged(tested, made.rule)

    def _plainly_refused(self, made: _Made) -> Request | None:
        stack = self._search.stack.with_policy(made.document.policy)
        for line in self._source.lines(own=True):
            for question in self._source.questions:
                request = asked(Sender(line, None, None), question)
                before = self._search.stack.decide_owner_only(request, self._search.at)
                after = stack.decide_owner_only(request, self._search.at)
                if before.released and made.rule in after.classes[0][2]:
                    return request
        return None
