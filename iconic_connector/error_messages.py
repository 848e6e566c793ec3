"""What the client's errors say, in the language of whoever reads it."""

from odoo.tools.translate import get_translation

from .seller_center.errors import USER_MESSAGES, Explained, Refused

MODULE = "iconic_connector"


class _Sentences:
    """The sentences of `USER_MESSAGES` in a language; they are marked there."""

    def __init__(self, lang):
        self._lang = lang

    def get(self, reason):
        """Return the sentence of a reason, None if there is none."""
        sentence = USER_MESSAGES.get(reason)
        return sentence and get_translation(MODULE, self._lang, sentence, ())


def describe(env, error):
    """Return what an error says, in the language of an environment.

    :param env: an Odoo environment
    :param error: an exception; what is not of the client says what it says
    """
    if isinstance(error, Explained):
        return error.describe(_Sentences(env.lang or "en_US"))
    return str(error)


def describe_refusal(env, error):
    """Return what `describe` does, with type and code in front if there are any.

    :param env: an Odoo environment
    :param error: a `SellerCenterError`
    """
    if isinstance(error, Refused):
        return error.joined(_Sentences(env.lang or "en_US"))
    return describe(env, error)


def plural(count, one, many):
    """Return a sentence about a number of things.

    :param int count: how many
    :param str one: the sentence about one thing
    :param str many: the one about several, with ``%s`` for the number
    """
    return one if count == 1 else many % count
