"""A browser's long self-description as the few words people know it by: its name and the system it runs on."""

import re

# The first that fits counts: nearly every browser also names the ones it descends from.
NAMES = (
    ("MicroMessenger", "微信 WeChat"), ("DingTalk", "钉钉 DingTalk"), ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
)  # fmt: skip
SYSTEMS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Harmony", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words(user_agent: str) -> str:
    """The browser and the system, as far as they are known; "" where neither is.

    >>> browser_words("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36")
    'Chrome · Linux'
    """
    found = (next((name for sign, name in signs if re.search(sign, user_agent)), "") for signs in (NAMES, SYSTEMS))
    return " · ".join(name for name in found if name)
