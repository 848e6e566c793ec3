"""The campaign's own session passes over what a crash has left behind."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from scripts.chaos import patient_client
from scripts.env import web_client


@pytest.fixture
def answers(monkeypatch):
    """Serve some HTTP statuses, one after the other; the last one for good."""
    monkeypatch.setattr(patient_client, "PAUSE", 0)
    statuses = []

    class Odoo(BaseHTTPRequestHandler):
        def do_POST(self):
            status = statuses.pop(0) if statuses[1:] else statuses[0]
            body = json.dumps({"result": 7}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Odoo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield statuses, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_lost_connections_with_the_database_are_passed_over(answers):
    statuses, url = answers
    statuses += [500, 500, 503, 200]
    client = patient_client.PatientClient(url)
    assert client.call("res.partner", "search_count", []) == 7


def test_a_server_that_stays_ill_is_told(answers):
    statuses, url = answers
    statuses.append(500)
    client = patient_client.PatientClient(url)
    with pytest.raises(web_client.Unavailable, match="HTTP 500"):
        client.call("res.partner", "search_count", [])
