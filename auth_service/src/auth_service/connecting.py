"""Connecting a portal: send the browser to HubSpot's consent page, and make a connection of what comes back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auth_service import audit, flows, invites, scopes
from auth_service.audit import Actor
from auth_service.connections import ConnectedPortal, holds_refresh_token, save_connected_portal
from auth_service.database import transaction
from auth_service.errors import (
    AuthError,
    FlowRefused,
    GrantRefused,
    HubSpotUnavailable,
    PortalMismatch,
    ScopesMissing,
)
from auth_service.hubspot_requests import authorize_url

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.flows import ConsumedFlow, StartedFlow
    from auth_service.hubspot_answers import TokenGrant
    from auth_service.hubspot_oauth import OAuthClient

logger = logging.getLogger(__name__)

_EVENT: audit.Event = "portal_connected"


@dataclass(frozen=True, slots=True)
class FinishedAttempt:
    """Which portal was connected, and whether by the holder of an invite."""

    portal_id: int
    invited: bool


class PortalConnector:
    """Runs connect attempts. Knows nothing of web pages, cookies or who may connect.

    Args:
        engine: The database.
        keyring: Encrypts what is stored.
        oauth: The HubSpot app.
        app_url: Where HubSpot's consent page is.
        redirect_uri: Where HubSpot sends the browser back to; it must be in the HubSpot app's settings, letter by
            letter, so it is a constant and never taken from a request.
        optional_scopes: What is asked for besides the required scopes.
    """

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        oauth: OAuthClient,
        *,
        app_url: str,
        redirect_uri: str,
        optional_scopes: tuple[str, ...] = (),
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._oauth = oauth
        self._app_url = app_url
        self._redirect_uri = redirect_uri
        self._optional_scopes = optional_scopes

    def start(self, actor: Actor, portal_id: int | None = None) -> tuple[str, StartedFlow]:
        """Open an attempt and return the address of the consent page with it.

        Args:
            actor: The admin who connects.
            portal_id: The one portal that this attempt may connect; None leaves the choice to the user.
        """
        flow = flows.start(self._engine, self._keyring, portal_id, actor)
        return self._consent_url(flow, portal_id), flow

    def start_invited(self, token: str) -> tuple[str, StartedFlow]:
        """Open an attempt for the holder of an invite link; the invite stays open until a portal is connected.

        Raises:
            InviteRefused: The link is used up, withdrawn, too old or unknown.
        """
        invite = invites.find(self._engine, token)
        portal_id = invite.expected_portal_id
        actor = Actor.invite(invite.id)
        flow = flows.start(self._engine, self._keyring, portal_id, actor, invite_id=invite.id)
        return self._consent_url(flow, portal_id), flow

    def _consent_url(self, flow: StartedFlow, portal_id: int | None) -> str:
        return authorize_url(
            self._app_url,
            client_id=self._oauth.client_id,
            redirect_uri=self._redirect_uri,
            scopes=scopes.REQUIRED,
            optional_scopes=self._optional_scopes,
            state=flow.state,
            challenge=flow.challenge,
            portal_id=portal_id,
        )

    def cancel(self, state: str, browser_secret: str | None, reason: str) -> None:
        """Close an attempt that came back without a code.

        Args:
            state: The attempt's state.
            browser_secret: What its browser was given.
            reason: HubSpot's code for why, for the audit log.

        Raises:
            FlowRefused: There is no such open attempt of this browser.
        """
        flow = flows.consume(self._engine, self._keyring, state, browser_secret)
        audit.record_alone(self._engine, _EVENT, flow.actor, outcome="failed", reason=reason)

    def finish(self, state: str, browser_secret: str | None, code: str) -> FinishedAttempt:
        """Exchange the code and store the connection.

        Whatever fails after the exchange, the fresh tokens are revoked: nobody keeps what is not stored.

        Raises:
            FlowRefused: There is no such open attempt of this browser, or HubSpot does not know its code.
            PortalMismatch: The tokens are for another portal than was asked for.
            ScopesMissing: The portal granted less than every sync needs.
            InviteRefused: The invite that the attempt was started with was used or withdrawn meanwhile.
            HubSpotUnavailable, AppCredentialsRejected, AppRequestRejected: HubSpot said no.
        """
        flow = flows.consume(self._engine, self._keyring, state, browser_secret)
        try:
            grant = self._exchange(code, flow.verifier)
            try:
                portal = self._identify(grant, flow.expected_portal_id)
                self._store(portal, grant, flow)
            except Exception:
                self._give_back(grant)
                raise
        except AuthError as error:
            self._note_failure(flow, error)
            raise
        logger.info("portal %d connected with %d scopes", portal.portal_id, len(portal.scopes))
        return FinishedAttempt(portal.portal_id, invited=flow.invite_id is not None)

    def _store(self, portal: ConnectedPortal, grant: TokenGrant, flow: ConsumedFlow) -> None:
        with transaction(self._engine) as connection:
            if flow.invite_id is not None:
                invites.redeem(connection, flow.invite_id, portal.portal_id)
            save_connected_portal(connection, self._keyring, portal, grant, flow.consumed_at)
            audit.record(connection, _EVENT, flow.actor, portal_id=portal.portal_id)

    def _note_failure(self, flow: ConsumedFlow, error: AuthError) -> None:
        try:
            audit.record_alone(
                self._engine,
                _EVENT,
                flow.actor,
                portal_id=error.portal_id or flow.expected_portal_id,
                outcome="failed",
                reason=type(error).__name__,
            )
        except AuthError as unreachable:
            logger.warning("a failed attempt could not be noted in the audit log: %s", unreachable)

    def _exchange(self, code: str, verifier: str) -> TokenGrant:
        try:
            return self._oauth.exchange_code(code, redirect_uri=self._redirect_uri, verifier=verifier)
        except GrantRefused as error:
            raise FlowRefused(
                f"HubSpot does not accept the authorization code ({error.code}): it was used already or is too old. "
                "Nothing was stored: start again."
            ) from error

    def _identify(self, grant: TokenGrant, expected_portal_id: int | None) -> ConnectedPortal:
        """Ask HubSpot, by two ways, which portal the tokens are for and what they may read."""
        introspection = self._oauth.introspect(grant.access_token)
        if grant.refresh_token is None or introspection.portal_id is None:
            raise HubSpotUnavailable(
                "HubSpot handed out tokens that do not work: try again", code="unusable_grant"
            )
        portal_id = introspection.portal_id
        if expected_portal_id not in {None, portal_id}:
            raise PortalMismatch(
                f"Portal {expected_portal_id} was to be connected, but portal {portal_id} was chosen in HubSpot. "
                f"Nothing was stored: start again and choose portal {expected_portal_id}.",
                portal_id=portal_id,
            )
        granted = introspection.scopes or grant.scopes or frozenset()
        if missing := scopes.missing(granted):
            raise ScopesMissing(
                f"Portal {portal_id} did not grant {', '.join(missing)}. Nothing was stored: tick these scopes as "
                "required on the Auth page of the HubSpot app, then connect again.",
                portal_id=portal_id,
                missing=missing,
            )
        details = self._oauth.account_details(grant.access_token)
        if grant.portal_id not in {None, portal_id} or details["portalId"] != portal_id:
            raise PortalMismatch(
                f"HubSpot contradicts itself about the portal ({portal_id} or {details['portalId']}). "
                "Nothing was stored: start again.",
                portal_id=portal_id,
            )
        name = details.get("portalName")
        return ConnectedPortal(
            portal_id=portal_id,
            company_name=name
            if isinstance(name, str) and name
            else introspection.hub_domain or f"Portal {portal_id}",
            hub_domain=introspection.hub_domain,
            scopes=granted,
            account_details=details,
        )

    def _give_back(self, grant: TokenGrant) -> None:
        """Revoke fresh tokens as well as can be; the reason why the attempt failed stays the error."""
        try:
            if grant.refresh_token and not holds_refresh_token(
                self._engine, self._keyring, grant.refresh_token
            ):
                self._oauth.revoke(grant.refresh_token)
        except AuthError as error:
            logger.warning("the tokens of a failed attempt could not be revoked: %s", error)
