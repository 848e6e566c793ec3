"""How `make fuzz` shares its time out, with and without atheris."""

import pytest

from scripts.env import console, python_env
from scripts.fuzz import __main__ as fuzz
from scripts.fuzz import corpus, guided, judging

FAULT = (("rest", "order"), "a file", "KeyError")


@pytest.fixture
def seconds(monkeypatch):
    """Give what each engine got of the time, by name; none takes it."""
    spent = {}

    def hypothesis(seconds, chance):
        spent["hypothesis"] = seconds
        return {"readings": 3, "faults": 0}

    def atheris(seconds, seed, most_faults):
        spent["atheris"] = seconds
        return 4, [FAULT]

    monkeypatch.setattr(fuzz, "spoil", hypothesis)
    monkeypatch.setattr(guided, "spoil", atheris)
    return spent


def without_atheris(lock):
    raise console.Trouble("atheris has no wheel\n\nfor this Python")


def test_both_engines_share_the_time(seconds, monkeypatch):
    monkeypatch.setattr(python_env, "add", lambda lock: None)
    report = fuzz.make_up(60, seed=1)
    assert seconds == {"hypothesis": 30, "atheris": 30}
    assert report["engines"] == {"hypothesis": 3, "atheris": 4}
    assert (report["readings"], report["faults"]) == (7, 1)


def test_without_atheris_the_reason_is_said_and_the_time_is_used(
    seconds, monkeypatch, capsys
):
    monkeypatch.setattr(python_env, "add", without_atheris)
    report = fuzz.make_up(60, seed=1)
    assert seconds == {"hypothesis": 60}
    assert report["engines"] == {"hypothesis": 3, "atheris": 0}
    assert "skipped: atheris has no wheel for this Python" in capsys.readouterr().out


def test_what_ended_atheris_becomes_an_answer_of_the_corpus(tmp_path, monkeypatch):
    monkeypatch.setattr(guided, "FOLDER", tmp_path)
    monkeypatch.setattr(corpus, "FOLDER", tmp_path / "corpus")
    target = ("webhook", "event")
    corpus.save(target, b'{"event": 1}')
    seeds, _found = guided.write_folders()
    [seed] = seeds.iterdir()
    assert guided.split(seed.read_bytes()) == (target, 200, b'{"event": 1}')
    assert guided.keep(seed) == (target, *(tmp_path / "corpus").iterdir())


def endless(target, content, status):
    while True:
        status += 1


def broken(target, content, status):
    return {}["missing"]


@pytest.mark.parametrize(
    ("reader", "words"), [(endless, "more than 0.1 s"), (broken, "KeyError: 'missing'")]
)
def test_a_reading_without_end_or_with_an_unforeseen_error_is_a_fault(
    reader, words, monkeypatch
):
    monkeypatch.setattr(judging, "read", reader)
    monkeypatch.setattr(judging, "ENDLESS", 0.1)
    with pytest.raises(judging.Fault, match=words):
        judging.judge(("rest", "order"), b"{}", 200)
