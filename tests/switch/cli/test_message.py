"""`wireroom message`: JSON for programs, a table for people, exit codes for both."""

import io
import json
import sys

import pytest

from switch.cli.message import LINE_BYTES_MAX, main
from switch.errors import UsageError

DQ = "DQ.CA0990100.NV.*A1.TXTNAM/DOE, JANE.DOB/19700131.SEX/F"
DR = (
    "DR.NV0998100\r\n23:59 10/14/2019 00119\r\n00:00 10/15/2019 01233 CA0990100\r\n*A1\r\n"
    "TXT\r\nTRAINING - SIMULATED DATA\r\nNOT ON FILE"
)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the verb on some standard input: (exit code, what it printed)."""

    def call(data, *argv):
        raw = data if isinstance(data, bytes) else data.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        code = main(list(argv))
        return code, capsys.readouterr().out

    return call


def rows(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def lines(*entries: object) -> str:
    return "".join(f"{json.dumps(entry)}\n" for entry in entries)


def test_a_message_is_parsed(run):
    code, out = run(DQ, "parse")
    assert code == 0
    assert rows(out) == [
        {
            "training": True,
            "id": None,
            "ok": True,
            "mke": "DQ",
            "ori": "CA0990100",
            "destinations": ["NV"],
            "control": "A1",
            "fields": {"NAM": "DOE, JANE", "DOB": "19700131", "SEX": "F"},
            "text": None,
        }
    ]


def test_a_refusal_names_code_text_field_offset_and_fix(run):
    code, out = run(DQ.replace("0131", "0231"), "parse")
    assert code == 1
    (row,) = rows(out)
    assert (row["training"], row["id"], row["ok"]) == (True, None, False)
    assert row["error"]["code"] == ".05."
    assert row["error"]["text"] == "DOB INVALID or MISSING"
    assert (row["error"]["field"], row["error"]["offset"]) == ("DOB", DQ.index("19700131"))
    assert "CCYYMMDD" in row["error"]["fix"]


def test_free_text_has_no_fields(run):
    _, out = run("AM.CA0990100.NV0990100.TXTHELLO\r\nTHERE", "parse")
    (row,) = rows(out)
    assert (row["fields"], row["text"], row["control"]) == (None, "HELLO\nTHERE", None)


def test_an_output_header_has_two_stamps(run):
    code, out = run(DR, "parse")
    assert code == 0
    (row,) = rows(out)
    assert (row["mke"], row["ori"], row["destinations"]) == ("DR", "NV0998100", ["CA0990100"])
    assert row["received"] == {"time": "23:59", "date": "10/14/2019", "sequence": "00119"}
    assert row["sent"] == {"time": "00:00", "date": "10/15/2019", "sequence": "01233"}
    assert (row["control"], row["fields"]) == ("A1", None)
    assert row["text"] == "TRAINING - SIMULATED DATA\nNOT ON FILE"


def test_an_error_message_comes_from_the_switch_alone(run):
    error = DR.replace("DR.NV0998100", "ER.NV0998100")
    code, out = run(error, "parse")
    assert (code, rows(out)[0]["error"]["offset"]) == (1, 3)
    assert run(error.replace("NV0998100", "NL0000000"), "parse")[0] == 0
    assert run(error, "parse", "--switch-ori", "NV0998100")[0] == 0


def test_many_messages_are_answered_line_by_line_in_order(run):
    code, out = run(lines({"id": "a", "raw": DQ}, {"id": 2, "raw": DR}, {"raw": "X"}), "parse",
                    "--jsonl")  # fmt: skip
    assert code == 1
    assert [(row["id"], row["ok"]) for row in rows(out)] == [("a", True), (2, True), (None, False)]


def test_exit_is_fine_when_all_are_right_or_there_are_none(run):
    assert run(lines({"id": 1, "raw": DQ}), "parse", "--jsonl")[0] == 0
    assert run("\n\n", "parse", "--jsonl") == (0, "")


@pytest.mark.parametrize(
    ("line", "id"),
    [
        (b"not json", None),
        (b"[]", None),
        (b'"DQ"', None),
        (b"[" * 100_000, None),
        (b'{"id": 7}', 7),
        (b'{"id": 7, "raw": 5}', 7),
        (b'{"id": 7, "raw": null}', 7),
        (b'{"id": NaN, "raw": "DQ"}', None),
        (b'{"id": [1], "raw": "DQ"}', None),
        (b'{"id": 7, "raw": "DQ.\\ud800"}', 7),
        (b'{"id": 7, "raw": ""}', 7),
        (b'{"id": 7, "raw": "\\u0000\\u0001"}', 7),
        (b"\xff\xfe", None),
        (b'{"raw": "' + b"A" * LINE_BYTES_MAX + b'"}', None),
        (b'{"id": 7, "raw": "AM.CA0990100.NV.TXT' + b"A" * 20_000 + b'"}', 7),
    ],
)
def test_a_bad_line_is_refused_and_the_next_one_read(run, line, id):
    code, out = run(line + b"\n" + lines({"id": "next", "raw": DQ}).encode(), "parse", "--jsonl")
    bad, good = rows(out)
    assert code == 1
    assert (bad["id"], bad["ok"], bad["training"]) == (id, False, True)
    assert bad["error"]["code"] == "0"
    assert (good["id"], good["ok"]) == ("next", True)


def test_an_offset_counts_bytes_of_utf_8(run):
    _, out = run(lines({"id": 1, "raw": "DQ.é"}), "parse", "--jsonl")
    assert rows(out)[0]["error"]["offset"] == 3


def test_the_control_prefix_can_be_another_one(run):
    raw = DQ.replace("*", "#")
    assert run(raw, "parse")[0] == 1
    code, out = run(raw, "parse", "--control-prefix", "#")
    assert (code, rows(out)[0]["control"]) == (0, "A1")


@pytest.mark.parametrize("prefix", ["", "**", "A", ".", "/", " "])
def test_a_prefix_that_cannot_be_one_is_misuse(run, prefix):
    with pytest.raises(UsageError):
        run(DQ, "parse", "--control-prefix", prefix)


@pytest.mark.parametrize("argv", [[], ["prase"], ["parse", "--jsnol"]])
def test_a_misused_command_exits_with_2(run, argv):
    with pytest.raises(SystemExit) as caught:
        run(DQ, *argv)
    assert caught.value.code == 2


def test_a_person_reads_a_table_under_the_training_bar(run):
    code, out = run(DQ, "describe")
    assert code == 0
    assert "TRAINING - SIMULATED DATA" in out.splitlines()[0]
    assert "Date of birth" in out
    assert "Driver licence, answered by DR" in out


def test_a_person_sees_a_caret_under_the_mistake(run):
    code, out = run(DQ.replace("SEX/F", "SEX/Q"), "describe")
    assert code == 1
    shown = out.splitlines()
    mark = next(n for n, line in enumerate(shown) if line.strip() == "^")
    assert shown[mark - 1][shown[mark].index("^")] == "Q"
    assert "fix: SEX is one of M, F, U" in out
