"""What is run on a bare machine, and what it learns of this one."""

from pathlib import Path

import pytest

from scripts import try_bare

HERE = {
    "https_proxy": "p",
    "PIP_CERT": "c",
    "SSL_CERT_FILE": "f",
    "SECRET": "s",
    "APT": "no",
    "ODOO_HOME": "/here",
}


def line(who="root", command="demo", environment=HERE):
    """Give the command that runs on the bare machine, after the folder is entered."""
    found = try_bare.command_line(Path("/bare"), who, command, environment)
    return found[found.index("/bare") :]


def test_the_way_to_the_network_is_handed_on_and_nothing_else():
    assert {"https_proxy=p", "PIP_CERT=c", "SSL_CERT_FILE=f"} < set(line())
    assert "SECRET=s" not in line()


def test_odoo_lies_elsewhere_there():
    assert "ODOO_HOME=/odoo" in line()


def test_what_is_not_asked_for_is_not_set():
    words = line(environment={"APT": ""})
    assert not [word for word in words if word.startswith(("APT=", "ODOO_HOME="))]


@pytest.mark.parametrize("who", ["sudo", "plain"])
def test_an_ordinary_user_works_at_home(who):
    assert {"--userspec=someone", "HOME=/home/someone"} < set(line(who))
    assert "/home/someone/project" in line(who)


def test_the_demo_ends_and_the_tests_take_no_option():
    assert line()[-2:] == ["demo", "EXIT=1"]
    assert line(command="test")[-1] == "test"
