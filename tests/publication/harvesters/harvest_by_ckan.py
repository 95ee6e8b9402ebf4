"""Gather a catalogue as CKAN's DCAT harvester does, without a CKAN: ``python harvest_by_ckan.py SETTINGS.json``. It writes JSON.

The settings are those of ``harvest_source_create``. They are checked by the harvester's own code, as far as that needs no
database, and the address is read by it. ``ckan.txt`` says what it needs.
"""

import json
import sys
from pathlib import Path

from ckanext.dcat.harvesters import DCATRDFHarvester
from ckanext.dcat.processors import RDFParser
from ckanext.harvest.logic.schema import harvest_source_schema
from ckanext.harvest.model import UPDATE_FREQUENCIES

settings = json.loads(Path(sys.argv[1]).read_text("utf-8"))
harvester = DCATRDFHarvester()
unknown = settings.keys() - harvest_source_schema().keys()
if unknown or settings["source_type"] != harvester.info()["name"] or settings["frequency"] not in UPDATE_FREQUENCIES:
    sys.exit(f"not settings of this harvester: {settings}")
wanted = json.loads(harvester.validate_config(settings["config"])).get("rdf_format")
content, form = harvester._get_content_and_type(settings["url"], None, content_type=wanted)  # as its gather_stage asks
parser = RDFParser()
parser.parse(content, _format=form)
sys.stdout.write(json.dumps([{"title": found["title"], "resources": len(found["resources"])} for found in parser.datasets()]))
