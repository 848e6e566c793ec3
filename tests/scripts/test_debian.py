"""What is taken of Debian, and from where."""

import hashlib

import pytest

from scripts.env import console, debian

PIN = debian.Pin("odoo-19", "19.0.0+dfsg-1", "sid", hashlib.sha256(b"a").hexdigest())


def test_odoo_is_the_first_pin():
    assert debian.read_pins()[0].package == "odoo-19"


def test_the_pinned_version_is_taken_when_it_is_there():
    assert debian.choose(PIN, lambda _name: True) == "odoo-19=19.0.0+dfsg-1"


def test_the_suites_version_stands_in_for_a_pinned_one_that_is_gone(capsys):
    known = ["odoo-19/sid"]
    assert debian.choose(PIN, known.__contains__) == "odoo-19/sid"
    assert "19.0.0+dfsg-1, the pinned, is gone" in capsys.readouterr().out


def test_a_package_that_is_gone_is_told():
    with pytest.raises(console.Trouble, match="set ODOO_HOME"):
        debian.choose(PIN, lambda _name: False)


def test_a_newer_version_is_no_changed_file(tmp_path):
    file = tmp_path / "odoo-19_19.0.1-1_all.deb"
    file.write_bytes(b"b")
    debian.check(PIN, file)


def test_a_changed_file_stops_everything(tmp_path):
    file = tmp_path / f"odoo-19_{PIN.version}_all.deb"
    file.write_bytes(b"b")
    with pytest.raises(console.Trouble, match="is not the file it was"):
        debian.check(PIN, file)


def test_the_mirror_is_neither_the_security_nor_the_updates_archive():
    uris = """\
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' a 0
'http://mirror.example/debian/dists/bookworm-updates/InRelease' b 0
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' c 0
'http://mirror.example/debian/dists/bookworm/InRelease' d 0
"""
    assert debian.find_mirror(uris) == "http://mirror.example/debian"


def test_without_a_debian_mirror_the_user_is_told_what_to_do():
    with pytest.raises(console.Trouble, match="set ODOO_HOME"):
        debian.find_mirror("")
