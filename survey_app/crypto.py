"""Secrets at rest: encrypted fields, blind indexes for look-ups, tokens that the database alone does not reveal."""

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY = {"main": b""}


def use_key(key: bytes) -> None:
    """Set this process's installation key; called once when the app or a command starts."""
    _KEY["main"] = key
    _subkey.cache_clear()
    _cipher.cache_clear()


@lru_cache(maxsize=64)
def _subkey(purpose: str) -> bytes:
    if not _KEY["main"]:
        raise RuntimeError("crypto.use_key was not called")
    return hmac.digest(_KEY["main"], purpose.encode(), "sha256")


@lru_cache(maxsize=64)
def _cipher(purpose: str) -> AESGCM:
    return AESGCM(_subkey(f"field:{purpose}"))


def encrypt(text: str, purpose: str) -> bytes:
    """AES-256-GCM with a fresh nonce; the purpose is bound in, so a value cannot be moved to another column."""
    nonce = os.urandom(12)
    return nonce + _cipher(purpose).encrypt(nonce, text.encode(), purpose.encode())


def decrypt(stored: bytes, purpose: str) -> str:
    """The text that `encrypt` stored; raises InvalidTag where it was changed or belongs to another column."""
    return _cipher(purpose).decrypt(stored[:12], stored[12:], purpose.encode()).decode()


def blind_index(text: str, purpose: str) -> str:
    """A keyed hash for exact look-up of an encrypted value."""
    return hmac.digest(_subkey(f"index:{purpose}"), text.strip().casefold().encode(), "sha256").hex()


def new_token() -> str:
    """A random token of 128 bits, for links."""
    return secrets.token_urlsafe(16)


def derived_token(nonce: str, purpose: str) -> str:
    """The 22-character token of a random nonce: it can be written again, but not read off the database."""
    return base64.urlsafe_b64encode(hmac.digest(_subkey(f"token:{purpose}"), nonce.encode(), "sha256")[:16])[
        :22
    ].decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(text: str, purpose: str) -> str:
    """A short signature for values that travel through a page."""
    return base64.urlsafe_b64encode(hmac.digest(_subkey(f"sign:{purpose}"), text.encode(), "sha256")[:18]).decode()


def is_signed(text: str, signature: str, purpose: str) -> bool:
    return hmac.compare_digest(sign(text, purpose).encode(), signature.encode())
