"""A shop of two domains that declare one of everything by which a shop hears from others and tells them.

The second answers inside the network of the cache and reacts outside it.
"""

from typing import Final

import aws_cdk as cdk

from infra.app import STACKS, build
from infra.domains import Domain, lend
from infra.export import Template
from resolvers._kit.settings import Borrowed, Bus, Cache, Inbox, Mail, Secret, Subscription, Table, Triggers, Users
from schema.route import Access, Route

KEYS: Final = Secret(name="till", generated="simulator")
DOMAINS: Final = (
    Domain(
        name="till",
        resources={
            "TILL_TABLE": Table(name="till", stream=True, write=True),
            "TILL_KEYS": KEYS,
            "BUS_NAME": Bus(),
        },
        receiving={"INBOX_URL": Inbox(name="till", providers=("bank",)), "TILL_KEYS": KEYS},
        triggered={
            "TILL_TABLE": Borrowed(table="till"),
            "TRIGGERS": Triggers(moments=("PreSignUp", "PostConfirmation")),
        },
    ),
    Domain(
        name="letters",
        resources={"LETTERS_TABLE": Table(name="letters", write=True), "CACHE_URL": Cache(prefix="letters")},
        reacting={
            "LETTERS_TABLE": Borrowed(table="letters", write=True),
            "SENDER": Mail(),
            "POOL": Users(actions=("AdminGetUser", "AdminDisableUser")),
            "PAID": Subscription(name="paid", events=("order.placed", "order.paid")),
            "LATE": Subscription(name="late", events=("order.late",)),
        },
    ),
)


def everything(outdir: str) -> cdk.App:
    """The app of that shop."""
    routes = {f"Query.{domain.name}": Route(domain=domain.name, access=Access.PUBLIC) for domain in DOMAINS}
    sdl = "type Query {\n  till: ID\n  letters: ID\n}"
    return build(routes=routes, domains=lend(DOMAINS), sdl=sdl, outdir=outdir)


def synthesized(outdir: str) -> dict[str, Template]:
    assembly = everything(outdir).synth()
    return {name: assembly.get_stack_by_name(name).template for name in STACKS}
