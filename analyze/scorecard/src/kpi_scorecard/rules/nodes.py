"""YAML whose every part knows its line, read without guessing types: a key that nobody expects is told, not ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Faults:
    """What is wrong with a file, line by line."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, what: str) -> None:
        """Note a fault."""
        self._found.append((line, what))

    def __str__(self) -> str:
        return "\n".join(f"{self._file}:{line}: {what}" for line, what in sorted(self._found))

    def __bool__(self) -> bool:
        return bool(self._found)


class Section:
    """A mapping of the file.

    Args:
        node: Where it stands.
        what: What it is, for messages.
        faults: Where to note what is wrong.
        allowed: Keys it may have.
    """

    def __init__(
        self, node: yaml.Node, what: str, faults: Faults, allowed: Collection[str] | None = None
    ) -> None:
        self.line = line_of(node)
        self.what = what
        self._faults = faults
        self._values: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            faults.add(self.line, f"{what} must be a mapping of keys to values")
            return
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if allowed is not None and name not in allowed:
                faults.add(line_of(key), f"{what} has no key {name!r}; it may have: {', '.join(allowed)}")
            elif name in self._values:
                faults.add(line_of(key), f"{what} has the key {name!r} twice")
            else:
                self._values[name] = value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def line_of(self, key: str) -> int:
        """Line of a key's value, or of the section."""
        return line_of(self._values[key]) if key in self._values else self.line

    def fault(self, key: str, what: str) -> None:
        """Note what is wrong with a key."""
        self._faults.add(self.line_of(key), what)

    def node(self, key: str) -> yaml.Node | None:
        """A value as it is."""
        return self._values.get(key)

    def text(self, key: str) -> str | None:
        """A value that is one text; noted if it is missing or anything else."""
        node = self._values.get(key)
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value).strip()
        self.fault(key, f"{self.what} needs the key {key!r}" if node is None else f"{key!r} must be one text")
        return None

    def texts(self, key: str) -> list[str]:
        """A value that is one text or a list of them; noted if it is missing or anything else."""
        node = self._values.get(key)
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        texts = [str(item.value).strip() for item in nodes if isinstance(item, yaml.ScalarNode)]
        if len(texts) == len(nodes) and texts and all(texts):
            return texts
        self.fault(
            key,
            f"{self.what} needs the key {key!r}"
            if node is None
            else f"{key!r} must be a text or a list of texts",
        )
        return []

    def sections(self, key: str, what: str, allowed: Collection[str]) -> list[Section]:
        """A value that is a list of mappings; none if it is missing."""
        node = self._values.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(key, f"{key!r} must be a list, each item beginning with a dash")
            return []
        return [Section(item, what, self._faults, allowed) for item in node.value]


def compose(text: str, faults: Faults) -> yaml.Node | None:
    """Read YAML; a fault of its grammar is noted."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        faults.add(1, f"not YAML: {' '.join(str(error).split())}")
    return None


def line_of(node: yaml.Node) -> int:
    """Line on which a part of the file begins."""
    return int(node.start_mark.line) + 1
