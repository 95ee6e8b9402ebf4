"""Starting the service: a graph that was validated, a port, and an address to paste."""

import socket
from collections.abc import Mapping
from itertools import islice

import uvicorn
from pydantic import ValidationError
from rich.console import Console

from bqwgraph.engine.workers import Limits, WorkerEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.queries.saved import load
from bqwgraph.service.app import create_app
from bqwgraph.service.settings import Settings
from bqwgraph.validation.lock import is_validated

_SHOWN = 10
"""How many findings are shown where the graph is not valid."""


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
    queries = load(folder)
    if not is_validated(folder):
        from bqwgraph.validation.checks import validate  # noqa: PLC0415 - pySHACL is slow to import
        from bqwgraph.validation.text import finding_lines  # noqa: PLC0415 - as above

        console.print("The graph is not the one that was validated for this release; validating it first.", soft_wrap=True)
        report = validate(folder)
        if not report.conforms():
            shown = "\n".join(islice(finding_lines(report.findings, "en"), 2 * _SHOWN))
            raise CannotServe(f"the graph is not valid, {len(report.findings)} findings; the first of them:\n{shown}")
    listener = _listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    limits = Limits(settings.workers, settings.slow_workers, settings.queue, settings.worker_memory, settings.max_result_bytes)
    with WorkerEngine(folder, limits) as engine:
        app = create_app(engine, queries, settings)
        console.print(f"bqwgraph serves {engine.triples:,} triples at {settings.base_url} (Ctrl-C stops it).", soft_wrap=True)
        console.print("To try it:", f"  curl '{settings.base_url}/queries/actions?format=csv'", sep="\n", soft_wrap=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise CannotServe(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port") from error
