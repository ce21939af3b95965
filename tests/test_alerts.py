"""The alert rules: Prometheus takes them, each fires when it should, and each has a section in the runbook."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.our_messages import ROOT
from tests.test_runbook import anchors

RULES = ROOT / "orchestrate" / "prometheus" / "alerts.yml"
TESTS = ROOT / "tests" / "prometheus" / "alerts.test.yml"
# Where scripts/test puts it.
PROMTOOL = shutil.which("promtool", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def alerts() -> list[dict[str, Any]]:
    return [rule for group in load(RULES)["groups"] for rule in group["rules"]]


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    assert PROMTOOL, "scripts/test fetches promtool"
    done = subprocess.run([PROMTOOL, "test", "rules", TESTS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    fired = {
        check["alertname"]
        for test in load(TESTS)["tests"]
        for check in test["alert_rule_test"]
        if check["exp_alerts"]
    }
    assert fired == {alert["alert"] for alert in alerts()}


def test_each_alert_has_a_section_in_the_runbook() -> None:
    for alert in alerts():
        page, _, anchor = alert["annotations"]["runbook"].partition("#")
        assert anchor in anchors(ROOT / page), f"{page} has no heading '### {alert['alert']}'"
