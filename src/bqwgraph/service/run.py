"""Starting the service: a graph that was validated, a port, and an address to paste."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import uvicorn
import uvloop
from anyio import to_thread
from pydantic import ValidationError
from rich.console import Console

from bqwgraph.engine.interface import QueryError
from bqwgraph.engine.remote import Credentials, Places, RemoteEngine
from bqwgraph.engine.workers import Limits, WorkerEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.kept import NotKept
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import digest
from bqwgraph.publication.ontology_history import Touch, touches
from bqwgraph.publication.releases import BrokenLog, read
from bqwgraph.queries.saved import HeaderError, load
from bqwgraph.service.app import Made, create_app
from bqwgraph.service.connections import ImpatientProtocol
from bqwgraph.service.edge import access
from bqwgraph.service.front import Front
from bqwgraph.service.published import Published
from bqwgraph.service.reload import NotTaken, Reloads, Serving, Swappable, settle
from bqwgraph.service.search import Index
from bqwgraph.service.settings import Settings
from bqwgraph.validation.lock import is_validated

_WATCH_SECONDS = 1.0
_SHOWN = 10
"""How many findings are shown where the graph is not valid."""


class CannotServe(Exception):
    """The service does not start: a setting is wrong, the port is taken, the graph is not valid, or the store does not answer."""


def serve(folder: GraphFolder, given: Mapping[str, object], console: Console, *, watch: bool = False) -> None:
    """Serve a folder until stopped. ``given`` are settings from flags; the environment fills the rest.

    A graph whose digest is not the validated one is validated first. SIGHUP, or with ``watch`` a change of the files, reads
    the folder anew and swaps it in if it is valid. With an engine elsewhere only the saved queries are the folder's, and
    nothing is validated. Raises CannotServe, GraphError, HeaderError.
    """
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise CannotServe(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if settings.engine and settings.releases:
        raise CannotServe("releases are published beside a graph folder: leave out either the engine or the releases")
    if settings.engine:
        console.print(f"Answers come from {settings.engine}; what is there is not validated.", soft_wrap=True)
    elif not is_validated(folder):
        console.print("The graph is not the one that was validated for this release; validating it first.", soft_wrap=True)
        _validate(folder)
    listener = _listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    reloads = Reloads()

    def build() -> Serving:
        try:
            if not settings.engine and not is_validated(folder):
                _validate(folder)
            return _serving(folder, settings, reloads)
        except (CannotServe, GraphError, HeaderError, NotKept, OSError) as error:
            raise NotTaken(str(error)) from error

    try:
        first_serving = _serving(folder, settings, reloads)
    except NotKept as error:
        raise CannotServe(f"{settings.snapshots}: {error}") from error
    console.print(f"bqwgraph serves {first_serving.triples:,} triples at {settings.base_url} (Ctrl-C stops it).", soft_wrap=True)
    console.print("To try it:", f"  curl '{settings.base_url}/queries/actions?format=csv'", sep="\n", soft_wrap=True)
    if settings.access_log:
        _log_access()
    app = Swappable(first_serving, build, reloads, settings.admin_token.get_secret_value())
    settle()
    uvloop.run(_run(app, settings, listener, folder if watch else None))


async def _run(app: Swappable, settings: Settings, listener: socket.socket, watched: GraphFolder | None) -> None:
    config = uvicorn.Config(
        Front(app, settings),
        http=ImpatientProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.connections,
        timeout_graceful_shutdown=int(settings.timeout) + 1,
    )
    reloading = set[asyncio.Task[bool]]()

    def reload() -> None:
        task = asyncio.get_running_loop().create_task(app.reload())
        reloading.add(task)
        task.add_done_callback(reloading.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
    watching = asyncio.create_task(_watch(watched, app)) if watched else None
    try:
        await _Server(config).serve(sockets=[listener])
    finally:
        if watching:
            watching.cancel()
        await app.close()


class _Server(uvicorn.Server):
    """Ends in order on SIGINT and SIGTERM; uvicorn's raises the signal anew, which ends the process before it has tidied up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop serving when a signal comes."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _watch(folder: GraphFolder, app: Swappable) -> None:
    seen = digest(folder)
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        try:
            now = await to_thread.run_sync(digest, folder)
        except OSError:  # a file went between the listing and the reading; the next look will see
            continue
        if now != seen:
            seen = now
            await app.reload()


def _log_access() -> None:
    access.addHandler(logging.StreamHandler())
    access.setLevel(logging.INFO)
    access.propagate = False


def _validate(folder: GraphFolder) -> None:
    from bqwgraph.validation.checks import validate  # noqa: PLC0415 - a graph that is sealed is not validated again
    from bqwgraph.validation.failure import ValidationFailure  # noqa: PLC0415 - as above
    from bqwgraph.validation.reports.text import finding_lines  # noqa: PLC0415 - as above

    try:
        report = validate(folder)
    except ValidationFailure as error:
        raise CannotServe(f"the graph cannot be validated: {error}") from error
    if not report.conforms():
        shown = "\n".join(islice(finding_lines(report.findings, "en"), 2 * _SHOWN))
        raise CannotServe(f"the graph is not valid, {len(report.findings)} findings; the first of them:\n{shown}")


def _serving(folder: GraphFolder, settings: Settings, reloads: Reloads) -> Serving:
    history = _history(settings.releases) if settings.releases else ()
    engine = _remote(settings) if settings.engine else _workers(folder, settings)
    files = Published(None if settings.engine else folder, engine.digest, settings.base_url, settings.releases)
    made = Made(files, Index(engine, load(folder).values(), settings.timeout), history)

    async def close() -> None:
        await made.close()
        await engine.close()

    return Serving(create_app(engine, folder, made, settings, reloads), engine.digest, engine.triples, close)


def _history(log: Path) -> tuple[Touch, ...]:
    """Read when the ontology changed, and with it whether a log of releases is one, before somebody asks for it."""
    try:
        return touches(log, read(log))
    except (BrokenLog, OSError) as error:
        raise CannotServe(f"the releases cannot be published: {error}") from error


def _workers(folder: GraphFolder, settings: Settings) -> WorkerEngine:
    limits = Limits(settings.workers, settings.slow_workers, settings.queue, settings.worker_memory, settings.max_result_bytes)
    return WorkerEngine(folder, limits, settings.services, settings.snapshots)


def _remote(settings: Settings) -> RemoteEngine:
    credentials = Credentials.of(settings.engine_user, settings.engine_password.get_secret_value())
    places = Places(
        settings.engine_default_graph,
        settings.workers + settings.slow_workers,
        settings.queue,
        settings.max_result_bytes,
        settings.services,
    )
    try:
        return RemoteEngine(settings.engine, credentials, places)
    except QueryError as error:
        raise CannotServe(f"{settings.engine}: {error}") from error


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise CannotServe(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port") from error
    # Connections inherit it. Without it the head and the body of an answer wait for each other's acknowledgement, some 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
