"""No log, state or setting file of any run has a secret in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.chaos.comparison import Difference
from tests.e2e.stack import ADMIN_PASSWORD

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from tests.chaos.cast import Cast

_TOKEN = re.compile(rb"\b(?:na1|eu1)-[A-Za-z0-9_-]{60,}\.[0-9a-f]{32}\b")


def secrets_in_logs(cast: Cast, compared: Counter[str]) -> Iterator[Difference]:
    """Look for passwords, keys, and every token that looks like one of the simulator's."""
    keys = cast.stack.token_keys
    known = {
        "the client secret": cast.hubspot.client_secret,
        "a token key": keys.partition(":")[2],
        "the admin's password": ADMIN_PASSWORD,
        "the database's password": cast.server.url.split(":")[2].partition("@")[0],
    }
    cluster = cast.server.home
    for file in [*cast.folder.rglob("*"), cast.server.log]:
        is_of_the_server = cluster in file.parents and file != cast.server.log
        if is_of_the_server or file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        compared["files without secrets"] += 1
        place = str(file.relative_to(cast.folder))
        for name, secret in known.items():
            if secret.encode() in content:
                yield Difference("secret", place, name)
        if _TOKEN.search(content):
            yield Difference("secret", place, "a token")
