"""Finds a browser for the tests: an installed Chromium, else Playwright's own, else Debian's where we are root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "No browser for the tests. Please run / 请先运行: sudo apt install chromium fonts-noto-cjk"


def browser() -> str | None:
    """The path of a Chromium, None where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    shipped = sorted(Path("~/.cache/ms-playwright").expanduser().glob("chromium-*/chrome-linux*/chrome"))
    return str(shipped[-1]) if shipped else None


def install() -> str | None:
    """Debian's Chromium, and a Chinese font where there is none, if we may install them."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
        check=True, stdout=subprocess.DEVNULL, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip
    return browser()


if __name__ == "__main__":
    path = browser() or install()
    if path is None:
        sys.exit(HELP)
    print(f"browser: {path}")
