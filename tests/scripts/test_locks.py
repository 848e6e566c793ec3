"""One command of a clone at a time, where two would not get on."""

import pytest

from scripts.env import console, locks, paths


@pytest.fixture(autouse=True)
def run_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RUN", tmp_path / "run")


def test_what_cannot_wait_does_not_begin():
    with locks.exclusive("demo", "busy", wait=False):
        with pytest.raises(console.Trouble, match="busy"):
            with locks.exclusive("demo", "busy", wait=False):
                pass


def test_a_lock_is_free_again_after_the_block():
    for _turn in range(2):
        with locks.exclusive("demo", "busy", wait=False):
            pass


def test_other_locks_are_free():
    with locks.exclusive("demo", "busy", wait=False):
        with locks.exclusive("setup", "busy", wait=False):
            pass
