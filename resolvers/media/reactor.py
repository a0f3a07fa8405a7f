"""The media's third function, wired: it fetches what is wanted, looks at what has come, and sweeps.

It alone knows the library of pictures, and the web.
"""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.media import MediaTable
from datasources.images.pictures import shown
from datasources.s3.uploads import Uploads as Files
from datasources.web.addresses import BOUNDS
from datasources.web.fetching import Web
from domain.media.uploads import ALLOWED
from domain.shown import MediaKind
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.media import reactions
from resolvers.media.reacting_ports import Reactor
from resolvers.media.settings import DOMAIN, Reacting

settings = read(Reacting, os.environ)
telemetry = Telemetry(DOMAIN)
reactor = Reactor(
    store=MediaTable(settings.media_table),
    files=Files(settings.media_bucket),
    fetch=Web(BOUNDS[settings.pictures_from], most_bytes=ALLOWED[MediaKind.IMAGE].most_bytes).fetch,
    render=shown,
    now=partial(datetime.now, UTC),
)
react = reacting(telemetry, partial(reactions.react, reactor))
started()
