"""The cart's third function, wired: it has the graph tell of every stored change, and reads and stores nothing."""

import os
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.cart_stream import cart_change
from datasources.dynamo.listened import listened
from datasources.live.graph import Graph
from resolvers._kit.publishing import AT_ONCE, Publisher
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.cart.announcing import publication_of
from resolvers.cart.selections import DOCUMENTS
from resolvers.cart.settings import DOMAIN, Publishing

settings = read(Publishing, os.environ)
graph = Graph(settings.graph_url, DOCUMENTS, environ=os.environ, connections=AT_ONCE)

publish = Publisher(Telemetry(DOMAIN), partial(publication_of, listened(cart_change)), graph.call)
started()
