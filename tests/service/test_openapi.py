"""The OpenAPI document against the live service: it holds for generated requests, and none of them breaks it."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SECONDS = 300


def test_generated_requests_are_answered_as_described(service: httpx.Client, tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "schemathesis"
    document = f"{str(service.base_url).rstrip('/')}/openapi.json"
    # These start processes that take seconds; test_validate.py, test_published.py and test_changes.py are about them.
    limits = [
        "--exclude-path-regex",
        "^/(validate|catalogue|changes|dumps|[.]well-known)",
        "--max-examples",
        "5",
        "--seed",
        "20261123",
        "--workers",
        "1",
        "--no-color",
        "--checks",
        CHECKS,
    ]
    try:
        done = subprocess.run(
            [command, "run", document, *limits], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        assert service.get("/health").json()["status"] == "ok"
        pytest.skip(f"the generator of requests was not done after {SECONDS} s; what it had sent was answered")
    assert done.returncode == 0, done.stdout[-4000:]
    assert service.get("/health").json()["status"] == "ok"


def test_each_parameter_is_described_with_an_example(service: httpx.Client) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    year = paths["/queries/targets-due"]["get"]["parameters"][0]
    assert year["schema"] == {"type": "string", "pattern": "^[0-9]{4}$"}
    number = paths["/queries/counties-with-typical-villages"]["get"]["parameters"][0]
    assert number["schema"] == {"type": "number"}
    for path, operation in paths.items():
        for parameter in operation["get"].get("parameters", []):
            if path.startswith("/queries/") and parameter["name"] != "format":
                assert parameter["example"]
                assert " / " in parameter["description"]
                assert service.get(path, params={parameter["name"]: parameter["example"]}).status_code in {200, 422}
