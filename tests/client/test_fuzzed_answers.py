"""Answers that are made up: documented errors are all that ever leaves the client."""

import random

import pytest

from scripts.fuzz import corpus
from scripts.fuzz.__main__ import judge
from scripts.fuzz.mutations import mutate
from scripts.fuzz.readings import STATUSES, TARGETS

SAVED = corpus.load()
#: Answers that are made of each saved one; `make fuzz` makes many more.
SPOILT = 20


@pytest.mark.parametrize("target", sorted(SAVED), ids="-".join)
def test_saved_answers_are_read_or_refused_with_a_documented_error(target):
    for content in SAVED[target]:
        judge(target, content, 200)


@pytest.mark.parametrize("target", sorted(TARGETS), ids="-".join)
def test_spoilt_answers_are_read_or_refused_with_a_documented_error(target):
    chance = random.Random("-".join(target))
    answers = SAVED.get(target) or [b'{"access_token": "token", "expires_in": 3600}']
    for _ in range(SPOILT):
        spoilt = mutate(chance.choice(answers), chance)
        judge(target, spoilt, chance.choice(STATUSES))


def test_what_is_saved_is_read_to_its_values():
    """The saved answers are right ones: spoiling begins where readers go deep."""
    read = {
        target[1]
        for target, contents in SAVED.items()
        for content in contents
        if judge(target, content, 200) == ""
    }
    assert {"orders", "order_items", "products", "brands", "feeds"} <= read
