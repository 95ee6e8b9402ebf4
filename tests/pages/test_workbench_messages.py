"""The texts that the workbench asks for by name, against those that the catalogue has for it."""

import re

import yaml

from conftest import ROOT

WEB = ROOT / "src" / "bqwgraph" / "web"
SOURCES = "\n".join(path.read_text("utf-8") for path in (WEB / "workbench" / "src").glob("*.js"))
COMPUTED = {
    *(f"tab_{name}" for name in re.findall(r'\["(\w+)", \(\) =>', SOURCES)),
    *(f"limit_{limit}" for limit in ("timeout", "memory", "result_size", "queue")),
    *(f"{name}{number}" for name in ("rows", "statements") for number in ("", "_one")),
    "forbidden",
    "failed",
    *re.findall(r'choose\("(\w+)"', SOURCES),
    *re.findall(r'copier\([^;]*?, "(\w+)"\)', SOURCES),
}


def test_each_text_is_there_and_none_is_left_over() -> None:
    catalogue = yaml.safe_load((WEB / "messages" / "sparql.yaml").read_text("utf-8"))
    asked = {name for call in re.findall(r"\bsay\(([^{}]*?)[,)]", SOURCES) for name in re.findall(r'"(\w+)"', call)} | COMPUTED
    assert {name.removeprefix("workbench_") for name in catalogue if name.startswith("workbench_")} == asked
