"""The media's publisher, wired: it has the graph tell of every stored change, and reads and stores nothing."""

import os
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.media_stream import media_change
from datasources.live.graph import Graph
from resolvers._kit.publishing import AT_ONCE, Publisher
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.media.announcing import publication_of
from resolvers.media.selections import DOCUMENTS
from resolvers.media.settings import DOMAIN, Publishing

settings = read(Publishing, os.environ)
graph = Graph(settings.graph_url, DOCUMENTS, environ=os.environ, connections=AT_ONCE)

publish = Publisher(Telemetry(DOMAIN), partial(publication_of, media_change), graph.call)
started()
