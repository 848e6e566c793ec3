"""What the client's errors say, in the language of whoever reads it."""

from .seller_center.errors import USER_MESSAGES, Explained


class _Sentences:
    """The sentences of `USER_MESSAGES` in the language of an environment."""

    def __init__(self, env):
        self._env = env

    def get(self, reason):
        """Return the sentence of a reason, None if there is none."""
        sentence = USER_MESSAGES.get(reason)
        # The literals are marked where they stand, beside the client's errors.
        return sentence and self._env._(sentence)


def describe(env, error):
    """Return what an error says, in the language of an environment.

    :param env: an Odoo environment
    :param error: an exception; what is not of the client says what it says
    """
    if isinstance(error, Explained):
        return error.describe(_Sentences(env))
    return str(error)
