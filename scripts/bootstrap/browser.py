"""What the browser stories need beyond packages: a Chromium and a font with Chinese in it."""

from __future__ import annotations

import os
import shutil
import subprocess

import apt
from steps import Stop, say

CHROMIUM = "chromium"
FONT = "fonts-noto-cjk"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def prepare() -> None:
    """Install them where that is possible; elsewhere say loudly what is missing and the cure."""
    missing = [] if any(shutil.which(name) for name in NAMES) else [CHROMIUM]
    if not has_chinese_font():
        missing.append(FONT)
    if missing and apt.possible():
        apt.install(*missing)
    elif missing:
        sentence = f"the browser stories need {' and '.join(missing)}: "
        sentence += f"apt install {' '.join(missing)}"
        if CHROMIUM in missing and os.environ.get("CI"):
            raise Stop(sentence)
        say(f"\n{'!' * 88}\n! {sentence}\n{'!' * 88}\n")


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(fonts.stdout.strip())
