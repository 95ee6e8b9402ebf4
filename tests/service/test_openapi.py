"""The OpenAPI document against the live service: it holds for generated requests, and none of them breaks it."""

import subprocess
import sys
from pathlib import Path

import httpx

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_generated_requests_are_answered_as_described(service: httpx.Client, tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "schemathesis"
    document = f"{str(service.base_url).rstrip('/')}/openapi.json"
    limits = ["--max-examples", "10", "--seed", "20261123", "--workers", "1", "--no-color", "--checks", CHECKS]
    done = subprocess.run(
        [command, "run", document, *limits], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert service.get("/health").json()["status"] == "ok"
