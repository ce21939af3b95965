"""Channels: addresses of apprise, with secrets that come from the environment and go nowhere else."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import apprise

from kpi_scorecard.errors import BadRules
from kpi_scorecard.rules.nodes import Faults

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from kpi_scorecard.rules.model import Channel, Rules

_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_WRITTEN_PASSWORD = re.compile(r"^[\w+.-]+://[^/@\s]*:(?!\$\{)[^/@\s]+@")
# A part of an address shorter than this is no secret, and striking it out would make holes in words.
_SHORTEST_SECRET = 5
_HIDDEN = "•••"
_SECONDS = 60

# apprise would write to the terminal whatever went wrong, addresses included.
_silent = logging.getLogger("apprise")
_silent.propagate = False
_silent.addHandler(logging.NullHandler())


class NotDelivered(Exception):  # noqa: N818 - it says what happened
    """A channel did not take a message; the reason is one line without secrets."""


class OpenChannel:
    """A channel that messages can be sent to.

    Args:
        name: Its name in the rules.
        address: Its address, secrets filled in.
        secrets: What must never be shown.
    """

    def __init__(self, name: str, address: str, secrets: Iterable[str]) -> None:
        self.name = name
        self._secrets = sorted(_pieces(secrets), key=len, reverse=True)
        asset = apprise.AppriseAsset(app_id="HubSpot KPIs", app_desc="HubSpot KPIs", storage_mode="memory")
        self._service = apprise.Apprise(asset=asset)
        self.is_understood = bool(self._service.add(address))

    def deliver(self, title: str, body: str, *, is_alert: bool, files: Sequence[Path] = ()) -> None:
        """Send a message, with files that the service takes if it takes any.

        Raises:
            NotDelivered: the channel did not take it.
        """
        result = self._service.notify(
            title=title,
            body=body,
            body_format=apprise.NotifyFormat.TEXT,
            notify_type=apprise.NotifyType.WARNING if is_alert else apprise.NotifyType.INFO,
            attach=[str(file) for file in files] or None,
            timeout=_SECONDS,
        )
        if not result:
            reason = next((log.message for service in result for log in service.logs()), "no answer in time")
            raise NotDelivered(self._without_secrets(" ".join(reason.split())))

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text


def open_channels(
    rules: Rules, used: Collection[str], environment: Mapping[str, str]
) -> dict[str, OpenChannel]:
    """Open the channels that rules name.

    Args:
        rules: The rules.
        used: Names of the channels to open.
        environment: Where their variables are looked up.

    Raises:
        BadRules: a variable is not set, or apprise does not understand an address.
    """
    faults = Faults(rules.file)
    opened = {}
    for channel in rules.channels:
        if channel.name in used:
            opened[channel.name] = _open(channel, environment, faults)
    if faults:
        raise BadRules(str(faults))
    return opened


def _open(channel: Channel, environment: Mapping[str, str], faults: Faults) -> OpenChannel:
    variables = _VARIABLE.findall(channel.address)
    missing = [variable for variable in variables if not environment.get(variable)]
    if _WRITTEN_PASSWORD.match(channel.address):
        faults.add(channel.line, f"channel {channel.name!r} has a password in it: write it as ${{VARIABLE}}")
    for variable in missing:
        faults.add(channel.line, f"channel {channel.name!r} needs {variable}, which is not set")
    address = _filled(channel.address, environment)
    opened = OpenChannel(
        channel.name, address, [address, *(environment.get(variable, "") for variable in variables)]
    )
    if not missing and not opened.is_understood:
        what = f"channel {channel.name!r} is no address that apprise understands: see its list of services"
        faults.add(channel.line, f"{what}, https://appriseit.com/services/")
    return opened


def _filled(address: str, environment: Mapping[str, str]) -> str:
    """A variable that is a part of an address, a password for example, may have any sign; a whole address is as it is."""
    if whole := _VARIABLE.fullmatch(address):
        return environment.get(whole[1], "")
    return _VARIABLE.sub(lambda found: quote(environment.get(found[1], ""), safe=""), address)


def _pieces(secrets: Iterable[str]) -> set[str]:
    """Secrets in every form in which an error could repeat them."""
    whole = {form for secret in secrets for form in (secret, quote(secret, safe=""), unquote(secret))}
    parts = {part for secret in whole for part in re.split(r"[/:@?&=,]+", secret)}
    return {piece for piece in whole | parts if len(piece) >= _SHORTEST_SECRET}
