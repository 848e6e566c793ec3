"""The process of atheris: `scripts.fuzz.guided` starts it."""

import sys

import atheris

import scripts.fuzz  # noqa: F401

with atheris.instrument_imports(include=["iconic_connector.seller_center"]):
    from scripts.fuzz.guided import split
    from scripts.fuzz.judging import judge


def read_one(data):
    """Read an answer; what leaves this ends the process.

    :param data: the target, the status and the answer, as bytes
    :raise Fault: if the reading did what none may do
    """
    target, status, content = split(data)
    judge(target, content, status)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()
