"""The container image, without a container engine: its steps, taken in an empty folder, and how compose starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.containerfile import copy_context, read
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

ROOT = Path(__file__).parents[1]
BUILD, FINAL = read(ROOT / "Containerfile")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("migrate", "sync", "auth", "api", "dashboard")

# How this machine reaches its package registry, which an image has no say in.
_NETWORK = {
    name: value
    for name, value in os.environ.items()
    if name.startswith(("PIP_", "SSL_")) or name.lower().endswith("_proxy")
}


class Image:
    """What the steps have made; `/app` of the image is `app` here."""

    def __init__(self, folder: Path) -> None:
        self.app = folder / "app"
        self.temporary = folder / "tmp"
        for each in (self.app, self.temporary):
            each.mkdir()
        copy_context(ROOT, ROOT / ".dockerignore", self.app)
        for step in BUILD.all("RUN"):
            self._run(
                ["/bin/sh", "-c", step], {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]} | BUILD.env
            )

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        here = {"/app": str(self.app), "/tmp": str(self.temporary), "$PATH": "/usr/bin:/bin"}  # noqa: S108
        env = {
            name: re.sub(r"/app|/tmp|\$PATH", lambda part: here[part[0]], value)
            for name, value in FINAL.env.items()
        }
        return self._run(list(command), env | variables)

    def _run(self, command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, cwd=self.app, env=_NETWORK | env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def files(self) -> dict[str, float]:
        return {
            str(path.relative_to(self.app)): path.lstat().st_mtime
            for path in self.app.rglob("*")
            if not path.is_dir() and not path.is_relative_to(self.app / ".meltano" / "run")
        }


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    return Image(tmp_path_factory.mktemp("image"))


@pytest.mark.timeout(900)
def test_the_steps_make_what_every_service_starts(
    image: Image, new_database: Callable[[], AbstractContextManager[str]]
) -> None:
    before = image.files()
    with new_database() as database, new_database() as meltano:
        settings = {
            "DATABASE_URL": database.replace("+psycopg", ""),
            "MELTANO_DATABASE_URI": meltano.replace("+psycopg", ""),
            "TOKEN_KEYS": "",
        }
        image.run("hubspot-auth", "migrate", **settings)
        recovered = image.run("meltano", "run", "--no-install", "postgres:start", "runs:recover", **settings)
        for plugin, argument in (
            ("tap-hubspot-multi", "--about"),
            ("target-postgres", "--about"),
            ("dbt", "debug"),
        ):
            image.run("meltano", "invoke", plugin, argument, **settings)
    assert "Environment 'prod' is active" in recovered.stderr
    assert image.run("python", "-m", "orchestrate.schedules", "crontab").stdout.count("CRON_TZ=") == 3
    changed = {name for name, time in image.files().items() if before.get(name) != time}
    assert not changed, "the image is read-only but for .meltano/run and /tmp"


def test_the_image_has_no_tools_of_development_and_nothing_of_this_machine(image: Image) -> None:
    programs = {path.name for path in (image.app / ".venv" / "bin").iterdir()}
    assert {"meltano", "hubspot-auth", "python"} <= programs
    assert not programs & {"pytest", "mypy", "ruff", "coverage"}
    top = {path.name for path in image.app.iterdir()}
    assert top <= {
        *{line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")},
        ".venv",
        ".meltano",
    }
    assert not list(image.app.glob("*/tests"))


def test_the_health_of_a_service_is_what_it_answers_and_that_of_a_run_is_its_process(
    image: Image,
) -> None:
    command = FINAL.command("HEALTHCHECK")
    image.run(*command)
    with pytest.raises(AssertionError, match="Connection refused"):
        image.run(*command, HEALTH_URL=f"http://127.0.0.1:{free_port()}/readyz")


def test_images_are_pinned_and_nobody_is_root() -> None:
    assert BUILD.base == FINAL.base
    for image in (BUILD.base, COMPOSE["services"]["postgres"]["image"]):
        assert "@sha256:" in image
    assert FINAL.all("USER") == ["10001:10001"]
    assert FINAL.all("RUN") == [], "only the build stage runs programs"


def test_every_service_of_ours_is_locked_up_and_every_port_is_of_this_machine_only() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"postgres", *OURS}
    for name in OURS:
        service = services[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["depends_on"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert bool(service.get("ports")) == ("HEALTH_URL" in service["environment"])
    assert "ports" not in services["postgres"]


def test_no_secret_is_written_in_compose() -> None:
    assert "POSTGRES_PASSWORD:?" in COMPOSE["services"]["sync"]["environment"]["DATABASE_URL"]
    assert all(COMPOSE["services"][name]["env_file"] == ".env" for name in OURS)


def test_the_bill_of_materials_names_every_package_of_the_lock_file() -> None:
    made = subprocess.run([ROOT / "scripts" / "sbom"], cwd=ROOT, capture_output=True, text=True, check=True)
    bill = json.loads(made.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    packages = {component["name"]: component.get("purl", "") for component in bill["components"]}
    assert packages["meltano"].startswith("pkg:pypi/meltano@")
    assert {"cronsim", "cryptography", "starlette"} <= packages.keys()
    assert not {"pytest", "mypy"} & packages.keys()
