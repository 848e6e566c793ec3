"""Single signed calls of the Action API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial

from ..client import Client, iso_time
from ..const import FALLBACK_VERSION, VERSION
from ..envelope import Envelope, parse_reply
from ..errors import AccessRefused
from ..transport import Reply
from .signature import canonical_query, sign


class ActionCalls(Client):
    """Calls actions. Every attempt is signed anew with a fresh timestamp.

    :param version: the API version to ask for; `version` holds the one that worked.
    :param response_format: ``XML`` or ``JSON``.
    :param settings: those of every :class:`~..client.Client`.
    """

    def __init__(
        self,
        *args,
        user_id: str,
        api_key: str,
        version: str = VERSION,
        response_format: str = "XML",
        **settings,
    ):
        super().__init__(*args, **settings)
        self.version = version
        self._user_id = user_id
        self._api_key = api_key
        self._response_format = response_format

    def _read(self, action: str, params: Mapping[str, str] | None = None) -> Envelope:
        """Call, and call again while that may help."""
        envelope, _reply = self._read_reply(action, params)
        return envelope

    def _read_reply(
        self, action: str, params: Mapping[str, str] | None = None
    ) -> tuple[Envelope, Reply]:
        return self._retry(
            lambda ends: self._call("GET", action, params or {}, ends=ends)
        )

    def _change(
        self, action: str, params: Mapping[str, str], body: bytes | None = None
    ) -> Envelope:
        """Change something; sent exactly once."""
        envelope, _reply = self._call("POST", action, params, body)
        return envelope

    def _call(
        self,
        method: str,
        action: str,
        params: Mapping[str, str],
        body: bytes | None = None,
        ends: float | None = None,
    ) -> tuple[Envelope, Reply]:
        """Call once; if the version is refused (E002), once more with the older one.

        That refusal is a sure one, so that even a document may be sent again.
        """
        self._check_credentials()
        ends = self._ends() if ends is None else ends
        versions = dict.fromkeys((self.version, FALLBACK_VERSION))
        for version in versions:
            # Before the timestamp is taken.
            self._keep_pace()
            query = self._signed_query(action, params, version)
            try:
                envelope, reply = self._send(method, query, body, ends)
            except AccessRefused as error:
                if error.cause == "version":
                    continue
                raise
            self.version = version
            return envelope, reply
        values = {"versions": ", ".join(versions)}
        raise AccessRefused(reason="no_version", values=values, cause="version")

    def _send(
        self, method: str, query: str, body: bytes | None, ends: float
    ) -> tuple[Envelope, Reply]:
        send = partial(
            self._transport.send,
            method,
            query=query,
            body=body,
            content_type="text/xml",
            ends=ends,
        )
        reply = self._unless_forbidden(send, ends)
        envelope = parse_reply(reply, host=self._transport.host, now=self._clock())
        return envelope, reply

    def _signed_query(
        self, action: str, params: Mapping[str, str], version: str
    ) -> str:
        query = canonical_query(
            {
                **params,
                "Action": action,
                "Format": self._response_format,
                "Timestamp": iso_time(self._clock()),
                "UserID": self._user_id,
                "Version": version,
            }
        )
        return f"{query}&Signature={sign(query, self._api_key)}"

    def _check_credentials(self) -> None:
        if not self._user_id:
            raise AccessRefused(reason="missing_user_id", cause="user")
        if not self._api_key:
            raise AccessRefused(reason="missing_api_key", cause="key")


def json_list(values: Iterable[str | int]) -> str:
    """Write a list as one parameter: JSON without blanks (Signing Requests)."""
    return json.dumps(list(values), separators=(",", ":"))


def page_params(offset: int, limit: int) -> dict[str, str]:
    """Return the parameters of a page."""
    return {"Limit": str(limit), "Offset": str(offset)}
