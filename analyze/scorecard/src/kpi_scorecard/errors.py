"""What people have to put right, each in lines that say what and how; none has a secret.

ScorecardError
├── BadRules         the file of rules
├── CannotWrite      a file or a table
├── NoPdf            no program that prints
└── UnknownSubject   a portal or group of that name
"""

from __future__ import annotations

# ruff: noqa: N818 - the names say what happened; the tree above says that they are errors


class ScorecardError(Exception):
    """The message is one line, or several."""


class BadRules(ScorecardError):
    """The file of rules can't be followed; a line for each thing that is wrong with it."""


class CannotWrite(ScorecardError):
    """A report, or what has been sent, can't be written down."""


class NoPdf(ScorecardError):
    """A PDF can't be made."""


class UnknownSubject(ScorecardError):
    """There is no such portal or group, and the message says which there are."""
