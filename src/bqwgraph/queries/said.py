"""What people are told of the values that they gave: in English for programs and terminals, in a page's language on pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Said:
    """A message of ``web/messages/values.yaml``: its name there without ``value_``, and what stands in it. As text it is English.

    >>> str(Said("no_code", {"scheme": "nbs2023", "digits": "999999"}))
    'no place has the nbs2023 code 999999'
    """

    name: str
    values: Mapping[str, object]

    def within(self, messages: Mapping[str, str]) -> str:
        """Return the text in the language of a catalogue."""
        kinds = {name: messages[f"value_type_{value}"] for name, value in self.values.items() if name == "type"}
        return messages[f"value_{self.name}"].format(**{**self.values, **kinds})

    def __str__(self) -> str:
        return self.within(_english())


@cache
def _english() -> Mapping[str, str]:
    catalogue = yaml.safe_load((files("bqwgraph") / "web" / "messages" / "values.yaml").read_text("utf-8"))
    return {name: texts["en"] for name, texts in catalogue.items()}
