"""Who is let in, and what every page carries; asked with plain HTTP, as a stranger would."""

from __future__ import annotations

import http.client
import re
import socket
from pathlib import Path

import pytest

from tests.process import TIME_MAX_S
from tests.scenarios.live.classroom import TRAINER, Class, running_class


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):
    with running_class(tmp_path_factory.mktemp("class")) as found:
        yield found


def ask(running: Class, path: str, cookie: str = "") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=TIME_MAX_S)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        response.text = response.read().decode()  # type: ignore[attr-defined]
        return response
    finally:
        connection.close()


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def entered(running: Class, place: str) -> tuple[str, str]:
    """The page behind a link, and the cookie it gives."""
    reply = ask(running, path_of(running.links[place]))
    assert reply.status == 303
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    return reply.headers["location"], cookie.split(";")[0]


def upgrade(running: Class, path: str, cookie: str, origin: str | None) -> bytes:
    """A request for a WebSocket."""
    head = f"Origin: {origin}\r\n" if origin else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n{head}"
        f"Cookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()


def test_a_link_lets_in_at_its_own_place_only(running: Class):
    home, cookie = entered(running, "one")
    assert ask(running, home, cookie).status == 200
    for other in ("/seat/two", "/desk", "/desk/debrief"):
        assert ask(running, other, cookie).status == 403


@pytest.mark.parametrize(
    "path",
    ["/", "/desk", "/seat/one", "/seat/nobody", "/join/one/0", "/join/x/y", "/trainer/0", "/%00"],
)
def test_strangers_and_stale_links_get_a_word_and_nothing_else(running: Class, path: str):
    reply = ask(running, path)
    assert reply.status == 403
    assert "Ask your trainer" in reply.text  # type: ignore[attr-defined]


def test_every_page_carries_the_mark_and_keeps_strangers_scripts_out(running: Class):
    for place in ("one", TRAINER):
        reply = ask(running, *entered(running, place))
        assert "TRAINING - SIMULATED DATA" in reply.text  # type: ignore[attr-defined]
        assert "unsafe" not in reply.headers["content-security-policy"]
        assert reply.headers["cache-control"] == "no-store"
        assert "<script>" not in reply.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/x.js"])
def test_no_other_file_is_served(running: Class, path: str):
    assert ask(running, path).status in (403, 404)
    assert ask(running, "/static/seat.js").status == 200


def test_a_debrief_before_the_end_is_told_to_wait(running: Class):
    _, cookie = entered(running, TRAINER)
    assert ask(running, "/desk/debrief", cookie).status == 409


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", ""])
def test_a_connection_from_a_page_of_somebody_else_is_refused(running: Class, origin: str):
    home, cookie = entered(running, "one")
    with socket.create_connection(("127.0.0.1", running.port), timeout=TIME_MAX_S) as line:
        line.sendall(upgrade(running, f"{home}/line?guard=x", cookie, origin))
        assert line.recv(100).startswith(b"HTTP/1.1 403")


def test_an_endless_address_ends_its_own_connection_only(running: Class):
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=TIME_MAX_S)
    try:
        connection.request("GET", "/" + "x" * 50_000)
        assert connection.getresponse().status >= 400
    except (ConnectionError, http.client.HTTPException):
        pass
    finally:
        connection.close()
    assert ask(running, "/").status == 403


def test_a_message_of_ten_megabytes_ends_its_own_connection_with_the_reason(running: Class):
    home, cookie = entered(running, "one")
    page = ask(running, home, cookie).text  # type: ignore[attr-defined]
    path = re.search(r'data-socket="([^"]+)"', page)
    assert path is not None
    with socket.create_connection(("127.0.0.1", running.port), timeout=TIME_MAX_S) as line:
        origin = f"http://127.0.0.1:{running.port}"
        line.sendall(upgrade(running, path[1], cookie, origin))
        assert line.recv(100).startswith(b"HTTP/1.1 101")
        size = 10_000_000
        line.sendall(b"\x81\xff" + size.to_bytes(8, "big") + bytes(4))
        heard = b""
        try:
            for _ in range(100):
                line.sendall(bytes(size // 100))
            while b"\x88\x02\x03\xf1" not in heard and (more := line.recv(65_536)):  # 1009
                heard += more
        except ConnectionError:
            pass  # it hung up while it was being told
    assert ask(running, home, cookie).status == 200
    assert running.process.poll() is None


def test_a_seat_may_have_any_name_and_the_trainers_link_is_nobody_elses(tmp_path: Path):
    with running_class(tmp_path, file="first-query") as found:  # its seat is called `desk`
        assert set(found.links) == {"desk", TRAINER}
        assert entered(found, "desk")[0] == "/seat/desk"
        assert entered(found, TRAINER)[0] == "/desk"
