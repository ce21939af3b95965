"""Every error this package raises on purpose, grouped by what the caller should do about it.

AuthError
├── OperatorError                 stop: a person has to change something, and no portal will work until then
│   ├── SettingsError             an environment variable is missing or wrong
│   │   └── KeyringError          TOKEN_KEYS is missing, malformed, or not what this database was encrypted with
│   ├── DatabaseUnreachable       the server named by DATABASE_URL does not answer
│   ├── DatabaseForbids           the user of DATABASE_URL lacks a right that this needs
│   ├── SchemaError               the token tables are missing, older or newer than this program
│   ├── AppCredentialsRejected    HubSpot refuses the app's client id or secret
│   └── AppRequestRejected        HubSpot refuses the way this program asks (redirect address, scopes, grant type)
├── PortalError                   this portal only: leave it out, go on with the others
│   ├── PortalNotConnected        there is no connection to take a token from
│   ├── ReauthRequired            somebody has to connect the portal again, in a browser
│   ├── TokenTransient            nothing was changed: try again later
│   └── DecryptionError           a stored secret does not belong to its key or to its place
├── ConnectError                  one attempt to connect failed: nothing was stored, start again
│   ├── FlowRefused               the callback is not for an open attempt of this browser, or its code is used up
│   ├── ConsentRefused            HubSpot came back with an error instead of a code
│   ├── ScopesMissing             the portal granted less than the syncs need
│   ├── PortalMismatch            the tokens are for another portal than they should be
│   └── StaticTokenRefused        a pasted token does not work, or its portal has a better connection
├── AccessRefused                 whoever asks may not: nothing was done
│   ├── SignInRefused             the password is wrong, or none is taken here
│   ├── TooManyAttempts           too many in a short time: wait
│   ├── InviteRefused             the invitation is used up, withdrawn, too old or unknown
│   └── ForgedRequest             a form that this service did not hand to this browser
└── HubSpotAnswer                 what the OAuth endpoints said, before it is known which portal it concerns
    ├── GrantRefused              the authorization code or refresh token is used up, revoked or unknown
    └── HubSpotUnavailable        no answer, or none that can be understood

Every message is one line that says what happened and what to do. None ever holds a secret.
"""

from __future__ import annotations

# ruff: noqa: N818 - the names say what happened; the tree above says that they are errors


class AuthError(Exception):
    """Root of everything this package raises on purpose.

    Attributes:
        portal_id: The portal concerned, or None when the error is about no portal in particular.
    """

    def __init__(self, message: str, *, portal_id: int | None = None) -> None:
        super().__init__(message)
        self.portal_id = portal_id


class OperatorError(AuthError):
    """Nothing works until a person changes something."""


class SettingsError(OperatorError):
    """One or more settings are missing or wrong; the message has one line for each."""


class KeyringError(SettingsError):
    """TOKEN_KEYS is missing, malformed, or not what this database was encrypted with."""


class DatabaseUnreachable(OperatorError):
    """The database does not answer, or refuses this user."""


class DatabaseForbids(OperatorError):
    """The user of DATABASE_URL may not do what this program needs."""


class SchemaError(OperatorError):
    """The token tables are missing, older or newer than this program."""


class AppCredentialsRejected(OperatorError):
    """HubSpot refuses the app's own client id or secret; no portal is to blame."""


class AppRequestRejected(OperatorError):
    """HubSpot refuses the way this program asks; no portal is to blame."""


class PortalError(AuthError):
    """Only this portal is affected."""


class PortalNotConnected(PortalError):
    """The portal was never connected, or was disconnected on purpose."""


class ReauthRequired(PortalError):
    """HubSpot no longer accepts what is stored; somebody has to connect the portal again."""


class TokenTransient(PortalError):
    """A token could not be had now; what is stored was left as it is.

    Attributes:
        retry_after: Seconds that HubSpot asked to wait, or None if it did not say.
    """

    def __init__(self, message: str, *, portal_id: int, retry_after: float | None = None) -> None:
        super().__init__(message, portal_id=portal_id)
        self.retry_after = retry_after


class DecryptionError(PortalError):
    """A stored secret does not belong to the key, row or column it was read with."""


class ConnectError(AuthError):
    """An attempt to connect a portal failed; nothing of it was kept."""


class FlowRefused(ConnectError):
    """The callback does not belong to an open attempt of this browser."""


class ConsentRefused(ConnectError):
    """HubSpot sent the browser back with an error instead of an authorization code."""


class ScopesMissing(ConnectError):
    """The portal granted less than every sync needs.

    Attributes:
        missing: The scopes that were asked for as required and not granted, sorted.
    """

    def __init__(self, message: str, *, portal_id: int, missing: tuple[str, ...]) -> None:
        super().__init__(message, portal_id=portal_id)
        self.missing = missing


class PortalMismatch(ConnectError):
    """The tokens belong to another portal than the one they should belong to."""


class StaticTokenRefused(ConnectError):
    """A pasted token does not work, or its portal has a better connection."""


class AccessRefused(AuthError):
    """Whoever asks may not; nothing was done."""


class SignInRefused(AccessRefused):
    """The password is wrong, or none is taken here."""


class TooManyAttempts(AccessRefused):
    """There were too many attempts in a short time."""


class InviteRefused(AccessRefused):
    """The invitation is used up, withdrawn, too old or unknown."""


class ForgedRequest(AccessRefused):
    """What was sent does not come from a form that this service handed to this browser."""


class HubSpotAnswer(AuthError):
    """What HubSpot's OAuth endpoints said, before it is known which portal that concerns.

    Attributes:
        code: The machine-readable reason, safe to store and to show (`invalid_grant`, `http_503`, …).
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class GrantRefused(HubSpotAnswer):
    """The authorization code or refresh token is used up, revoked or unknown."""


class HubSpotUnavailable(HubSpotAnswer):
    """HubSpot gave no answer, or none that can be understood; nothing is known about the grant.

    Attributes:
        retry_after: Seconds that HubSpot asked to wait, or None if it did not say.
    """

    def __init__(self, message: str, *, code: str, retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
