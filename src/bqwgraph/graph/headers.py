"""Headers of query files: the lines that begin with ``#+`` are YAML (grlc's decorator syntax)."""

from typing import Any, Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: ten times as quick, and a graph has some hundred headers."""


def header_of(text: str) -> Any:  # noqa: ANN401 - whatever YAML holds
    r"""Return the header of a query; what is no header line counts as an empty one, so that faults have the file's lines.

    Raises yaml.YAMLError.

    >>> header_of("#+ tags: [a]\nASK {}")
    {'tags': ['a']}
    """
    lines = [line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.splitlines()]
    return yaml.load("\n".join(lines), Loader=_LOADER)  # noqa: S506 - both loaders are safe ones
