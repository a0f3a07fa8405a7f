"""The operations' publisher, wired: it has the graph tell of every stored change, and reads and stores nothing."""

import os
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.job_stream import job_change
from datasources.live.graph import Graph
from resolvers._kit.publishing import AT_ONCE, Publisher
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.operations.announcing import publication_of
from resolvers.operations.selections import DOCUMENTS
from resolvers.operations.settings import DOMAIN, Publishing

settings = read(Publishing, os.environ)
graph = Graph(settings.graph_url, DOCUMENTS, environ=os.environ, connections=AT_ONCE)

publish = Publisher(Telemetry(DOMAIN), partial(publication_of, job_change), graph.call)
started()
