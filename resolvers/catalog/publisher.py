"""The catalogue's third function, wired: it has the graph tell of every stored change, and reads and stores nothing.

Apart from ``handler.py``, because it runs outside the network of the cache and starts with a third of its imports.
"""

import os
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.stream import product_change
from datasources.live.graph import Graph
from resolvers._kit.publishing import AT_ONCE, Publisher
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.catalog.announcing import publication_of
from resolvers.catalog.selections import DOCUMENTS
from resolvers.catalog.settings import DOMAIN, Publishing

settings = read(Publishing, os.environ)
graph = Graph(settings.graph_url, DOCUMENTS, environ=os.environ, connections=AT_ONCE)

publish = Publisher(Telemetry(DOMAIN), partial(publication_of, product_change), graph.call)
started()
