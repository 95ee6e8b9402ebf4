"""Commands around the service: ``serve``, ``reload``, ``bench``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bqwgraph.commands.support import Failed, GraphOption, ReleasesOption, failing, folder_at, out, write


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one.  [default: 8000]")] = None,
    public_url: Annotated[str | None, typer.Option(help="The address that links are built from.")] = None,
    root_path: Annotated[str | None, typer.Option(metavar="PATH", help="The path below which a proxy serves it.")] = None,
    trusted_proxies: Annotated[
        str | None, typer.Option(metavar="ADDRESSES", help="Proxies whose X-Forwarded headers are believed.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds that a query may take.  [default: 30]")] = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A SPARQL 1.1 endpoint that answers; the graph folder gives the saved queries."),
    ] = None,
    snapshots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep built snapshots here: the next start on the same graph is quick.")
    ] = None,
    releases: ReleasesOption = None,
    graph: GraphOption = None,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Read the graph anew when its files change.")] = False,
    access_log: Annotated[
        bool | None, typer.Option("--access-log", help="Write a line of JSON for each request to standard error.")
    ] = None,
) -> None:
    """Answer SPARQL over HTTP. SIGHUP reads the graph anew and swaps it in if it is valid.

    With --engine another store answers, and what it holds is not validated. Its credentials come from the environment:
    BQWGRAPH_ENGINE_USER and BQWGRAPH_ENGINE_PASSWORD.
    """
    from bqwgraph.service import run  # noqa: PLC0415 - the web framework is slow to import

    given = {
        "host": host,
        "port": port,
        "public_url": public_url,
        "root_path": root_path,
        "trusted_proxies": trusted_proxies,
        "timeout": timeout,
        "engine": engine,
        "snapshots": snapshots,
        "releases": releases,
        "access_log": access_log,
    }
    with failing():
        try:
            run.serve(folder_at(graph), {name: value for name, value in given.items() if value is not None}, out, watch=watch)
        except run.CannotServe as error:
            raise Failed(2, str(error)) from error


def reload(
    url: Annotated[str, typer.Argument(help="The address of the service.")] = "http://127.0.0.1:8000",
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds that reading and validating may take.")] = 600,
) -> None:
    """Tell a running service to read its graph anew, and say whether it was taken.

    The service and this command need the same BQWGRAPH_ADMIN_TOKEN in the environment.
    """
    import httpx  # noqa: PLC0415 - slow to import

    with failing():
        token = os.environ.get("BQWGRAPH_ADMIN_TOKEN", "")
        if not token:
            raise Failed(2, "BQWGRAPH_ADMIN_TOKEN is not set; the service must have been started with it, too")
        try:
            headers = {"Authorization": f"Bearer {token}"}
            response = httpx.post(f"{url.rstrip('/')}/admin/reload", headers=headers, timeout=timeout, trust_env=False)
            told = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Failed(2, f"{url}: {error or type(error).__name__}") from error
        if response.status_code == httpx.codes.CONFLICT:
            raise Failed(1, f"the old snapshot stays: {told['detail']}")
        if not response.is_success:
            raise Failed(2, f"{url}: {response.status_code} {told.get('detail', '')}")
        out.print(f"{url} answers from {told['snapshot'][:12]}, {told['triples']:,} triples", highlight=False)


def bench(
    places: Annotated[int, typer.Option(min=0, help="Places of the made-up province; 0: the packaged graph only.")] = 30_000,
    seconds: Annotated[float, typer.Option(min=1, max=30, help="Seconds that each measurement takes.")] = 3,
    to: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the report there.")] = None,
) -> None:
    """Measure the service beside others on this machine (needs the extra "bench")."""
    with failing():
        try:
            from bqwgraph.bench import run  # noqa: PLC0415 - an extra
            from bqwgraph.bench.servers import CannotMeasure  # noqa: PLC0415 - as above
        except ModuleNotFoundError as error:
            raise Failed(2, f"{error.name} is not installed: pip install 'bqwgraph[bench]'") from error
        given = ["--places", str(places), "--seconds", f"{seconds:g}", *(["--out", str(to)] if to else [])]
        try:
            report = run.run(places, seconds, run.command_line(["bench", *given]))
        except (CannotMeasure, ValueError) as error:
            raise Failed(2, str(error)) from error
        if to:
            to.write_text(report, "utf-8")
        else:
            write(report.encode("utf-8"))
