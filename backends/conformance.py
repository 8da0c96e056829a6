"""What every backend must do, for the author of one to run: `check(backend, known)`.

`known` is a query that the backend has a record for. Each check raises AssertionError with what was
expected. Inline backends only: one that waits is driven by its author's own event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from switch.backend import InlineBackend, Query, Reply

RECORDS_MAX = 100  # more in one answer could never be printed


def check(backend: InlineBackend, known: Query) -> None:
    """Run every check, then close the backend, twice."""
    for each in CHECKS:
        each(backend, known)
    backend.close()
    backend.close()


def _answers(backend: InlineBackend, batch: Sequence[Query]) -> Sequence[Reply]:
    replies = backend.answer(batch)
    for reply in replies:
        assert type(reply) is Reply, f"answered {type(reply).__name__} instead of Reply"
    return replies


def an_empty_batch_has_no_replies(backend: InlineBackend, known: Query) -> None:
    """Nothing asked, nothing said."""
    assert len(_answers(backend, ())) == 0, "replied to an empty batch"


def every_query_has_one_reply_with_its_id(backend: InlineBackend, known: Query) -> None:
    """Replies may come in any order; the id tells which query they belong to."""
    batch = [known._replace(id=number) for number in (7, 3, 5)]
    ids = sorted(reply.id for reply in _answers(backend, batch))
    assert ids == [3, 5, 7], f"asked 3, 5, 7; replied to {ids}"


def what_is_known_is_found(backend: InlineBackend, known: Query) -> None:
    """And its records are texts by field code."""
    (reply,) = _answers(backend, [known])
    assert reply.error is None, f"the known query failed: {reply.error}"
    assert reply.records, "the known query has no record"
    assert len(reply.records) <= RECORDS_MAX, f"more than {RECORDS_MAX} records in one answer"
    for record in reply.records:
        for code, value in record.items():
            assert code.isalnum(), f"`{code}` is not a field code"
            assert type(value) is str, f"{code} holds {type(value).__name__} instead of text"
            assert value.isprintable(), f"{code} holds a control character"


def what_is_unknown_is_not_on_file(backend: InlineBackend, known: Query) -> None:
    """No record is no error."""
    strange = known._replace(fields=dict.fromkeys(known.fields, "ZZZZZZZZ"))
    (reply,) = _answers(backend, [strange])
    assert reply.records == (), "answered with a record that nobody asked for"


def the_same_query_has_the_same_answer(backend: InlineBackend, known: Query) -> None:
    """In one batch and in the next."""
    first, second = _answers(backend, [known, known._replace(id=known.id + 1)])
    (again,) = _answers(backend, [known])
    assert first.records == second.records == again.records, "two answers to one question"


CHECKS: tuple[Callable[[InlineBackend, Query], None], ...] = (
    an_empty_batch_has_no_replies,
    every_query_has_one_reply_with_its_id,
    what_is_known_is_found,
    what_is_unknown_is_not_on_file,
    the_same_query_has_the_same_answer,
)
