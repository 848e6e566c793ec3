"""The actions that the Action API knows, each entered by its own function."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .state import PRODUCT_ROLE

ACTIONS = {}


@dataclass(frozen=True)
class Action:
    """An action and how its answer is labelled.

    :param handler: function of a `Call` that gives an `Answer`.
    :param role: the role a user needs.
    :param response_type: ResponseType of the answer's head.
    """

    name: str
    handler: Callable
    role: str
    response_type: str


@dataclass
class Call:
    """One call, checked and allowed.

    :param parameters: query parameters, decoded.
    :param payload: body, unpacked.
    """

    sandbox: object
    action: str
    user_id: str
    parameters: dict
    payload: bytes = b""


@dataclass
class Answer:
    """What an action gives back.

    :param body: elements of the body.
    :param request_id: id of the feed that was made.
    :param total_count: size of the list that a page is from.
    """

    body: dict = field(default_factory=dict)
    request_id: str = ""
    total_count: int | None = None


def action(name, response_type="", role=PRODUCT_ROLE):
    """Enter a function under the name of an action.

    :param str name: as it stands in the query.
    :param str response_type: ResponseType of the answer's head.
    :param str role: the role a user needs, empty for any.
    :return: decorator.
    """

    def enter(handler):
        ACTIONS[name] = Action(name, handler, role, response_type)
        return handler

    return enter
