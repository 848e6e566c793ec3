"""A headless Chromium, spoken to over its DevTools protocol."""

import base64
import json
import shutil
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from scripts.env import browser, console, processes

#: Seconds that Chromium, an answer or a page may take.
PATIENCE = 60
#: Seconds between two looks at a page.
PAUSE = 0.2
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-port=0",
)
#: Odoo limits the memory of its processes; Chromium reserves more, and uses little.
UNLIMITED = ("sh", "-c", 'ulimit -S -v "$(ulimit -H -v)"; exec "$@"', "sh")


class Page:
    """One page of a Chromium of its own; a context manager.

    :param width: of the window, in pixels
    :param height: of the window, in pixels
    """

    def __init__(self, width, height):
        self._size = (width, height)
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        self._ids = 0
        self._process = self._socket = None

    def __enter__(self):
        program = next(filter(None, map(shutil.which, browser.PROGRAMS)), None)
        if not program:
            raise console.Trouble("There is no Chromium: install Debian's chromium.")
        command = [*UNLIMITED, program, *SWITCHES, f"--user-data-dir={self._folder}"]
        self._process = processes.Process([*command, "about:blank"], "chromium")
        port = Path(self._folder, "DevToolsActivePort")
        processes.wait_until(port.exists, self._process, "starting Chromium", PATIENCE)
        self._socket = self._attach(port.read_text().split()[0])
        self.call("Page.enable")
        self.resize(*self._size)
        return self

    def __exit__(self, *failure):
        if self._socket:
            self._socket.close()
        self._process.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @staticmethod
    def _attach(port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [tab for tab in json.load(answer) if tab["type"] == "page"]
        return websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], timeout=PATIENCE, suppress_origin=True
        )

    def call(self, method, **parameters):
        """Call a method of the protocol and wait for its answer.

        :param method: such as `Page.navigate`
        :return: the answer's result
        """
        self._ids += 1
        message = {"id": self._ids, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._ids:
                break
        if "error" in answer:
            raise console.Trouble(f"Chromium, {method}: {answer['error']['message']}")
        return answer["result"]

    def resize(self, width, height):
        """Give the window another size.

        :param width: in pixels
        :param height: in pixels
        """
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def open(self, url):
        """Go to an address.

        :param url: the address
        """
        self.call("Page.navigate", url=url)
        self.wait_for(f"location.href.startsWith({json.dumps(url.split('#')[0])})")

    def log_in(self, url, database, login, password):
        """Open a user's session at an Odoo.

        :param url: Odoo's address
        :param database: the database
        :param login: the user's login
        :param password: the user's password
        """
        self.open(f"{url}/web/health")
        arguments = {"db": database, "login": login, "password": password}
        request = json.dumps({"jsonrpc": "2.0", "params": arguments})
        self.evaluate(
            "fetch('/web/session/authenticate', {method: 'POST', headers:"
            f" {{'Content-Type': 'application/json'}}, body: {json.dumps(request)}}})"
        )

    def evaluate(self, expression):
        """Evaluate JavaScript in the page; a promise is waited for.

        :param expression: the code
        :return: its value
        """
        answer = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise console.Trouble(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, expression):
        """Wait until JavaScript is true in the page.

        :param expression: the condition
        """
        limit = time.monotonic() + PATIENCE
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > limit:
                raise console.Trouble(f"The page did not come: {expression}")
            time.sleep(PAUSE)

    def picture(self):
        """Take a picture of what the window shows.

        :return: the bytes of a PNG
        """
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])
