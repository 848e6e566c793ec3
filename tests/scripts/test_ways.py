"""With or without apt: what a machine is set up from."""

import os
import shutil
from pathlib import Path

import pytest

from scripts.env import console, postgres, python_env, system


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Have a machine without PostgreSQL.

    :return: sets its release, programs and user
    """

    def have(release, programs=("apt-get",), user=1000):
        (tmp_path / "os-release").write_text(release)
        monkeypatch.setattr(shutil, "which", lambda name: name in programs)
        monkeypatch.setattr(os, "geteuid", lambda: user)

    monkeypatch.delenv("APT", raising=False)
    monkeypatch.setattr(system, "RELEASE", tmp_path / "os-release")
    monkeypatch.setattr(postgres, "DEBIAN_BINARIES", tmp_path)
    monkeypatch.setattr(python_env, "packages", lambda: Path("wheels"))
    postgres.binaries.cache_clear()
    yield have
    postgres.binaries.cache_clear()


def debian_has(folder, *releases):
    """Have Debian's PostgreSQL.

    :param folder: where
    :param releases: which ones
    """
    for release in releases:
        (folder / release / "bin").mkdir(parents=True)
        (folder / release / "bin" / "initdb").touch()


def test_debian_has_apt(machine):
    machine("NAME=x\nID=debian\n")
    assert system.has_apt()


def test_what_derives_from_debian_does_without(machine):
    machine("ID=ubuntu\nID_LIKE=debian\n")
    assert not system.has_apt()


def test_a_machine_without_a_release_file_does_without(machine, monkeypatch):
    machine("ID=debian\n")
    monkeypatch.setattr(system, "RELEASE", Path("/nowhere"))
    assert not system.has_apt()


@pytest.mark.parametrize(
    ("asked", "release"), [("yes", "ID=ubuntu"), ("no", "ID=debian")]
)
def test_the_variable_decides(machine, monkeypatch, asked, release):
    machine(release)
    monkeypatch.setenv("APT", asked)
    assert system.has_apt() == (asked == "yes")


@pytest.mark.parametrize(
    ("user", "programs", "can"),
    [(0, ["apt-get"], True), (1, ["apt-get", "sudo"], True), (1, ["apt-get"], False)],
)
def test_root_and_sudo_install(machine, user, programs, can):
    machine("ID=debian", programs, user)
    assert system.can_install() == can


def test_what_cannot_be_installed_is_named(machine):
    machine("ID=debian")
    with pytest.raises(console.Trouble, match="what Debian calls chromium"):
        system.install(["chromium"], "A browser")


def test_debians_newest_postgresql_is_taken(machine, tmp_path):
    machine("ID=debian")
    debian_has(tmp_path, "9", "15", "17")
    assert postgres.binaries() == tmp_path / "17" / "bin"


def test_a_user_without_sudo_takes_the_wheels_postgresql(machine):
    machine("ID=debian")
    assert postgres.binaries() == Path("wheels") / postgres.WHEEL_BINARIES


def test_without_apt_the_wheels_postgresql_is_taken(machine, tmp_path):
    machine("ID=ubuntu")
    debian_has(tmp_path, "15")
    assert postgres.binaries() == Path("wheels") / postgres.WHEEL_BINARIES


def test_who_can_install_gets_debians_postgresql(machine, tmp_path, monkeypatch):
    machine("ID=debian", user=0)
    monkeypatch.setattr(postgres, "_install", lambda: debian_has(tmp_path, "15"))
    assert postgres.binaries() == tmp_path / "15" / "bin"


@pytest.mark.parametrize("release", ["15.13 (Debian 15.13-0+deb12u1)", "16.10"])
def test_databases_of_another_release_want_a_clean(tmp_path, release):
    made, initdb = tmp_path / "PG_VERSION", tmp_path / "initdb"
    made.write_text("17\n")
    initdb.write_text(f"#!/bin/sh\necho 'initdb (PostgreSQL) {release}'\n")
    initdb.chmod(0o755)
    with pytest.raises(console.Trouble, match="run make clean first"):
        postgres._check_release(made, initdb)
    made.write_text(f"{release[:2]}\n")
    postgres._check_release(made, initdb)
