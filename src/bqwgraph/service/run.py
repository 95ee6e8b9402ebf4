"""Starting the service: a graph that was validated, a port, and an address to paste."""

import socket
from collections.abc import Mapping

import uvicorn
from pydantic import ValidationError
from rich.console import Console

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import build
from bqwgraph.queries.saved import load
from bqwgraph.service.app import create_app
from bqwgraph.service.settings import Settings
from bqwgraph.validation.lock import is_validated


class CannotServe(Exception):
    """The service does not start: a setting is wrong, the port is taken, or the graph is not valid."""


def serve(folder: GraphFolder, given: Mapping[str, object], console: Console) -> None:
    """Serve a folder until stopped. ``given`` are settings from flags; the environment fills the rest.

    A graph whose digest is not the validated one is validated first. Raises CannotServe, GraphError, HeaderError.
    """
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise CannotServe(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    listener = _listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    queries, snapshot = load(folder), build(folder)
    if not is_validated(folder):
        from bqwgraph.validation.checks import validate_snapshot  # noqa: PLC0415 - pySHACL is slow to import

        console.print("The graph is not the one that was validated for this release; validating it first.")
        report = validate_snapshot(snapshot)
        if not report.conforms():
            raise CannotServe(f"the graph is not valid: {len(report.findings)} findings; see them with: bqwgraph validate")
    app = create_app(snapshot, EmbeddedEngine(snapshot), queries, settings)
    console.print(
        f"bqwgraph serves {snapshot.triples:,} triples at {settings.base_url} (Ctrl-C stops it). To try it:", soft_wrap=True
    )
    console.print(f"  curl '{settings.base_url}/queries/actions?format=csv'", soft_wrap=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise CannotServe(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port") from error
