"""The machine that was measured on, in a few words."""

import os
import platform
from pathlib import Path

import psutil

from scripts.env import postgres


def describe():
    """Describe the machine and its PostgreSQL.

    :return: a dict of words
    """
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "load_at_start": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "postgresql": _setting("server_version"),
        "fsync": _setting("fsync"),
        "shared_buffers": _setting("shared_buffers"),
    }


def _cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


def _setting(name):
    return postgres.query(f"SHOW {name}")[0]
