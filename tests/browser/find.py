"""Finds a browser for the tests and sees that its driver starts; installs Debian's parts where we are root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The driver's own runtime links libatomic, which a bare Debian does not have.
PACKAGES = ("chromium", "fonts-noto-cjk", "libatomic1")
HELP = f"No browser for the tests. Please run / 请先运行: sudo apt install {' '.join(PACKAGES)}"


def browser() -> str | None:
    """The path of a Chromium, None where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    shipped = sorted(Path("~/.cache/ms-playwright").expanduser().glob("chromium-*/chrome-linux*/chrome"))
    return str(shipped[-1]) if shipped else None


def driver() -> bool:
    """Whether the program that steers the browser starts on this machine."""
    asked = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def install() -> None:
    """Debian's Chromium, a Chinese font and what the driver needs, if we may install them."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
        check=True, stdout=subprocess.DEVNULL, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip


if __name__ == "__main__":
    if not (browser() and driver()):
        install()
    if not (browser() and driver()):
        sys.exit(HELP)
    print(f"browser: {browser()}")
