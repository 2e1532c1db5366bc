"""Signatures of Alipay's OpenAPI, "RSA2": SHA256withRSA, PKCS#1 v1.5, base64 (docs/wallet.md).

``cryptography`` is imported where it is used, so that nothing else of the emulator waits for it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from emulator.wallet.errors import WalletError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

Sign = Callable[[str], str]  # a text to its signature in base64
Verify = Callable[[str, str], bool]  # a text and a signature in base64
_BITS = 2048


def make_key() -> bytes:
    """Return a new private key as PEM (PKCS#8)."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def public_of(private_pem: bytes) -> bytes:
    """Return the public half of a private key as PEM.

    Raises:
        WalletError: If it is no RSA key.
    """
    from cryptography.hazmat.primitives import serialization

    public = _private(private_pem).public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signer(private_pem: bytes) -> Sign:
    """Return what signs with a key.

    Raises:
        WalletError: If it is no RSA key.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    key = _private(private_pem)

    def sign(text: str) -> str:
        return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    return sign


def verifier(public_pem: bytes) -> Verify:
    """Return what checks signatures by a key; whatever is no signature is a wrong one.

    Raises:
        WalletError: If it is no RSA key.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    key = _public(public_pem)

    def verify(text: str, signature: str) -> bool:
        try:
            key.verify(base64.b64decode(signature, validate=True), text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    return verify


def request_text(params: Mapping[str, str]) -> str:
    """Return what a request signs: all parameters with a value but ``sign``, sorted, raw.

    >>> request_text({"b": "2", "a": "1 &", "sign": "x", "sign_type": "RSA2", "empty": ""})
    'a=1 &&b=2&sign_type=RSA2'
    """
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if params[name] and name != "sign")


def notice_text(params: Mapping[str, str]) -> str:
    """Return what a notification signs: as a request, but without ``sign_type`` too."""
    return request_text({name: value for name, value in params.items() if name != "sign_type"})


@lru_cache(maxsize=4)  # reading one proves its primes, 50 ms
def _private(pem: bytes) -> RSAPrivateKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise WalletError("not a private key in PEM without a password", "bad-key") from error
    if not isinstance(key, RSAPrivateKey):
        raise WalletError("not an RSA key", "bad-key")
    return key


def _public(pem: bytes) -> RSAPublicKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise WalletError("not a public key in PEM", "bad-key") from error
    if not isinstance(key, RSAPublicKey):
        raise WalletError("not an RSA key", "bad-key")
    return key
