"""Every error this tap raises on purpose, grouped by what the engine does about it.

TapError
├── RunStopped              ends the run: a setting, the database or the app itself is wrong
│   └── SettingInvalid      a tap setting is missing or wrong
├── Interrupted             ends the run: somebody asked the process to stop
├── OutOfTime               ends one task, which is no failure: the run's time is over, the next run goes on from here
├── PortalsFailed           ends the process after a whole run: some portals failed, and the settings call that an error
├── PortalError             ends every task of this portal; the other portals go on
│   ├── PortalMustReconnect somebody has to connect the portal again, in a browser
│   ├── PortalDisconnected  somebody disconnected the portal on purpose: not a failure
│   └── PortalDeferred      HubSpot asks to come back later: the next run goes on from here
└── StreamError             ends one task; the portal's other streams go on
    ├── StreamSkipped       the portal's subscription or scopes do not allow the stream: not a failure
    ├── TransientExhausted  HubSpot did not answer properly, however often it was asked
    │   └── Overwhelmed     a request for less may be answered: whoever asked for much asks again for parts of it
    └── RequestRejected     HubSpot refuses the request itself: a mistake in this tap
        └── ItemUnavailable one form, one campaign is gone or not given: whoever asked for many of them leaves it out

Every message is one line: what happened and what to do. None ever holds a token or a record's data.
"""

# ruff: noqa: N818 - the names say what happened; the tree above says that they are errors

from __future__ import annotations


class TapError(Exception):
    """Root of everything this package raises on purpose."""


class RunStopped(TapError):
    """No portal can be read until a person changes something."""


class SettingInvalid(RunStopped):
    """A setting is missing or wrong; the message names it and never shows its value."""


class Interrupted(TapError):
    """The process was asked to stop; everything written so far is covered by the last state."""


class OutOfTime(TapError):
    """The run's time is over, and the task needs another request."""


class PortalsFailed(TapError):
    """The run is over; `fail_on_portal_error` makes its failed portals the process's failure."""


class PortalError(TapError):
    """Nothing more can be read from this portal in this run."""


class PortalMustReconnect(PortalError):
    """HubSpot no longer accepts the portal's credentials."""


class PortalDisconnected(PortalError):
    """The portal's connection was ended on purpose, or there never was one."""


class PortalDeferred(PortalError):
    """The portal cannot be read now, through nobody's fault; its bookmarks stay where they are."""


class StreamError(TapError):
    """One stream of one portal cannot be read in this run."""


class StreamSkipped(StreamError):
    """HubSpot does not let this portal have this stream (subscription or missing scope)."""


class TransientExhausted(StreamError):
    """All retries are used up; the bookmark stays at the last safe point."""


class Overwhelmed(TransientExhausted):
    """HubSpot broke down over the request each time; perhaps it was for too much at once."""


class RequestRejected(StreamError):
    """HubSpot calls the request wrong; asking again would not help."""


class ItemUnavailable(RequestRejected):
    """HubSpot does not have, or never gives, the one thing that was asked for."""
