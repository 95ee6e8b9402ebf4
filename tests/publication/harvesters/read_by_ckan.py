"""Read a catalogue as CKAN's DCAT harvester does, without a CKAN: ``python read_by_ckan.py CATALOGUE.ttl``, which writes JSON.

``ckan.txt`` says what it needs.
"""

import json
import sys
from pathlib import Path

from ckanext.dcat.processors import RDFParser

parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(Path(sys.argv[1]).read_text("utf-8"), _format="turtle")
sys.stdout.write(json.dumps(list(parser.datasets())))
