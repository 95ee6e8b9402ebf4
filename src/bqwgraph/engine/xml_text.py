"""What XML cannot hold: pyoxigraph writes it all the same, and no parser would read the answer."""

import re
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import NotWanted, ResultFormat

_XML: Final = frozenset[ResultFormat]({ox.QueryResultsFormat.XML, ox.RdfFormat.RDF_XML})
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NO_CHARACTERS: Final = ("\ufffe", "\uffff")
_NAMELESS: Final = b"<oxprefix: "
"""How pyoxigraph begins the element of a property or class whose IRI does not end in a name."""


def readable(body: bytes, written: ResultFormat) -> bytes:
    r"""Return an answer as XML parsers will read it: a carriage return is escaped, or they would take it for a line feed.

    An answer in another format stays as it is. Raises NotWanted where there is no way to write it as XML.

    >>> readable(b"<literal>a\r</literal>", ox.QueryResultsFormat.XML)
    b'<literal>a&#13;</literal>'
    """
    if written not in _XML:
        return body
    control = _CONTROL.search(body)
    found = [control[0].decode("ascii")] if control else [other for other in _NO_CHARACTERS if other.encode("utf-8") in body]
    if found:
        raise NotWanted(f"the answer holds the character U+{ord(found[0]):04X}, which XML cannot; ask for another format")
    if written == ox.RdfFormat.RDF_XML and _NAMELESS in body:
        iri = body.partition(_NAMELESS)[2].partition(b'"')[2].partition(b'"')[0].decode("utf-8")
        raise NotWanted(f"<{iri}> cannot be the name of an RDF/XML element; ask for another format")
    return body.replace(b"\r", b"&#13;")
