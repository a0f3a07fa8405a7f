"""A setting is declared once: an annotated field of a domain's settings class.

The handler reads it from the environment, ``infra`` creates the resource, sets the variable and grants exactly that
much, and the laptop does the same from the deployed template. A field is one environment variable, in upper case.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin, get_type_hints

from msgspec import Struct


class Index(Struct, frozen=True, kw_only=True):
    """A secondary index with every attribute: its name and its sort attribute (a string).

    Local (same partition as the table, strongly consistent, made with the table) unless it has a ``partition``
    attribute of its own (a string), which makes it global.
    """

    name: str
    sort: str
    partition: str | None = None


class Table(Struct, frozen=True, kw_only=True):
    """A DynamoDB table of the domain's own; the variable holds its name.

    ``stream``: every change (old and new image) goes to the domain's reactions function, ``batch_seconds`` after the
    first at the latest, and to its publisher, if it has one, at once; with ``stream_of``, only changes that leave an
    item with that attribute (a string), so that items that merely serve others cost no invocation; with ``told_only``,
    nothing reacts to them: they go to the publisher alone; with ``told_while``, only changes that leave an item with
    that attribute (a string) go to the publisher, so that what nobody listens to costs nothing. ``write``: the answers
    may change it.
    """

    name: str
    partition: str = "pk"
    sort: str | None = "sk"
    ttl: str | None = None
    indexes: tuple[Index, ...] = ()
    stream: bool = False
    stream_of: str | None = None
    told_only: bool = False
    told_while: str | None = None
    batch_seconds: int = 0
    write: bool = False


class Borrowed(Struct, frozen=True, kw_only=True):
    """A table that another domain owns and names ``table``; the variable, which is the owner's too, holds its name.

    The owner says what the table is, its indexes among it. ``write``: the answers may change it, so that what is stored
    here and there can be one transaction. Nobody but the owner hears of its changes.
    """

    table: str
    write: bool = False


class BorrowedBucket(Struct, frozen=True, kw_only=True):
    """A bucket that another domain owns and names ``bucket``; the variable, the owner's too, holds its name."""

    bucket: str
    write: bool = False


class Cache(Struct, frozen=True, kw_only=True):
    """The shop's one Valkey; the variable holds its URL (``valkey://`` or, with TLS, ``valkeys://``).

    The domain's keys all start with ``prefix``.
    """

    prefix: str


class Bucket(Struct, frozen=True, kw_only=True):
    """A private S3 bucket of the domain's own; the variable holds its name.

    ``sent_to``: browsers may post files to keys that begin so, by forms that a function has signed, and the domain's
    reactions are told of each that came (EventBridge's event "Object Created" of S3, at least once). ``wished_at``: of
    objects at keys that begin so they are told too, which functions of ours lay and no form leads to. ``shown``: what
    lies under keys that begin so is everybody's to read, at the address that a Delivery says; a shop has one such
    bucket. ``forget``: what is deleted is gone at once, for it may be somebody's to have erased.
    """

    name: str
    write: bool = False
    expire_days: int | None = None
    sent_to: str | None = None
    wished_at: str | None = None
    shown: str | None = None
    forget: bool = False


class Delivery(Struct, frozen=True, kw_only=True):
    """Where everybody reads what a bucket shows; the variable holds the URL that stands before a key and a slash."""


class Machine(Struct, frozen=True, kw_only=True):
    """What the function that has it runs on, if not on what all do; the variable holds the megabytes."""

    memory: int
    seconds: int

    @property
    def size(self) -> str:
        """The megabytes, as a variable has them."""
        return str(self.memory)


class Constant(Struct, frozen=True, kw_only=True):
    """A plain value that infra sets as it stands here: the shop's default currency, say."""

    value: str


class Graph(Struct, frozen=True, kw_only=True):
    """The shop's own graph; the variable holds its URL.

    The function may call the mutations that are its domain's to publish (``Access.PUBLISHER``), and nothing else of it.
    """


class Schedule(Struct, frozen=True, kw_only=True):
    """The domain's reactions function is invoked every so many minutes; the variable holds the rate.

    What it is given is EventBridge's scheduled event, which has no ``Records``; its ``resources`` hold the ARN of the
    rule, ``souk-<domain>-<field>``. What fails is tried again until the next time is due, and then left to that one.
    """

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError(f"a schedule of {self.minutes} minutes: EventBridge knows none shorter than one")

    @property
    def rate(self) -> str:
        """As EventBridge writes it (EventBridge guide, "Setting a schedule pattern for scheduled rules")."""
        return "rate(1 minute)" if self.minutes == 1 else f"rate({self.minutes} minutes)"


class Inbox(Struct, frozen=True, kw_only=True):
    """Where providers tell the domain what happened: a queue that its reactions function takes messages from.

    To be declared in a class ``Receiving``: the domain's function ``webhooks.receive`` answers ``POST
    /webhooks/<provider>`` for each of the ``providers``, and may put messages on the queue. The variable holds its URL.
    """

    name: str
    providers: tuple[str, ...]


class Bus(Struct, frozen=True, kw_only=True):
    """The shop's one bus of events (EventBridge); the variable holds its name. The function may put events on it."""


class Subscription(Struct, frozen=True, kw_only=True):
    """What the domain wants to be told of that goes over the bus: events of these kinds (EventBridge: detail-type).

    They wait in a queue that its reactions function takes messages from, each of which is EventBridge's whole event, at
    least once and in any order. The variable holds the queue's ARN, which each message names.
    """

    name: str
    events: tuple[str, ...]


class Secret(Struct, frozen=True, kw_only=True):
    """A secret of the domain's own, a JSON document; the variable holds its ARN. The function may read it.

    It is made with one key, ``generated``, whose value nobody chose: for what only the shop itself has to know. What
    others gave us is added by people (``aws secretsmanager put-secret-value``), and no deployment changes it again.
    """

    name: str
    generated: str


class Mail(Struct, frozen=True, kw_only=True):
    """The address under which the shop writes letters; the variable holds it. The function may send under it alone."""


class Users(Struct, frozen=True, kw_only=True):
    """The shop's user pool; the variable holds its id. The function may do these of its ``actions``, and no other.

    They are named as in ``cognito-idp:AdminGetUser``.
    """

    actions: tuple[str, ...]


class Triggers(Struct, frozen=True, kw_only=True):
    """At which moments of a user's life the shop's user pool asks the domain, or tells it; the variable holds its id.

    To be declared in a class ``Triggered``: the pool invokes the domain's function ``triggers.answer``, waits five
    seconds for it, and asks three times in all. ``moments`` are Cognito's own names, such as ``PreSignUp``.
    """

    moments: tuple[str, ...]


type Resource = (
    Table
    | Cache
    | Bucket
    | Delivery
    | Machine
    | Constant
    | Graph
    | Schedule
    | Inbox
    | Bus
    | Subscription
    | Secret
    | Mail
    | Users
    | Triggers
)
"""What a function is given."""
type Declared = Resource | Borrowed | BorrowedBucket
"""What a field may say: as a resource, what is borrowed is what its owner says it is."""
KINDS: Final = (
    Table,
    Borrowed,
    BorrowedBucket,
    Cache,
    Bucket,
    Delivery,
    Machine,
    Constant,
    Graph,
    Schedule,
    Inbox,
    Bus,
    Subscription,
    Secret,
    Mail,
    Users,
    Triggers,
)


class MissingSettings(RuntimeError):
    """Variables that the settings class names and the environment lacks: all of them, at once."""

    def __init__(self, settings: type, names: tuple[str, ...]) -> None:
        self.settings, self.names = settings, names
        super().__init__(f"{settings.__module__} needs the environment variables {', '.join(names)}")


def resources(settings: type) -> dict[str, Declared]:
    """Environment variable to what its field declares, in the order of the class."""
    if not issubclass(settings, Struct):
        raise TypeError(f"{settings.__qualname__} must be a msgspec Struct")
    hints = get_type_hints(settings, include_extras=True)
    return {name.upper(): _resource(settings, name, hints[name]) for name in settings.__struct_fields__}


def _resource(settings: type, name: str, hint: Any) -> Declared:
    found = [extra for extra in get_args(hint)[1:] if isinstance(extra, KINDS)]
    if get_origin(hint) is None or len(found) != 1:
        raise TypeError(f"{settings.__qualname__}.{name} must be Annotated[str, <one resource>]")
    return found[0]


def read[S: Struct](settings: type[S], environ: Mapping[str, str]) -> S:
    """Build the settings from environment variables; raises MissingSettings naming every one that is absent."""
    absent = tuple(name.upper() for name in settings.__struct_fields__ if name.upper() not in environ)
    if absent:
        raise MissingSettings(settings, absent)
    return settings(**{name: environ[name.upper()] for name in settings.__struct_fields__})
