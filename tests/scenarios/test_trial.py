"""Access rows are tried on the rules before the run, in the order in which they happen."""

from __future__ import annotations

from tests.rehearsal_room import mistakes, opened, played

RULE = 'rule = { id = "DMV-09", group = ["police"], data = "any", reason = "r", cite = "c" }'


def test_a_rule_without_a_date_holds_from_its_row_on():
    block = f'[[access]]\nid = "x"\nat = "1m10s"\nbackend = "CADMV"\neffect = "deny"\n{RULE}'
    (refused,) = [e for e in played(block).entries if e["kind"] == "refused"]
    assert refused["rules"] == ("DMV-09",)


def test_a_rule_that_its_owner_could_not_write_is_refused():
    block = f'[[access]]\nid = "x"\nat = "1m"\nbackend = "CADMV"\neffect = "suspend"\n{RULE}'
    assert any("`suspend` is not a rule that CADMV can have" in m for m in mistakes(block))


def test_an_unknown_group_in_a_rule_is_found():
    bad = RULE.replace("police", "polise")
    block = f'[[access]]\nid = "x"\nat = "1m"\nbackend = "CADMV"\neffect = "deny"\n{bad}'
    assert any("polise" in mistake for mistake in mistakes(block))


def test_a_rule_can_be_withdrawn_after_it_was_added_but_not_before():
    added = f'[[access]]\nid = "x"\nat = "2m"\nbackend = "CADMV"\neffect = "deny"\n{RULE}'
    gone = '[[access]]\nid = "y"\nat = "{}"\nbackend = "CADMV"\nwithdraw = "DMV-09"'
    assert opened(gone.format("3m"), added)
    assert any("no rule `DMV-09`" in m for m in mistakes(gone.format("1m"), added))
