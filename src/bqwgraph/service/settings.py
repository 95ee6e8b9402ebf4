"""The service's settings, from flags or the environment (``BQWGRAPH_…``)."""

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bqwgraph.engine.remote import checked_url


class Settings(BaseSettings):
    """Everything that can be set; a name in capitals behind ``BQWGRAPH_`` is its variable, e.g. ``BQWGRAPH_TIMEOUT=10``."""

    model_config = SettingsConfigDict(env_prefix="BQWGRAPH_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = Field("", description="The address that links are built from; empty: http://HOST:PORT")
    timeout: PositiveFloat = Field(30, description="Seconds that a query may take; a request may ask for less")
    workers: PositiveInt = Field(2, description="Queries that run at once in the fast lane")
    slow_workers: PositiveInt = Field(8, description="Long queries that run at once beside them")
    queue: PositiveInt = Field(64, description="Queries that may wait")
    worker_memory: PositiveInt = Field(1 << 30, description="Bytes that a query may need beyond the graph")
    max_result_bytes: PositiveInt = Field(64 << 20, description="Bytes that an answer may have")
    max_query_bytes: PositiveInt = Field(1_000_000, description="Bytes that a request's body may have")
    cache_bytes: NonNegativeInt = Field(64 << 20, description="Bytes of answers that are kept")

    engine: str = Field("", description="A SPARQL 1.1 endpoint that answers instead of the graph folder; empty: the folder")
    engine_default_graph: str = Field("", description="The named graph of that store that is our default graph; empty: its own")
    engine_max_age: NonNegativeFloat = Field(10, description="Seconds for which an answer of that store is given again")
    engine_user: str = ""
    engine_password: SecretStr = SecretStr("")

    @field_validator("engine")
    @classmethod
    def _is_endpoint(cls, value: str) -> str:
        return checked_url(value) if value else value

    @property
    def base_url(self) -> str:
        """The address of the service for links, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"
