"""The control API and the life of the server."""

import ast
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from marketplace import Seller, only, product, request

from seller_center_sandbox import Sandbox, SandboxServer

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "seller_center_sandbox"


def test_the_state_tells_everything_as_json(seller):
    seller.feed("ProductCreate", request(product()))
    state = seller.control("GET", "state").json()
    assert state["counts"] == {"products": 1, "feeds": 1}
    one = state["products"]["SKU-1"]
    assert (one["price"], one["quantity"], one["status"]) == ("199.00", 5, "active")
    assert one["history"][0]["values"]["name"] == ["", "Linen midi dress"]
    (feed,) = state["feeds"].values()
    assert (feed["status"], feed["skus"]) == ("Finished", ["SKU-1"])


def test_an_order_can_be_placed_for_what_a_feed_has_just_created(
    seller, sandbox, monkeypatch
):
    monkeypatch.setattr(sandbox.queue, "wake", lambda: None)
    assert seller.call("ProductCreate", request(product())).accepted
    answer = seller.control("POST", "orders", items=[{"sku": "SKU-1"}])
    assert answer.status_code == 200, answer.text


def test_the_production_service_pictures_a_product_and_writes_its_text(seller):
    seller.feed("ProductCreate", request(product()))
    one = seller.control("POST", "produce", sku="SKU-1").json()
    assert [picture["format"] for picture in one["images"]] == ["JPEG", "JPEG"]
    assert "described by the marketplace" in one["description"]
    assert seller.control("POST", "produce", sku="SKU-2").status_code == 400


def test_a_reset_forgets_everything_but_how_it_began():
    with SandboxServer(Sandbox(processing_delay=0, versions=("9",))) as server:
        with Seller(server.url) as seller:
            seller.call("ProductCreate", request(product()), Version="9")
            seller.control("POST", "faults", kind="error")
            seller.control("POST", "settings", versions=["1.0"], auto_process=False)
            seller.control("POST", "qc", sku="X", status="rejected")
            seller.control("POST", "reset")
            state = seller.control("GET", "state").json()
    assert state["counts"] == {"products": 0, "feeds": 0}
    assert state["faults"] == []
    assert state["settings"]["versions"] == ["9"]
    assert state["settings"]["auto_process"] is True
    assert not server.sandbox.quality.planned


def test_settings_can_be_read_and_changed(seller, sandbox):
    answer = seller.control("POST", "settings", processing_delay=3, auto_process=False)
    assert answer.json()["processing_delay"] == 3
    assert seller.control("GET", "settings").json()["auto_process"] is False
    assert sandbox.settings.processing_delay == 3


@pytest.mark.parametrize(
    "data",
    [
        {"speed": 1},
        {"processing_delay": -1},
        {"processing_delay": "soon"},
        {"versions": []},
        {"timezone": "Mars/Olympus"},
    ],
)
def test_a_setting_that_makes_no_sense_changes_nothing(seller, sandbox, data):
    answer = seller.control("POST", "settings", clock_offset=9, **data)
    assert answer.status_code == 400
    assert sandbox.settings.clock_offset == 0


def test_feeds_go_on_when_processing_is_switched_on_again(waiting, sandbox):
    waiting.call("ProductCreate", request(product()))
    waiting.control("POST", "settings", auto_process=True)
    assert waiting.call("FeedCount")["Body/FeedCount/Finished"] == "1"


def test_somebody_else_may_change_a_product(seller, sandbox):
    seller.feed("ProductCreate", request(product()))
    answer = seller.control("POST", "edit", sku="SKU-1", price="9.00", reserved=2)
    assert answer.json()["available"] == 3
    one = sandbox.products["SKU-1"]
    assert one.price == Decimal("9.00")
    assert one.history[-1].source == "seller centre"
    for data in ({"sku": "X"}, {"sku": "SKU-1", "shop_sku": "x"}, {"price": "1.00"}):
        assert seller.control("POST", "edit", **data).status_code == 400


def test_the_marketplace_may_cancel_a_feed_itself(waiting, sandbox):
    feed_id = waiting.call("ProductRemove", request(only("A"))).feed_id
    waiting.control("POST", "cancel", feed=feed_id)
    assert sandbox.feeds[feed_id].status == "Canceled"
    assert waiting.control("POST", "cancel", feed=feed_id).status_code == 400


def test_the_calls_that_came_in_can_be_listed(seller):
    seller.call("FeedCount")
    (one,) = seller.control("GET", "requests").json()["requests"]
    assert (one["action"], one["outcome"], one["status"]) == (
        "FeedCount",
        "accepted",
        200,
    )


@pytest.mark.parametrize("name", ["", "nothing", "__class__", "state/x"])
def test_an_unknown_control_is_404(seller, name):
    assert seller.control("POST", name).status_code == 404


def test_a_body_that_is_no_json_object_is_refused(server):
    for text in ("{", "[]"):
        answer = requests.post(f"{server.url}sandbox/faults", data=text, timeout=5)
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["sandbox/reset", "switches/reset"])
def test_pages_of_other_sites_cannot_pull_the_strings(server, path, headers):
    server.sandbox.faults.add("error")
    answer = requests.post(f"{server.url}{path}", headers=headers, timeout=5)
    assert answer.status_code == 403
    assert len(list(server.sandbox.faults)) == 1


def test_only_loopback_addresses_are_served():
    for host in ("0.0.0.0", "192.0.2.1", "example.com"):
        with pytest.raises(ValueError, match="loopback"):
            SandboxServer(Sandbox(), host)


def test_a_server_can_be_stopped_and_started_again(seller, server):
    seller.feed("ProductCreate", request(product()))
    url = server.url
    server.stop()
    with pytest.raises(requests.ConnectionError):
        seller.call("FeedCount")
    server.start()
    assert server.url == url
    assert seller.call("FeedCount")["Body/FeedCount/Total"] == "1"


@pytest.fixture
def command():
    """Start the command; it is ended with the test if it has not ended by itself."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "seller_center_sandbox", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_stop(command, number):
    process = command("--port", "0", "--user-id", "me@here.example", "--api-key", "k")
    line = process.stdout.readline()
    found = re.fullmatch(r"Seller Center sandbox on (http://127\.0\.0\.1:\d+/)\n", line)
    assert found, line
    with Seller(found[1]) as seller:
        assert seller.call("FeedCount", key="k", UserID="me@here.example").accepted
        assert seller.call("FeedCount").code == "7"
    process.send_signal(number)
    assert process.wait(10) == 0
    assert process.stderr.read() == ""


def test_the_command_serves_a_taxonomy_of_any_size(command):
    process = command("--port", "0", "--taxonomy-size", "1000")
    url = process.stdout.readline().split()[-1]
    with Seller(url) as seller:
        tree = seller.call("GetCategoryTree").root
    assert len(list(tree.iter("CategoryId"))) > 950


def test_the_command_refuses_to_serve_other_machines(command):
    process = command("--host", "0.0.0.0", "--port", "0")
    assert process.wait(10) == 2
    assert process.stderr.read() == "0.0.0.0 is not a loopback address\n"


def test_a_port_in_use_gives_a_clear_line(command, server):
    process = command("--port", str(server.port))
    assert process.wait(10) == 1
    assert "in use" in process.stderr.read()
    assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    "path",
    sorted(PACKAGE.rglob("*.py")),
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_the_sandbox_shares_no_code_with_the_addon(path):
    allowed = {"jinja2", "lxml", "PIL", "requests", "werkzeug"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            assert top in allowed | sys.stdlib_module_names
