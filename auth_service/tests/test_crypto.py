from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from auth_service import crypto
from auth_service.crypto import DecryptionError, Keyring, KeyringError, Place, Sealed, new_key

KEY = bytes(range(32))
KEYRING = Keyring({"k1": KEY, "k0": bytes(range(100, 132))})
PLACE = Place("portal_connections", "1458021", "refresh_token_ciphertext")

parts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
places = st.builds(Place, parts, parts, parts)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=4096), places)
def test_a_secret_comes_back_as_it_was(secret: str, place: Place) -> None:
    assert KEYRING.decrypt(KEYRING.encrypt(secret, place), place) == secret


@pytest.mark.parametrize("secret", ["", "ü€😀", "x" * 4096], ids=["empty", "unicode", "4 KB"])
def test_secrets_of_every_kind_come_back(secret: str) -> None:
    assert KEYRING.decrypt(KEYRING.encrypt(secret, PLACE), PLACE) == secret


def test_flipping_any_bit_is_noticed() -> None:
    sealed = KEYRING.encrypt("refresh-token", PLACE)
    for position in range(len(sealed.ciphertext)):
        for bit in range(8):
            changed = bytearray(sealed.ciphertext)
            changed[position] ^= 1 << bit
            with pytest.raises(DecryptionError):
                KEYRING.decrypt(sealed._replace(ciphertext=bytes(changed)), PLACE)


@given(st.binary(max_size=64))
def test_whatever_bytes_are_stored_the_error_is_ours(garbage: bytes) -> None:
    with pytest.raises(DecryptionError):
        KEYRING.decrypt(Sealed("k1", garbage), PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, row="26110977"),
        replace(PLACE, column="access_token_ciphertext"),
        replace(PLACE, table="oauth_flows"),
    ],
    ids=["row", "column", "table"],
)
def test_a_secret_does_not_decrypt_in_another_place(elsewhere: Place) -> None:
    with pytest.raises(DecryptionError):
        KEYRING.decrypt(KEYRING.encrypt("refresh-token", PLACE), elsewhere)


def test_a_secret_does_not_decrypt_under_another_key_id_even_of_the_same_key() -> None:
    twins = Keyring({"k1": KEY, "k2": KEY})
    sealed = twins.encrypt("refresh-token", PLACE)
    with pytest.raises(DecryptionError):
        twins.decrypt(sealed._replace(key_id="k2"), PLACE)


def test_a_secret_of_another_format_version_is_refused() -> None:
    sealed = KEYRING.encrypt("refresh-token", PLACE)
    with pytest.raises(DecryptionError):
        KEYRING.decrypt(sealed._replace(ciphertext=b"\x02" + sealed.ciphertext[1:]), PLACE)


@given(places, places)
def test_no_two_places_share_their_additional_data(one: Place, other: Place) -> None:
    if one != other:
        sealed = KEYRING.encrypt("secret", one)
        with pytest.raises(DecryptionError):
            KEYRING.decrypt(sealed, other)


def test_moving_a_letter_between_the_parts_of_a_place_gives_another_place() -> None:
    sealed = KEYRING.encrypt("secret", Place("ab", "c", "d"))
    for other in (Place("a", "bc", "d"), Place("ab", "cd", ""), Place("", "abc", "d")):
        with pytest.raises(DecryptionError):
            KEYRING.decrypt(sealed, other)


def test_the_same_secret_twice_gives_different_ciphertexts() -> None:
    assert len({KEYRING.encrypt("refresh-token", PLACE).ciphertext for _ in range(1000)}) == 1000


def test_the_stored_format_never_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A known answer: if this fails, tokens stored by earlier versions no longer decrypt."""
    known = bytes.fromhex(
        "01000102030405060708090a0b3567b069a096aa36f92efceedf9e6ef401015a8a083aedb6a95f09802f"
    )
    monkeypatch.setattr(crypto.os, "urandom", lambda length: bytes(range(length)))
    assert KEYRING.encrypt("refresh-token", PLACE) == Sealed("k1", known)
    assert KEYRING.decrypt(Sealed("k1", known), PLACE) == "refresh-token"


def test_the_format_is_the_documented_one() -> None:
    """Decrypt with nothing of ours but the description: version, nonce, and length-led additional data."""
    blob = KEYRING.encrypt("refresh-token", PLACE).ciphertext
    described = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (b"portal_connections", b"1458021", b"refresh_token_ciphertext", b"\x01", b"k1")
    )
    assert blob[0] == 1
    assert AESGCM(KEY).decrypt(blob[1:13], blob[13:], described) == b"refresh-token"


def test_an_error_names_place_and_key_and_never_the_value() -> None:
    sealed = KEYRING.encrypt("MARKER-secret", PLACE)
    with pytest.raises(DecryptionError) as raised:
        KEYRING.decrypt(sealed, replace(PLACE, row="26110977"))
    assert "26110977" in str(raised.value)
    assert "'k1'" in str(raised.value)
    assert "MARKER" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_key_is_named() -> None:
    sealed = KEYRING.encrypt("secret", PLACE, key_id="k0")
    with pytest.raises(DecryptionError, match="'k0', which TOKEN_KEYS does not have"):
        Keyring({"k1": KEY}).decrypt(sealed, PLACE)


def test_the_first_key_encrypts_and_every_key_decrypts() -> None:
    old, new = new_key(), new_key()
    before = Keyring.parse(f"old:{old}").encrypt("secret", PLACE)
    rotated = Keyring.parse(f"new:{new}, old:{old}")
    assert rotated.encrypt("secret", PLACE).key_id == rotated.primary_id == "new"
    assert rotated.decrypt(before, PLACE) == "secret"
    assert rotated.key_ids == ("new", "old")


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "entry 1 is not of the form id:base64"),
        (encoded(KEY), "entry 1 is not of the form id:base64"),
        (f"k1:{encoded(KEY)},", "entry 2 is not of the form id:base64"),
        (f"k 1:{encoded(KEY)}", "entry 1 is not of the form id:base64"),
        ("k1:!!!", "key 'k1' is not base64"),
        ("k1:ümlaut", "key 'k1' is not base64"),
        (f"k1:{encoded(KEY[:16])}", "key 'k1' has 16 bytes instead of 32"),
        (f"k1:{encoded(KEY + KEY)}", "key 'k1' has 64 bytes instead of 32"),
        (f"k1:{encoded(bytes(32))}", "key 'k1' is not random"),
        (f"k1:{encoded(b'passwordpasswordpasswordpassword')}", "key 'k1' is not random"),
        (f"k1:{encoded(KEY)},k1:{encoded(KEY)}", "the key id 'k1' twice"),
    ],
    ids=lambda value: value[:12],
)
def test_unusable_keys_are_refused_without_being_shown(text: str, says: str) -> None:
    with pytest.raises(KeyringError, match=says) as raised:
        Keyring.parse(text)
    for secret in (part.partition(":")[2] or part for part in text.split(",")):
        assert not secret or secret not in str(raised.value)


@given(st.text())
def test_whatever_token_keys_says_the_error_is_ours(text: str) -> None:
    with pytest.raises(KeyringError):
        Keyring.parse(text)


def test_a_keyring_shows_its_ids_only() -> None:
    assert repr(KEYRING) == "Keyring(k1, k0)"
