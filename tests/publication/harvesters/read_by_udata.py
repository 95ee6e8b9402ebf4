"""Read a catalogue as udata's DCAT harvester does, over a database in memory: ``python read_by_udata.py CATALOGUE.ttl``.

``udata.txt`` says what it needs. It writes JSON, and on standard error what udata warns of; what udata would not save raises.
"""

import json
import logging
import sys

import mongoengine
import mongomock
from flask import Flask
from flask_babel import Babel
from rdflib import Graph
from rdflib.namespace import DCAT, RDF
from udata import settings
from udata.app import cache
from udata.core.dataset.models import Dataset
from udata.core.dataset.rdf import dataset_from_rdf
from udata.core.organization.models import Organization

logging.basicConfig(level=logging.WARNING)
mongoengine.connect("memory", mongo_client_class=mongomock.MongoClient)
app = Flask("harvest")
app.config.from_object(settings.Defaults)
app.config.update(DEFAULT_LANGUAGE="en", SCHEMA_CATALOG_URL=None)
Babel(app)
cache.init_app(app, config={"CACHE_TYPE": "SimpleCache"})
catalogue = Graph().parse(sys.argv[1])
found = []
with app.test_request_context():
    owner = Organization(name="Harvester", slug="harvester", description="-")
    Organization.objects.insert(owner, signal_kwargs={})
    for node in sorted(catalogue.subjects(RDF.type, DCAT.Dataset), key=str):
        dataset = dataset_from_rdf(catalogue, Dataset(organization=owner), node=node)
        for resource in dataset.resources:
            resource.validate()
        found.append(json.loads(dataset.to_json()))
sys.stdout.write(json.dumps(found))
