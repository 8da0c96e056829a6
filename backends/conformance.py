"""What every backend must do, for the author of one to run: `check(backend, known)`.

`known` is a query that the backend has a record for. The first promise that is broken raises
AssertionError with what was expected. A check never calls a backend: it yields the batch it wants
asked and is sent the replies, so that the same ones hold a backend that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from inspect import iscoroutinefunction
from typing import cast

from switch.backend import Backend, InlineBackend, Query, Reply, WaitingBackend
from switch.terms import MessageKey

RECORDS_MAX = 100  # more in one answer could never be printed
BATCH_MAX = 1024  # the most that a world file may ask for
STRANGE = ("ZZZZZZZZ", "'", '" OR 1=1 --', "%", "_", "*", "?", "\\", "A,", "9" * 30)

Asking = Generator[Sequence[Query], Sequence[Reply], None]


def check(backend: Backend, known: Query) -> None:
    """Run every check, then close the backend, twice. Not to be called inside a trio run."""
    if iscoroutinefunction(backend.answer):
        import trio  # a backend that never waits is checked without it

        trio.run(check_waiting, cast("WaitingBackend", backend), known)
        return
    inline = cast("InlineBackend", backend)
    for each in CHECKS:
        asking, replies = each(known), None
        while (batch := _next(asking, replies)) is not None:
            replies = inline.answer(batch)
    _close(backend)


async def check_waiting(backend: WaitingBackend, known: Query) -> None:
    """The same for a backend that waits, inside a trio run that the caller has set up for it."""
    for each in CHECKS:
        asking, replies = each(known), None
        while (batch := _next(asking, replies)) is not None:
            replies = await backend.answer(batch)
    _close(backend)


def _next(asking: Asking, replies: Sequence[Reply] | None) -> Sequence[Query] | None:
    """The next batch of a check, or None at its end."""
    try:
        if replies is None:
            return next(asking)
        for reply in replies:
            _expect(type(reply) is Reply, f"answered {type(reply).__name__} instead of Reply")
        return asking.send(replies)
    except StopIteration:
        return None


def _close(backend: Backend) -> None:
    """Twice: whoever cleans up after a failure cannot know whether it was closed before."""
    backend.close()
    backend.close()


def _expect(holds: bool, otherwise: str) -> None:
    """Not `assert`, which `python -O` leaves out."""
    if not holds:
        raise AssertionError(otherwise)


# --- the promises --------------------------------------------------------------------------------


def an_empty_batch_has_no_replies(known: Query) -> Asking:
    """Nothing asked, nothing said."""
    replies = yield ()
    _expect(len(replies) == 0, "replied to an empty batch")


def a_query_is_left_as_it_was(known: Query) -> Asking:
    """The switch uses it again when the answer comes."""
    fields = dict(known.fields)
    yield [known._replace(fields=fields)]
    _expect(fields == dict(known.fields), "changed the fields of the query")


def every_query_has_one_reply_with_its_id(known: Query) -> Asking:
    """Replies may come in any order; the id tells which query they belong to."""
    replies = yield [known._replace(id=number) for number in (7, 3, 5)]
    ids = sorted(reply.id for reply in replies)
    _expect(ids == [3, 5, 7], f"asked 3, 5, 7; replied to {ids}")


def a_full_batch_is_answered_whole(known: Query) -> Asking:
    """As many as a world file may ever send at once, with ids of a long run."""
    first = 2**40
    replies = yield [known._replace(id=first + number) for number in range(BATCH_MAX)]
    ids = {reply.id for reply in replies}
    whole = len(replies) == BATCH_MAX and ids == set(range(first, first + BATCH_MAX))
    _expect(whole, f"a batch of {BATCH_MAX} has {len(replies)} replies to {len(ids)} of its ids")


def what_is_known_is_found(known: Query) -> Asking:
    """And its records are texts by field code."""
    (reply,) = yield [known]
    _expect(reply.error is None, f"the known query failed: {reply.error}")
    _expect(bool(reply.records), "the known query has no record")
    _expect(len(reply.records) <= RECORDS_MAX, f"more than {RECORDS_MAX} records in one answer")
    for record in reply.records:
        for code, value in record.items():
            _expect(code.isalnum() and code.isupper(), f"`{code}` is not a field code")
            kind = type(value).__name__
            _expect(type(value) is str, f"{code} holds {kind} instead of text")
            _expect(value.isprintable(), f"{code} holds a control character")


def the_same_query_has_the_same_answer(known: Query) -> Asking:
    """In one batch and in the next."""
    first, second = yield [known, known._replace(id=known.id + 1)]
    (again,) = yield [known]
    same = first.records == second.records == again.records
    _expect(same, "two answers to one question")


def what_is_unknown_is_not_on_file(known: Query) -> Asking:
    """No record, whatever is typed; a value is never a pattern nor a piece of a statement."""
    for text in STRANGE:
        strange = known._replace(fields=dict.fromkeys(known.fields, text))
        (reply,) = yield [strange]
        found = f"answered with a record that nobody asked for: {text}"
        _expect(reply.records == (), found)
        _expect(reply.error is None, f"what is not on file is no error, but said {reply.error}")


def a_key_that_is_not_its_own_is_an_error(known: Query) -> Asking:
    """`not on file` would be a lie about records that it never looked at."""
    (reply,) = yield [known._replace(key=MessageKey("ZZZ"))]
    _expect(reply.records == (), "answered a key that it does not serve")
    _expect(bool(reply.error), "a key that it does not serve is not an error")


def an_image_is_added_to_an_answer_and_changes_nothing_else(known: Query) -> Asking:
    """The classes of an answer with and without it are judged on that."""
    (plain,) = yield [known._replace(image=False)]
    (with_image,) = yield [known._replace(image=True)]
    pairs = zip(plain.records, with_image.records, strict=False)
    same = all(one.items() <= other.items() for one, other in pairs)
    same = same and len(plain.records) == len(with_image.records)
    _expect(same, "asking for the image changes more than the image")


CHECKS: tuple[Callable[[Query], Asking], ...] = (
    an_empty_batch_has_no_replies,
    a_query_is_left_as_it_was,
    every_query_has_one_reply_with_its_id,
    a_full_batch_is_answered_whole,
    what_is_known_is_found,
    the_same_query_has_the_same_answer,
    what_is_unknown_is_not_on_file,
    a_key_that_is_not_its_own_is_an_error,
    an_image_is_added_to_an_answer_and_changes_nothing_else,
)
