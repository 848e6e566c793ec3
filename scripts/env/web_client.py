"""Talks to Odoo as the web client does: a session, then calls of public methods."""

import http.cookiejar
import json
import urllib.error
import urllib.request

#: Seconds; a cron run by hand answers when it has ended.
TIMEOUT = 300


class OdooError(Exception):
    """Odoo's answer to a call was an error; the text is what a user would read."""


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
            raise OdooError(f"{path}: HTTP {error.code}") from error
        if "error" in answer:
            error = answer["error"]
            raise OdooError(error.get("data", {}).get("message") or error["message"])
        # Odoo leaves out the result of a method that returns None.
        return answer.get("result")
