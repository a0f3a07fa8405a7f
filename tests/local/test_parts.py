"""The child processes: the embedded AWS, the cache, and what ties them to us."""

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from local.aws import session
from local.cache import Cache
from local.children import LARGEST_LOG, Child, clean_environ, open_log
from local.emulator import Emulator
from local.faults import CannotRun
from local.folder import Folder
from local.health import report
from local.ports import kept, listen, port_of
from local.run import beside


def members(group: int) -> list[str]:
    """The living processes of a group, as /proc tells of them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = file.read_text().rpartition(")")[2].split()[:3]
            found += [str(file)] if int(its_group) == group and state != "Z" else []
    return found


def listeners(port: int) -> set[str]:
    """The addresses, in hexadecimal, on which somebody listens at ``port``."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}


def test_the_cache_answers_until_it_is_stopped(tmp_path: Path) -> None:
    async def test() -> None:
        cache = Cache(tmp_path)
        await cache.start()
        assert await cache.answers()
        await cache.stop()
        assert not await cache.answers()

    asyncio.run(test())


def test_a_port_is_kept_until_somebody_else_has_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "port"
    first = kept(file)
    assert kept(file) == first
    with listen(first):
        second = kept(file)
        assert second != first
    assert kept(file) == second


@pytest.mark.parametrize("remembered", ["", "none", "0", "-1", "70000"])
def test_a_port_that_cannot_be_is_replaced(tmp_path: Path, remembered: str) -> None:
    (tmp_path / "port").write_text(remembered)
    assert 0 < kept(tmp_path / "port") == kept(tmp_path / "port")


def test_the_embedded_aws_keeps_state_and_address_over_a_graceful_stop(tmp_path: Path) -> None:
    async def test() -> None:
        first = Emulator(tmp_path)
        await first.start(function_host="http://127.0.0.1:9")
        session().client("s3", endpoint_url=first.url).create_bucket(Bucket="kept")
        await first.stop()
        assert not await Emulator(tmp_path).answers()
        second = Emulator(tmp_path)
        await second.start(function_host="http://127.0.0.1:9")
        buckets = session().client("s3", endpoint_url=second.url).list_buckets()["Buckets"]
        await second.stop()
        assert second.url == first.url
        assert [bucket["Name"] for bucket in buckets] == ["kept"]

    asyncio.run(test())


def test_the_embedded_aws_listens_on_loopback_only(tmp_path: Path) -> None:
    async def test() -> None:
        emulator = Emulator(tmp_path)
        await emulator.start(function_host="http://127.0.0.1:9")
        found = listeners(emulator.port)
        await emulator.stop()
        assert found == {"0100007F"}

    asyncio.run(test())


def test_a_missing_interpreter_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"no interpreter at .*nowhere: run `make setup`"):
        asyncio.run(Emulator(tmp_path, python=tmp_path / "nowhere").start(function_host=""))


def test_an_emulator_that_ends_while_starting_says_its_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such module' >&2\nexit 1\n")
    broken.chmod(0o755)

    async def test() -> None:
        emulator = Emulator(tmp_path, python=broken)
        with pytest.raises(CannotRun, match="ended while starting: no such module"):
            await emulator.start(function_host="")
        await emulator.stop()

    asyncio.run(test())


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from local.children import Child, clean_environ\n"
        f"child = Child(['/bin/sleep', '60'], env=clean_environ(), log=Path({str(tmp_path / 'log')!r}))\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split(")")[1][:3]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_child_that_does_not_end_when_told_is_killed_with_its_group(tmp_path: Path) -> None:
    async def test() -> None:
        stubborn = ["/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"]
        child = Child(stubborn, env=clean_environ(), log=tmp_path / "log")
        async with asyncio.timeout(10):
            while not (tmp_path / "log").read_bytes():  # noqa: ASYNC110 - a file sets no event
                await asyncio.sleep(0.02)
        await child.stop(0.1)
        assert not child.running
        async with asyncio.timeout(10):
            while members(child.pid):  # noqa: ASYNC110 - killed all at once, and each gone when the kernel comes to it
                await asyncio.sleep(0.02)

    asyncio.run(test())


def test_nothing_of_the_users_aws_account_or_proxies_reaches_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in clean_environ(KEPT="1").values()
    assert clean_environ(KEPT="1")["KEPT"] == "1"


def test_a_log_that_has_grown_large_begins_anew(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "run.log"
    open_log(log).close()
    with log.open("wb") as full:
        full.truncate(LARGEST_LOG + 1)
    open_log(log).close()
    assert log.stat().st_size == 0
    assert log.with_name("run.log.1").stat().st_size == LARGEST_LOG + 1


def test_a_taken_port_is_named_with_what_to_do() -> None:
    taken = listen(0)
    with pytest.raises(CannotRun, match=f"port {port_of(taken)} is in use: .*--port"):
        listen(port_of(taken))
    taken.close()


@pytest.mark.parametrize(("port", "tls"), [(4000, 4443), (4010, 4453), (0, 0), (65092, 65535), (65093, 0)])
def test_the_tls_port_follows_the_port_while_there_is_one(port: int, tls: int) -> None:
    assert beside(port) == tls


def test_a_folder_is_one_runs_alone_and_then_free_again(tmp_path: Path) -> None:
    first = Folder(tmp_path)
    with pytest.raises(CannotRun, match="in use by another run"):
        Folder(tmp_path)
    first.close()
    Folder(tmp_path).close()


def test_a_part_that_fails_or_hangs_is_told_of_and_the_others_are_still_asked() -> None:
    async def well() -> bool:
        return True

    async def hangs() -> bool:
        await asyncio.sleep(60)
        return True

    async def fails() -> bool:
        raise ConnectionError("nobody there")

    found = asyncio.run(report({"well": well, "hangs": hangs, "fails": fails}))
    assert found["status"] == "failing"
    assert found["components"]["well"]["status"] == "ok"
    assert found["components"]["hangs"]["status"] == "failing"
    assert found["components"]["fails"]["reason"] == "nobody there"
