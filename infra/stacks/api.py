"""SoukApi: the graph and the functions that answer it; nothing in it is missed when it is made anew."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from constructs import Construct

from infra.constructs.alarms import Alarms, of_domains, of_functions, of_graph, of_queue, of_streams
from infra.constructs.answers import Answers
from infra.constructs.arrivals import Arrivals
from infra.constructs.bus import Subscriptions
from infra.constructs.dashboard import Dashboards
from infra.constructs.firewall import Firewall
from infra.constructs.functions import Functions
from infra.constructs.graph import Graph
from infra.constructs.parameters import Parameters
from infra.constructs.queues import Queues, queue
from infra.constructs.schedules import Schedules
from infra.constructs.streams import Hearing
from infra.constructs.triggers import Triggers
from infra.constructs.webhooks import Webhooks
from infra.domains import Domain, Work
from infra.policies import arrival_arn, rule_arn, told_by
from schema.route import Access, Route


class Api(cdk.Stack):
    """Derived from the routes and the domains' settings: no field and no domain is named here."""

    def __init__(
        self, scope: Construct, name: str, *, routes: Mapping[str, Route], domains: Sequence[Domain], sdl: str
    ) -> None:
        super().__init__(
            scope,
            name,
            description="Souk: what the shop does.",
            synthesizer=cdk.BootstraplessSynthesizer(),
            analytics_reporting=False,
        )
        parameters = Parameters(self)
        graph = Graph(self, parameters=parameters, sdl=sdl)
        published = [name for name, route in routes.items() if route.access is Access.PUBLISHER]
        functions = {
            domain.name: Functions(
                self,
                domain=domain,
                parameters=parameters,
                graph=graph,
                publishes=[name for name in published if routes[name].domain == domain.name],
            )
            for domain in domains
        }
        rules = [rule_arn(domain.name, variable) for domain in domains for variable in domain.subscriptions]
        rules += [arrival_arn(domain.name, bucket.name) for domain in domains for bucket in domain.sent_to]
        dead_letters = queue(self, "DeadLetters", *([told_by(*rules)] if rules else []))
        queues = Queues(self, domains=domains)
        hearing = [
            Hearing(
                self,
                work=work,
                functions=functions[domain.name],
                parameters=parameters,
                dead_letters=dead_letters,
                queues=queues.of(domain) if work is Work.REACTIONS else (),
            )
            for domain in domains
            for work in domain.works
            if work in {Work.REACTIONS, Work.PUBLICATIONS}
        ]
        for each in hearing:
            if each.work is Work.REACTIONS and each.domain.schedules:
                Schedules(self, domain=each.domain, function=each.function, lost=each.lost)
            if each.work is Work.REACTIONS:
                Arrivals(
                    self,
                    domain=each.domain,
                    function=each.function,
                    parameters=parameters,
                    dead_letters=dead_letters,
                )
        for domain in domains:
            Subscriptions(self, domain=domain, parameters=parameters, dead_letters=dead_letters)
        answers = {name: each.answers for name, each in functions.items()}
        Answers(self, graph=graph, routes=routes, functions=answers)
        Firewall(self, graph=graph)
        receiving = {
            domain.name: (domain, functions[domain.name].made(Work.RECEIPTS)) for domain in domains if domain.inboxes
        }
        if receiving:
            Webhooks(self, functions=receiving)
        triggered = [Triggers(self, functions=functions[domain.name]).function for domain in domains if domain.moments]
        received = [function for _, function in receiving.values()]
        others = [*(each.function for each in hearing), *received, *triggered]
        measures = [
            *of_graph(graph),
            *of_domains(functions),
            *of_functions([*answers.values(), *others]),
            *of_streams(each.function for each in hearing if each.domain.heard(each.work)),
            *of_queue(dead_letters),
            *(of_queue(queues.lost) if queues.lost else ()),
        ]
        Alarms(self, measures=measures)
        Dashboards(self, measures=measures)
