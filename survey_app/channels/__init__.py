"""Channels, one file each: how an invitation reaches a person. A new file here is a new channel to choose."""

import pkgutil
from importlib import import_module

from ..errors import N_
from .base import Carrier, Channel, ChannelError, Message, Sender, Server

__all__ = ["CHANNELS", "Carrier", "Channel", "ChannelError", "Message", "Sender", "Server", "channel", "register"]

CHANNELS: dict[str, Channel] = {}


def register(module_name: str) -> None:
    """Take in the channels a module defines (those with a name of their own)."""
    for kind in vars(import_module(module_name)).values():
        if isinstance(kind, type) and issubclass(kind, Channel) and "name" in vars(kind):
            known = CHANNELS.setdefault(kind.name, kind())
            if type(known) is not kind:
                raise RuntimeError(f"two channels are called {kind.name}")


for _info in pkgutil.iter_modules(__path__):
    register(f"{__name__}.{_info.name}")


def channel(name: str) -> Channel:
    """The channel of a name; ChannelError where there is none."""
    if name not in CHANNELS:
        raise ChannelError("channel-unknown", N_("There is no channel %(name)s."), is_permanent=True, name=name)
    return CHANNELS[name]
