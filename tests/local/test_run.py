"""``make run`` from the outside: started, asked, stopped and started again as people and scripts do it."""

import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from local.children import clean_environ
from local.outputs import NAME
from local.running import ROOT, Running, running
from tests.real_clients.programs import NODE

TEMPLATES = str(Path(__file__).parent / "fixtures" / "templates")
SMALL = ("--no-sample", "--templates", TEMPLATES)

SECOND_START_SECONDS = 8


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(*SMALL, data=tmp_path_factory.mktemp("laptop")) as found:
        yield found


def ask(system: Running, query: str, token: str | None = None, **variables: Any) -> Any:
    key = {"x-api-key": system.outputs["custom"]["api_key"]}
    headers = {"authorization": token} if token else key
    body = {"query": query, "variables": variables}
    return httpx.post(f"{system.url}/graphql", json=body, headers=headers, trust_env=False).json()


def sign_in(system: Running, group: str | None = None) -> str:
    """A token of the first demo user of the group, in the one call that scripts use."""
    person = next(who for who in system.outputs["custom"]["demo_users"] if who["groups"] == ([group] if group else []))
    cognito = boto3.client(
        "cognito-idp",
        endpoint_url=system.outputs["custom"]["aws_endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    result = cognito.initiate_auth(
        ClientId=system.outputs["auth"]["user_pool_client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person["username"], "PASSWORD": person["password"]},
    )
    return str(result["AuthenticationResult"]["AccessToken"])


def family(pid: int) -> set[int]:
    """The process and all below it."""
    children: dict[int, set[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, set()).add(int(entry.name))
    found = fresh = {pid}
    while fresh:
        fresh = {child for parent in fresh for child in children.get(parent, set())} - found
        found |= fresh
    return found


def alive(pids: set[int]) -> set[int]:
    def lives(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if lives(pid)}


def cmdline(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def refusal(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of a start that must fail."""
    done = subprocess.run(
        [sys.executable, "-m", "local.run", "--port", "0", *SMALL, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def test_one_ready_line_holds_the_base_url(system: Running) -> None:
    lines = [line for line in system.said.splitlines() if line.startswith("ready")]
    assert len(lines) == 1
    assert system.url in lines[0]


def test_outputs_are_in_amplifys_format_and_private(system: Running) -> None:
    found, file = system.outputs, system.data / NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert found["version"] == "1.4"
    assert found["custom"]["http_url"] == f"{system.url}/graphql"
    assert found["custom"]["realtime_url"] == f"{system.url.replace('http', 'ws')}/graphql/realtime"
    assert re.fullmatch(r"https://localhost:\d+/graphql", found["data"]["url"])
    assert found["data"]["default_authorization_type"] == "AMAZON_COGNITO_USER_POOLS"
    assert found["data"]["api_key"] == found["custom"]["api_key"]
    assert {"user_pool_id", "user_pool_client_id", "aws_region"} <= found["auth"].keys()
    groups = sorted(person["groups"] for person in found["custom"]["demo_users"])
    assert groups == [[], [], ["admin"], ["finance"], ["staff"]]
    wanted = {"http_url", "realtime_url", "aws_endpoint_url", "ca_file", "api_key", "webhook_url", "demo_users"}
    assert found["custom"].keys() == wanted


def test_a_guest_is_answered_and_a_group_is_needed_for_its_field(system: Running) -> None:
    assert ask(system, '{ note(id: "none") }') == {"data": {"note": None}}
    assert ask(system, "{ secret }")["errors"][0]["errorType"] == "Unauthorized"
    assert ask(system, "{ secret }", sign_in(system))["errors"][0]["errorType"] == "Unauthorized"
    assert ask(system, "{ secret }", sign_in(system, "staff")) == {"data": {"secret": "only staff reads this"}}


def test_everything_is_served_over_tls_to_those_who_trust_the_authority(system: Running) -> None:
    url = system.outputs["data"]["url"]
    question, key = {"query": "{ __typename }"}, {"x-api-key": system.outputs["custom"]["api_key"]}
    trusting = ssl.create_default_context(cafile=system.outputs["custom"]["ca_file"])
    for name in ("localhost", "127.0.0.1"):
        same = httpx.URL(url).copy_with(host=name)
        answer = httpx.post(same, json=question, headers=key, verify=trusting, trust_env=False)
        assert answer.json() == {"data": {"__typename": "Query"}}
        health = httpx.get(same.copy_with(path="/health"), verify=trusting, trust_env=False)
        assert health.json()["status"] == "ok"
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.post(url, json=question, headers=key, trust_env=False)


def test_node_trusts_it_when_told_the_file(system: Running) -> None:
    script = """fetch(process.argv[1], {method: "POST", body: '{"query": "{ __typename }"}',
      headers: {"x-api-key": process.argv[2]}}).then(answer => answer.text()).then(console.log)"""
    command = [*NODE, "-e", script, system.outputs["data"]["url"], system.outputs["custom"]["api_key"]]

    def said(**more: str) -> str:
        environment = clean_environ(**more)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False).stdout

    assert json.loads(said(NODE_EXTRA_CA_CERTS=system.outputs["custom"]["ca_file"])) == {
        "data": {"__typename": "Query"}
    }
    assert said(NODE_EXTRA_CA_CERTS="") == ""


def changes(system: Running, note: str) -> int:
    """How often the reaction to the table's stream has written of a note."""
    s3 = boto3.client(
        "s3",
        endpoint_url=system.outputs["custom"]["aws_endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    bucket = next(found["Name"] for found in s3.list_buckets()["Buckets"] if "files" in found["Name"])
    return int(s3.list_objects_v2(Bucket=bucket, Prefix=f"changes/{note}/")["KeyCount"])


def overloaded() -> bool:
    """Whether so much else runs here that a time of day says nothing about us; this suite alone stays far below."""
    return os.getloadavg()[0] > 2.5 * (os.cpu_count() or 1)


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within 10 s"
        time.sleep(0.05)


def test_a_change_reaches_the_local_process_as_a_stream_event(system: Running) -> None:
    ask(system, 'mutation { write(id: "streamed", text: "hello") }', sign_in(system))
    until(lambda: changes(system, "streamed") == 1)


def test_health_tells_of_every_component(system: Running) -> None:
    answer = httpx.get(f"{system.url}/health", trust_env=False)
    assert answer.status_code == 200
    found = answer.json()
    assert found["status"] == "ok"
    assert found["components"].keys() == {"aws", "cache", "functions", "graph"}
    assert all(part["latency_ms"] < 1000 for part in found["components"].values())


def test_the_explorer_is_served_and_tells_nothing_to_who_calls_it_by_another_name(system: Running) -> None:
    page = httpx.get(system.url, trust_env=False)
    assert page.headers["content-type"].startswith("text/html")
    known = httpx.get(f"{system.url}/explorer.json", trust_env=False)
    assert known.json() == system.outputs
    elsewhere = httpx.get(f"{system.url}/explorer.json", headers={"host": "evil.example"}, trust_env=False)
    assert elsewhere.status_code == 400


def test_webhooks_and_unknown_paths_are_not_found(system: Running) -> None:
    assert httpx.post(f"{system.url}/webhooks/stripe", content=b"{}", trust_env=False).status_code == 404
    assert httpx.get(f"{system.url}/nothing", trust_env=False).status_code == 404
    assert httpx.get(f"{system.url}/sample/../pyproject.toml", trust_env=False).status_code == 404


def test_two_systems_run_side_by_side(system: Running, tmp_path: Path) -> None:
    with running(*SMALL, data=tmp_path) as other:
        assert other.url != system.url
        ask(other, 'mutation { write(id: "here", text: "mine") }', sign_in(other))
        assert ask(other, '{ note(id: "here") }') == {"data": {"note": "mine"}}
        assert ask(system, '{ note(id: "here") }') == {"data": {"note": None}}


def test_a_folder_in_use_gives_one_line_and_exit_code_1(system: Running) -> None:
    code, said = refusal("--data-dir", str(system.data))
    assert (code, len(said.splitlines())) == (1, 1)
    assert "in use by another run" in said


@pytest.mark.parametrize("option", ["--port", "--tls-port"])
def test_a_port_in_use_gives_one_line_and_exit_code_1(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refusal(option, str(port), "--data-dir", str(tmp_path))
    assert (code, len(said.splitlines())) == (1, 1)
    assert f"port {port} is in use" in said
    assert f"another port with {option}" in said


def test_a_folder_that_cannot_be_written_gives_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = refusal("--data-dir", str(tmp_path / "file" / "data"))
    assert (code, len(said.splitlines())) == (1, 1)
    assert "cannot be written" in said


def test_templates_that_are_missing_give_one_line_and_exit_code_1(tmp_path: Path) -> None:
    code, said = refusal("--data-dir", str(tmp_path), "--templates", str(tmp_path / "none"))
    assert (code, len(said.splitlines())) == (1, 1)
    assert "make synth" in said


def test_a_handler_that_cannot_be_imported_gives_one_line_and_exit_code_1(tmp_path: Path, templates: Path) -> None:
    broken = tmp_path / "templates"
    broken.mkdir()
    for file in templates.glob("*.json"):
        (broken / file.name).write_text(file.read_text().replace("fixtures.handler.answer", "fixtures.nowhere.answer"))
    code, said = refusal("--data-dir", str(tmp_path / "data"), "--templates", str(broken))
    assert (code, len(said.splitlines())) == (1, 1)
    assert "function souk-notes cannot be loaded: Unable to import module 'tests.local.fixtures.nowhere'" in said


def test_everything_survives_a_restart_and_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    with running(*SMALL, data=tmp_path) as first:
        token = sign_in(first)
        for number in range(3):
            ask(first, f'mutation {{ write(id: "note{number}", text: "early") }}', token)
        ask(first, 'mutation { write(id: "kept", text: "still here") }', token)
        processes = family(first.process.pid)
        code, said = first.stop(signal.SIGINT)
        assert (code, "goodbye" in said) == (0, True)
        assert alive(processes) == set()
    began = time.monotonic()
    with running(*SMALL, data=tmp_path) as second:
        took = [time.monotonic() - began]
        assert "as at the last start" in second.said
        assert ask(second, '{ note(id: "kept") }') == {"data": {"note": "still here"}}
        assert ask(second, '{ note(id: "kept") }', token) == {"data": {"note": "still here"}}
        for same in ("api_key", "demo_users"):
            assert second.outputs["custom"][same] == first.outputs["custom"][same]
        assert second.outputs["auth"] == first.outputs["auth"]
        assert changes(second, "kept") == 1  # the stop waited for what the stream still had to tell
        ask(second, 'mutation { write(id: "kept", text: "again") }', token)
        until(lambda: changes(second, "kept") == 2)
    while min(took) >= SECOND_START_SECONDS and len(took) < 3 and not overloaded():
        began = time.monotonic()
        with running(*SMALL, data=tmp_path):
            took.append(time.monotonic() - began)
    assert min(took) < SECOND_START_SECONDS or overloaded()


def test_a_stop_waits_for_the_streams_of_a_slow_emulator(tmp_path: Path) -> None:
    with running(*SMALL, data=tmp_path) as first:
        token = sign_in(first)
        emulator = next(pid for pid in family(first.process.pid) if b"local.embedded:app" in cmdline(pid))
        for number in range(20):
            ask(first, f'mutation {{ write(id: "note{number}", text: "early") }}', token)
        os.kill(emulator, signal.SIGSTOP)
        first.process.send_signal(signal.SIGINT)
        time.sleep(1)
        os.kill(emulator, signal.SIGCONT)
        first.stop()
    with running(*SMALL, data=tmp_path) as second:
        assert [changes(second, f"note{number}") for number in range(20)] == [1] * 20


def test_reset_forgets_everything_but_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with running(*SMALL, data=tmp_path) as first:
        ask(first, 'mutation { write(id: "old", text: "gone") }', sign_in(first))
        trusted = Path(first.outputs["custom"]["ca_file"]).read_bytes()
        first.stop()
    with running(*SMALL, "--reset", data=tmp_path) as second:
        assert ask(second, '{ note(id: "old") }') == {"data": {"note": None}}
    assert (tmp_path / "mine.txt").read_text() == "keep me"
    assert Path(first.outputs["custom"]["ca_file"]).read_bytes() == trusted


def test_a_killed_run_leaves_no_process_and_keeps_its_state(tmp_path: Path) -> None:
    with running(*SMALL, data=tmp_path) as first:
        ask(first, 'mutation { write(id: "kept", text: "even so") }', sign_in(first))
        processes = family(first.process.pid)
        os.kill(first.process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while alive(processes) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert alive(processes) == set()
    with running(*SMALL, data=tmp_path) as second:
        assert ask(second, '{ note(id: "kept") }') == {"data": {"note": "even so"}}


def test_health_is_503_and_names_the_component_that_stopped(tmp_path: Path) -> None:
    with running(*SMALL, data=tmp_path) as system:
        cache = next(pid for pid in family(system.process.pid) if "valkey" in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(cache, signal.SIGKILL)
        answer = httpx.get(f"{system.url}/health", trust_env=False)
        assert answer.status_code == 503
        found = answer.json()
        assert found["status"] == "failing"
        assert [name for name, part in found["components"].items() if part["status"] != "ok"] == ["cache"]
        assert system.stop(signal.SIGTERM)[0] == 0


def test_told_to_stop_while_starting_it_ends_and_leaves_no_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.run", "--port", "0", "--data-dir", str(tmp_path), *SMALL]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert "embedded AWS" in process.stdout.readline()
        processes = family(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert alive(processes) == set()
    with running(*SMALL, data=tmp_path) as again:
        assert ask(again, '{ note(id: "none") }') == {"data": {"note": None}}
