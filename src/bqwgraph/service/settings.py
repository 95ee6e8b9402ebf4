"""The service's settings, from flags or the environment (``BQWGRAPH_…``)."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bqwgraph.engine.remote import checked_url


class Settings(BaseSettings):
    """Everything that can be set; a name in capitals behind ``BQWGRAPH_`` is its variable, e.g. ``BQWGRAPH_TIMEOUT=10``."""

    model_config = SettingsConfigDict(env_prefix="BQWGRAPH_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = Field("", description="The address that links are built from; empty: http://HOST:PORT")
    root_path: str = Field("", description="The path below which a proxy serves the service, e.g. /kg")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses or networks whose X-Forwarded headers are believed, with commas between them"
    )
    admin_token: SecretStr = Field(SecretStr(""), description="Lets POST /admin/reload in; empty: nobody")
    access_log: bool = Field(default=False, description="Write a line of JSON for each request to standard error")
    connections: PositiveInt = Field(1000, description="Connections at once; beyond that the answer is 503")
    timeout: PositiveFloat = Field(30, description="Seconds that a query may take; a request may ask for less")
    workers: PositiveInt = Field(2, description="Queries that run at once in the fast lane")
    slow_workers: PositiveInt = Field(8, description="Long queries that run at once beside them")
    queue: PositiveInt = Field(64, description="Queries that may wait")
    worker_memory: PositiveInt = Field(1 << 30, description="Bytes that a query may need beyond the graph")
    max_result_bytes: PositiveInt = Field(64 << 20, description="Bytes that an answer may have")
    max_query_bytes: PositiveInt = Field(1_000_000, description="Bytes that a request's body may have")
    cache_bytes: NonNegativeInt = Field(64 << 20, description="Bytes of answers that are kept")

    snapshots: Path | None = Field(None, description="The folder in which built snapshots are kept; none: each start builds")
    releases: Path | None = Field(None, description="The log of releases that is published beside the graph; none: no releases")
    services: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="SPARQL endpoints that a query's SERVICE may ask, with commas between them; none: SERVICE is refused"
    )

    engine: str = Field("", description="A SPARQL 1.1 endpoint that answers instead of the graph folder; empty: the folder")
    engine_default_graph: str = Field("", description="The named graph of that store that is our default graph; empty: its own")
    engine_max_age: NonNegativeFloat = Field(10, description="Seconds for which an answer of that store is given again")
    engine_user: str = ""
    engine_password: SecretStr = SecretStr("")

    @field_validator("engine")
    @classmethod
    def _is_endpoint(cls, value: str) -> str:
        return checked_url(value) if value else value

    @field_validator("trusted_proxies", "services", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(filter(None, value.replace(",", " ").split())) if isinstance(value, str) else value

    @field_validator("services")
    @classmethod
    def _are_endpoints(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(checked_url, value))

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            ip_network(item)
        return value

    @field_validator("root_path")
    @classmethod
    def _is_path(cls, value: str) -> str:
        if value and not value.startswith("/"):
            raise ValueError("expected a path that begins with /")
        return value

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the proxies that are believed."""
        return tuple(map(ip_network, self.trusted_proxies))

    @property
    def base_url(self) -> str:
        """The address of the service for links, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}{self.root_path.rstrip('/')}"
