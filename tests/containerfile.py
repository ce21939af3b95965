"""As much of a Containerfile's language as ours uses, to take its steps without a container engine."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stage:
    """What follows a FROM.

    Attributes:
        base: The image it begins with.
        steps: Instructions and what they say, in order.
    """

    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [text for name, text in self.steps if name == instruction]

    @property
    def env(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for text in self.all("ENV") for pair in text.split())

    def command(self, instruction: str = "CMD") -> list[str]:
        (text,) = self.all(instruction)
        words: list[str] = json.loads(text[text.index("[") :])
        return words


def read(file: Path) -> list[Stage]:
    """Read a Containerfile."""
    stages: list[Stage] = []
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        instruction, _, text = line.partition(" ")
        if instruction == "FROM":
            stages.append(Stage(text.split()[0]))
        elif instruction:
            stages[-1].steps.append((instruction, text.strip()))
    return stages


def copy_context(root: Path, ignore: Path, to: Path) -> None:
    """Copy what `COPY . .` would, after a .dockerignore whose first line leaves out everything."""
    first, *lines = [
        line for line in ignore.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert first == "*"
    wanted = [line.removeprefix("!") for line in lines if line.startswith("!")]
    unwanted = [_pattern(line) for line in lines if not line.startswith("!")]

    def left_out(folder: str, names: list[str]) -> list[str]:
        parent = Path(folder).relative_to(root)
        return [name for name in names if any(each.fullmatch(str(parent / name)) for each in unwanted)]

    for name in wanted:
        if (root / name).is_dir():
            shutil.copytree(root / name, to / name, ignore=left_out, symlinks=True)
        elif (root / name).exists():
            shutil.copy2(root / name, to / name)


def _pattern(line: str) -> re.Pattern[str]:
    words = re.split(r"(\*\*/|\*)", line)
    return re.compile("".join({"**/": "(?:.*/)?", "*": "[^/]*"}.get(word, re.escape(word)) for word in words))
