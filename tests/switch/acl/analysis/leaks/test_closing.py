"""The fix: one deny for each owner, proved by searching again, never against a promise."""

from __future__ import annotations

from pathlib import Path

from switch.acl.analysis.leaks.closing import Order, closings
from switch.acl.analysis.leaks.hard import hard_paths
from switch.acl.analysis.leaks.path import Way
from switch.acl.analysis.promises import check
from switch.acl.document import read_document, read_owner
from switch.acl.rows import OwnerFile
from switch.files.authored import inspect_bytes
from tests.switch.acl.analysis.leaks.golden import copied, search


def closed(found, group="ero"):
    folder = found.world.acl_folder
    documents = {
        name: read_document(folder / f"{name}.toml", found.directory) for name in found.backends
    }
    return closings(found, documents, Order("group", group, "closed", "a letter"))


def read(found, each):
    file = inspect_bytes(each.text.encode(), OwnerFile, name=each.document.file.name)
    return read_owner(file, found.directory)


def test_one_deny_in_each_file_with_a_hard_path_and_in_no_other():
    found = search(owner_only=True)
    (nevada,) = closed(found)
    assert (nevada.backend, nevada.rule, nevada.promised, nevada.left) == (
        "NVDMV",
        "NVDMV-01",
        (),
        (),
    )
    assert 'group   = ["ero"]' in nevada.text
    assert 'data    = ["driver.record"]' in nevada.text


def test_applied_there_is_no_hard_path_left_and_the_file_keeps_its_promises(tmp_path: Path):
    world = copied(tmp_path, ('data   = "any"', 'data   = "any"\nkey = ["DQ"]'))
    found = search(str(world), owner_only=True)
    assert {path.backend for path in hard_paths(found)} == {"CADMV", "NVDMV"}
    for each in closed(found):
        (world / "acl" / f"{each.backend}.toml").write_text(each.text)
        report = check(read(found, each), found.directory)
        assert {f.what.split()[0] for f in report.findings} == set(each.unkept)
    again = search(str(world), owner_only=True)
    assert hard_paths(again) == []


def test_the_test_that_comes_with_it_asks_what_was_open(tmp_path: Path):
    world = copied(tmp_path, ('data   = "any"', 'data   = "any"\nkey = ["DQ"]'))
    found = search(str(world), owner_only=True)
    cadmv = next(each for each in closed(found) if each.backend == "CADMV")
    request, _ = read(found, cadmv).tests[-1]
    assert (request.terminal, request.key) == ("ERO1", "DNQ")


def test_what_did_not_hold_before_is_not_laid_at_the_fixs_door(tmp_path: Path):
    world = copied(tmp_path, ('data   = "any"', 'data   = "any"\nkey = ["DQ"]'))
    found = search(str(world), owner_only=True)
    cadmv = next(each for each in closed(found) if each.backend == "CADMV")
    assert cadmv.unkept == ("DMV-N1",)  # photos by DNQ, from October until the fix
    assert cadmv.left == ()


PROMISE = '[[always]]\nid    = "DMV-A1"\n'


def test_what_an_always_promises_is_not_closed_and_the_promise_is_named(tmp_path: Path):
    wider = (f'{PROMISE}group = ["police"]', f'{PROMISE}group = ["police", "cbp"]')
    found = search(str(copied(tmp_path, wider)), group="cbp", data="vehicle.registration")
    cadmv, nevada = closed(found, "cbp")
    assert (cadmv.text, cadmv.rule, cadmv.promised) == ("", "", ("DMV-A1",))
    assert {path.backend for path in cadmv.left} == {"CADMV"}
    assert (nevada.rule, nevada.left) == ("NVDMV-01", ())


def test_where_some_are_promised_the_others_are_closed(tmp_path: Path):
    fewer = (f'{PROMISE}group = ["police"]', f'{PROMISE}agency = ["BAY-PD"]')
    found = search(str(copied(tmp_path, fewer)), group="police", data="vehicle.registration")
    cadmv = closed(found, "police")[0]
    assert cadmv.promised == ("DMV-A1",)
    (rule,) = [r for r in read(found, cadmv).policy.rules if r.id == cadmv.rule]
    assert rule.subject.agency == {"VALLEY-SO", "HARBOR-PD", "NV-HP"}
    assert all("BAY-PD" in path.who for path in cadmv.left)


def test_what_is_left_is_what_the_owners_leave_whomever_the_network_suspends(tmp_path: Path):
    promise = '\n[[always]]\nid = "NV-A1"\ngroup = ["ero"]\ndata = ["driver.record"]\n'
    last = ('default  = "allow"', f'default  = "allow"\n{promise}from = 2019-10-15T00:00:00')
    world = copied(tmp_path, last, name="acl/NVDMV.toml")
    (nevada,) = closed(search(str(world), owner_only=True))
    assert nevada.promised == ("NV-A1",)
    assert Way.LINE in {path.way for path in nevada.left}


def test_a_test_that_failed_before_is_named_by_its_words(tmp_path: Path):
    narrowed = ('data   = "any"', 'data   = "any"\nkey = ["DQ"]')
    failing = ('expect   = "DENY-RULE"', 'expect   = "REFER"')
    found = search(str(copied(tmp_path, narrowed, failing)), owner_only=True)
    cadmv = next(each for each in closed(found) if each.backend == "CADMV")
    assert cadmv.unkept == (
        "DMV-N1",
        "test expects REFER, the file says DENY-RULE (DMV-01)",
    )
