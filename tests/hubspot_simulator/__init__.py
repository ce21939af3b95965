"""A HubSpot that runs on your machine and misbehaves the way the real one does."""

from __future__ import annotations

from tests.hubspot_simulator.app import create_app
from tests.hubspot_simulator.clock import Clock
from tests.hubspot_simulator.faults import Fault
from tests.hubspot_simulator.scenario import Scenario
from tests.hubspot_simulator.server import running_simulator
from tests.hubspot_simulator.simulator import ALL_SCOPES, Simulator

__all__ = ["ALL_SCOPES", "Clock", "Fault", "Scenario", "Simulator", "create_app", "running_simulator"]
