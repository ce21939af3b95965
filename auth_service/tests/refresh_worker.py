"""A process that asks for one portal's token: `refresh_worker.py PORTAL_ID API_URL [--die-after-answer]`.

Database and keys come from the environment. It says "ready", waits for a line, and prints the token.
"""

from __future__ import annotations

import os
import signal
import sys

from auth_service.database import create_engine
from auth_service.hubspot_oauth import OAuthClient
from auth_service.settings import Settings
from auth_service.tokens import TokenStore


class DyingClient(OAuthClient):
    """Dies at the worst moment: HubSpot has answered, nothing is stored yet."""

    def refresh(self, refresh_token: str) -> None:
        super().refresh(refresh_token)
        os.kill(os.getpid(), signal.SIGKILL)


portal_id, api_url, *options = sys.argv[1:]
settings = Settings.from_environment()
client_class = DyingClient if options else OAuthClient
oauth = client_class(api_url=api_url, client_id=settings.client_id, client_secret=settings.client_secret)
store = TokenStore(create_engine(settings.database_url), settings.keyring, oauth)
print("ready", flush=True)
sys.stdin.readline()
print(store.access_token(int(portal_id)), flush=True)
