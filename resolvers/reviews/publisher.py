"""The reviews' publisher, wired: it has the graph tell of every counted change, and reads and stores nothing."""

import os
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.review_stream import rating_told
from datasources.live.graph import Graph
from resolvers._kit.publishing import AT_ONCE, Publisher
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.reviews.announcing import publication_of
from resolvers.reviews.selections import DOCUMENTS
from resolvers.reviews.settings import DOMAIN, Publishing

settings = read(Publishing, os.environ)
graph = Graph(settings.graph_url, DOCUMENTS, environ=os.environ, connections=AT_ONCE)

publish = Publisher(Telemetry(DOMAIN), partial(publication_of, rating_told), graph.call)
started()
