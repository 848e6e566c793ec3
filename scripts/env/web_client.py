"""Talks to Odoo as the web client does: a session, buttons, calls of public methods."""

import http.cookiejar
import json
import urllib.error
import urllib.request

from scripts.env import console

#: Seconds; a cron run by hand answers when it has ended.
TIMEOUT = 300


class OdooError(console.Trouble):
    """Odoo's answer to a call was an error; the text is what a user would read."""


class Unavailable(OdooError):
    """Odoo could not answer: the text is the HTTP status."""


class WebClient:
    """A user's session.

    :param url: Odoo's address
    """

    def __init__(self, url):
        self._url = url
        cookies = http.cookiejar.CookieJar()
        jar = urllib.request.HTTPCookieProcessor(cookies)
        self._opener = urllib.request.build_opener(jar)

    def log_in(self, database, login, password):
        """Open the session.

        :param database: the database
        :param login: the user's login
        :param password: the user's password
        """
        credentials = {"db": database, "login": login, "password": password}
        self._post("/web/session/authenticate", credentials)

    def call(self, model, method, *arguments, **keywords):
        """Call a public method of a model.

        :param model: such as `res.partner`
        :param method: such as `search_read`
        :return: its answer, None if it gives none
        :raise OdooError: with what Odoo says
        """
        params = {
            "model": model,
            "method": method,
            "args": list(arguments),
            "kwargs": keywords,
        }
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def press(self, model, button, ids):
        """Press a button and show the message that it shows its user, if any.

        :param model: such as `iconic.account`
        :param button: the button's method
        :param ids: the records
        """
        answer = self.call(model, button, ids)
        if isinstance(answer, dict) and answer.get("tag") == "display_notification":
            console.say(f"    {answer['params'].get('message')}")

    def count(self, model, domain):
        """Count records.

        :param model: such as `res.partner`
        :param domain: which ones
        :return: how many there are
        """
        return self.call(model, "search_count", domain)

    def record(self, name):
        """Look up a record of the add-on.

        :param name: the external id, without the module
        :return: the record's id
        :raise OdooError: when there is none
        """
        domain = [("module", "=", "iconic_connector"), ("name", "=", name)]
        found = self.call("ir.model.data", "search_read", domain, ["res_id"])
        if not found:
            raise OdooError(f"The add-on has no record {name}.")
        return found[0]["res_id"]

    def run_cron(self, cron):
        """Press a scheduled job's "Run Manually", unless it runs already.

        :param cron: the job's id
        :raise OdooError: when it fails
        """
        try:
            answer = self.call("ir.cron", "method_direct_trigger", [cron])
        except OdooError as error:
            if "already executing" in str(error):
                return
            raise
        if isinstance(answer, dict):
            message = answer["params"]["data"]["message"]
            raise OdooError(f"A scheduled job failed: {message}")

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        request = urllib.request.Request(
            self._url + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            raise Unavailable(f"{path}: HTTP {error.code}") from error
        if "error" in answer:
            error = answer["error"]
            message = error.get("data", {}).get("message") or error["message"]
            raise OdooError(f"{path}: {message}")
        # Odoo leaves out the result of a method that returns None.
        return answer.get("result")
