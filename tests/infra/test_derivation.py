"""Everything per field and per domain comes from the routes and the settings, both ways."""

import json

import pytest

from infra.app import build
from infra.domains import Domain, Work, discover, function_name, lend, logical, pascal
from infra.export import Template
from resolvers._kit.settings import Borrowed, Bucket, Cache, Constant, Graph, Index, Table
from schema.api import routes
from schema.route import Access, Route
from tests.infra.conftest import Synth
from tests.infra.templates import listed, of_role, of_type, text

SHELF = Table(
    name="shelf", write=True, stream=True, batch_seconds=2, ttl="ends", indexes=(Index(name="by_age", sort="age"),)
)
FUNCTION = "AWS::Lambda::Function"
PRICES = Table(name="price_lists", sort=None, indexes=(Index(name="by_day", partition="day", sort="hour"),))
SHOP = (
    Domain(
        name="goods",
        resources={"SHELF_TABLE": SHELF, "CACHE_URL": Cache(prefix="goods"), "MONEY": Constant(value="EUR")},
        publishing={"GRAPH": Graph()},
    ),
    Domain(name="sums", resources={"PRICE_TABLE": PRICES, "PAPERS": Bucket(name="papers")}),
)


@pytest.fixture(scope="module")
def shop(synth: Synth) -> dict[str, Template]:
    """A stand-in shop: one domain that writes, reacts, caches and publishes, one that only reads."""
    return synth(SHOP)


def test_resolvers_and_routes_are_the_same_with_their_batch_sizes(api: Template) -> None:
    resolvers = {
        f"{made['TypeName']}.{made['FieldName']}": (text(made["DataSourceName"]), made.get("MaxBatchSize", 0))
        for made in of_type(api, "AWS::AppSync::Resolver").values()
    }
    declared = {field: (f"${{{pascal(route.domain)}Source.Name}}", route.batch) for field, route in routes().items()}
    assert declared == resolvers


def test_resolvers_are_direct_and_wait_for_the_schema(api: Template) -> None:
    for name, made in of_type(api, "AWS::AppSync::Resolver").items():
        assert made["Kind"] == "UNIT"
        assert not {"Code", "RequestMappingTemplate", "ResponseMappingTemplate", "Runtime"} & set(made)
        assert api["Resources"][name]["DependsOn"] == ["GraphSchema"]


def test_each_domain_has_one_data_source_that_may_call_exactly_its_answers_function(api: Template) -> None:
    functions = of_type(api, "AWS::Lambda::Function")
    sources = of_type(api, "AWS::AppSync::DataSource")
    assert {made["Name"] for made in sources.values()} == {domain.name for domain in discover()}
    for made in sources.values():
        called = made["LambdaConfig"]["LambdaFunctionArn"]
        assert functions[called["Fn::GetAtt"][0]]["FunctionName"] == function_name(made["Name"])
        (grant,) = of_role(api, made["ServiceRoleArn"]["Fn::GetAtt"][0])
        assert grant == {"Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": called}


def test_each_function_of_a_domain_has_its_settings_as_environment(api: Template) -> None:
    functions = {made["FunctionName"]: made for made in of_type(api, "AWS::Lambda::Function").values()}
    for domain in discover():
        for work in domain.works:
            given = functions.pop(function_name(domain.name, work))["Environment"]["Variables"]
            assert list(given) == sorted(domain.of(work))
    assert functions == {}


def test_handlers_are_named_by_convention(api: Template) -> None:
    handlers = {made["FunctionName"]: made["Handler"] for made in of_type(api, "AWS::Lambda::Function").values()}
    named = {
        Work.ANSWERS: "handler.answer", Work.REACTIONS: "handler.react", Work.PUBLICATIONS: "publisher.publish",
        Work.RECEIPTS: "webhooks.receive", Work.TRIGGERS: "triggers.answer",
    }  # fmt: skip
    for domain in discover():
        for work in domain.works:
            module = "reactor.react" if work is Work.REACTIONS and domain.reacting else named[work]
            assert handlers[function_name(domain.name, work)] == f"resolvers.{domain.name}.{module}"


def test_values_come_from_where_the_settings_say(shop: dict[str, Template]) -> None:
    goods = shop["SoukApi"]["Resources"]["GoodsFunction"]["Properties"]["Environment"]["Variables"]
    assert goods == {"SHELF_TABLE": {"Ref": "ShelfTableName"}, "CACHE_URL": {"Ref": "CacheUrl"}, "MONEY": "EUR"}


def test_every_parameter_is_an_output_of_the_data_or_given_by_the_deployment(data: Template, api: Template) -> None:
    zips = {f"{pascal(domain.name)}ZipKey" for domain in discover()}
    assert set(api["Parameters"]) - set(data["Outputs"]) == zips | {"ApiKeyExpires"}
    assert set(data.get("Parameters", {})) <= {"MailFrom"}


def test_outputs_have_the_names_that_programs_rely_on(data: Template, api: Template) -> None:
    assert {"UserPoolId", "UserPoolClientId"} <= set(data["Outputs"])
    assert {"GraphQlApiId", "GraphQlUrl", "ApiKey"} <= set(api["Outputs"])


def actions_on(template: Template, role: str, service: str) -> dict[str, set[str]]:
    """What the role may do to which resource of the service."""
    found: dict[str, set[str]] = {}
    for each in of_role(template, role):
        actions = {action.split(":")[1] for action in listed(each["Action"]) if action.startswith(f"{service}:")}
        for target in listed(each["Resource"]) if actions else []:
            found.setdefault(text(target).split(":")[-1], set()).update(actions)
    return found


READS = {"BatchGetItem", "ConditionCheckItem", "GetItem", "Query", "Scan"}
WRITES = {"BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"}


def test_a_table_that_is_only_read_gets_no_writing_action(shop: dict[str, Template]) -> None:
    assert actions_on(shop["SoukApi"], "SumsFunctionRole", "dynamodb") == {
        "table/${PriceListsTableName}": READS,
        "table/${PriceListsTableName}/index/by_day": {"Query", "Scan"},
    }


def test_a_table_that_is_written_gets_both_and_its_reactions_read_its_stream(shop: dict[str, Template]) -> None:
    answers = {"table/${ShelfTableName}": READS | WRITES, "table/${ShelfTableName}/index/by_age": {"Query", "Scan"}}
    stream = {"${ShelfTableStreamArn}": {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}}
    assert actions_on(shop["SoukApi"], "GoodsFunctionRole", "dynamodb") == answers
    assert actions_on(shop["SoukApi"], "GoodsReactionsFunctionRole", "dynamodb") == answers | stream


def test_a_publisher_may_hear_of_changes_call_its_mutations_and_nothing_else(shop: dict[str, Template]) -> None:
    template, role = shop["SoukApi"], "GoodsPublisherFunctionRole"
    assert {each["Effect"] for each in of_role(template, role)} == {"Allow"}
    actions = {action for each in of_role(template, role) for action in listed(each["Action"])}
    assert {action.split(":")[0] for action in actions} == {"appsync", "dynamodb", "logs", "sqs", "xray"}
    assert actions_on(template, role, "appsync") == {
        "apis/${Graph.ApiId}/types/Mutation/fields/goodsPublish": {"GraphQL"}
    }
    assert actions_on(template, role, "dynamodb") == {
        "${ShelfTableStreamArn}": {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
    }
    assert actions_on(template, role, "sqs") == {"${DeadLetters.Arn}": {"SendMessage"}}
    variables = template["Resources"]["GoodsPublisherFunction"]["Properties"]["Environment"]["Variables"]
    assert variables == {"GRAPH": {"Fn::GetAtt": ["Graph", "GraphQLUrl"]}}


def test_a_publisher_hears_at_once_of_what_reactions_hear_of(shop: dict[str, Template]) -> None:
    mappings = of_type(shop["SoukApi"], "AWS::Lambda::EventSourceMapping")
    reactions, publisher = mappings["ShelfTableChanges"], mappings["ShelfTablePublisherChanges"]
    assert (reactions["MaximumBatchingWindowInSeconds"], publisher["MaximumBatchingWindowInSeconds"]) == (2, 0)
    assert (reactions["FunctionName"], publisher["FunctionName"]) == (
        {"Ref": "GoodsReactionsFunction"}, {"Ref": "GoodsPublisherFunction"},
    )  # fmt: skip
    apart = {"FunctionName", "MaximumBatchingWindowInSeconds", "DestinationConfig"}
    assert {key: reactions[key] for key in reactions.keys() - apart} == {
        key: publisher[key] for key in publisher.keys() - apart
    }


def test_a_stream_has_no_more_readers_than_it_takes(api: Template) -> None:
    most = 2  # DynamoDB guide, "Change data capture": more than two readers of a shard are throttled
    streams = [text(made["EventSourceArn"]) for made in of_type(api, "AWS::Lambda::EventSourceMapping").values()]
    assert streams
    assert all(streams.count(stream) <= most for stream in streams)


def test_a_bucket_that_is_only_read_gets_no_writing_action(shop: dict[str, Template]) -> None:
    assert actions_on(shop["SoukApi"], "SumsFunctionRole", "s3") == {
        "${PapersBucketName}": {"ListBucket"},
        "${PapersBucketName}/*": {"GetObject"},
    }


BORROWER = Domain(
    name="baskets",
    resources={"SHELF_TABLE": Borrowed(table="shelf"), "PRICE_TABLE": Borrowed(table="price_lists", write=True)},
)


@pytest.fixture(scope="module")
def lending(synth: Synth) -> dict[str, Template]:
    """The stand-in shop with a third domain, which reads the first one's table and writes the second one's."""
    return synth((*SHOP, BORROWER))


def test_a_borrowed_table_is_granted_as_wished_with_its_owners_indexes_and_without_its_stream(
    lending: dict[str, Template],
) -> None:
    assert actions_on(lending["SoukApi"], "BasketsFunctionRole", "dynamodb") == {
        "table/${ShelfTableName}": READS,
        "table/${ShelfTableName}/index/by_age": {"Query", "Scan"},
        "table/${PriceListsTableName}": READS | WRITES,
        "table/${PriceListsTableName}/index/by_day": {"Query", "Scan"},
    }


def test_a_borrowed_tables_variable_holds_its_owners_value(lending: dict[str, Template]) -> None:
    functions = {name: made["Environment"]["Variables"] for name, made in of_type(lending["SoukApi"], FUNCTION).items()}
    assert functions["BasketsFunction"] == {
        "SHELF_TABLE": functions["GoodsFunction"]["SHELF_TABLE"],
        "PRICE_TABLE": functions["SumsFunction"]["PRICE_TABLE"],
    }


def test_lending_makes_no_table_and_changes_nothing_of_the_owners(
    shop: dict[str, Template], lending: dict[str, Template]
) -> None:
    assert lending["SoukData"] == shop["SoukData"]
    theirs = {name: made for name, made in lending["SoukApi"]["Resources"].items() if name in owned(shop)}
    assert theirs == {name: shop["SoukApi"]["Resources"][name] for name in owned(shop)}
    assert not {"BasketsReactionsFunction", "BasketsPublisherFunction"} & set(lending["SoukApi"]["Resources"])


def owned(shop: dict[str, Template]) -> set[str]:
    """What stands for the owners in the API: the functions, roles and mappings."""
    kinds = (FUNCTION, "AWS::IAM::Role", "AWS::Lambda::EventSourceMapping")
    return {name for kind in kinds for name in of_type(shop["SoukApi"], kind)}


@pytest.mark.parametrize(("write", "allowed"), [(False, READS), (True, READS | WRITES)])
def test_the_door_of_the_network_lets_each_table_through_once_as_far_as_anybody_inside_may(
    synth: Synth, write: bool, allowed: set[str]
) -> None:
    inside = {"CACHE_URL": Cache(prefix="x")}
    reader = Domain(name="reader", resources={"PRICE_TABLE": PRICES, **inside})
    borrower = Domain(name="writer", resources={"PRICE_TABLE": Borrowed(table="price_lists", write=write), **inside})
    door = synth([borrower, reader])["SoukData"]["Resources"]["DynamodbDoor"]["Properties"]["PolicyDocument"]
    whole, index = door["Statement"]
    assert text(whole["Resource"]).endswith("table/${PriceListsTable}")
    assert {action.removeprefix("dynamodb:") for action in whole["Action"]} == allowed
    assert text(index["Resource"]).endswith("table/${PriceListsTable}/index/by_day")


def test_a_borrower_in_the_network_that_owns_no_table_can_reach_what_it_borrows(synth: Synth) -> None:
    borrower = Domain(name="till", resources={"SHELF_TABLE": Borrowed(table="shelf"), "CACHE_URL": Cache(prefix="x")})
    owner = Domain(name="sums", resources={"SHELF_TABLE": SHELF})
    door = synth([owner, borrower])["SoukData"]["Resources"]["DynamodbDoor"]["Properties"]["PolicyDocument"]
    assert {action.removeprefix("dynamodb:") for action in door["Statement"][0]["Action"]} == READS


@pytest.mark.parametrize(
    ("variable", "table", "said"),
    [
        ("LOST_TABLE", "lost", "baskets borrows the table 'lost', which no domain declares"),
        ("OTHER", "shelf", "baskets borrows the table 'shelf' as OTHER: its owner calls it SHELF_TABLE"),
    ],
)
def test_a_table_that_nobody_owns_and_one_by_another_name_are_not_lent(variable: str, table: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        lend([*SHOP, Domain(name="baskets", resources={variable: Borrowed(table=table)})])


def test_no_domain_reaches_tables_or_buckets_that_it_does_not_declare(api: Template) -> None:
    for domain in discover():
        own = {f"${{{logical(each)}Name}}" for each in (*domain.tables, *domain.lent.values())}
        own |= {f"${{{logical(each)}StreamArn}}" for each in domain.tables}
        for work in domain.works:
            reached = actions_on(api, f"{pascal(domain.name)}{pascal(work.value)}FunctionRole", "dynamodb")
            assert {target.removeprefix("table/").split("/")[0] for target in reached} <= own


def test_only_functions_that_cache_run_inside_the_network(shop: dict[str, Template]) -> None:
    functions = of_type(shop["SoukApi"], "AWS::Lambda::Function")
    assert {name for name, made in functions.items() if "VpcConfig" in made} == {
        "GoodsFunction",
        "GoodsReactionsFunction",
    }


def test_only_a_domain_with_a_stream_has_functions_that_hear_of_it(shop: dict[str, Template]) -> None:
    mappings = of_type(shop["SoukApi"], "AWS::Lambda::EventSourceMapping")
    assert set(mappings) == {"ShelfTableChanges", "ShelfTablePublisherChanges"}
    assert not {"SumsReactionsFunction", "SumsPublisherFunction"} & set(shop["SoukApi"]["Resources"])


NOTICES = Table(name="notices", stream=True, stream_of="text", told_only=True)


def test_what_is_only_told_has_a_publisher_and_no_reactions(synth: Synth) -> None:
    board = Domain(name="board", resources={"NOTICES_TABLE": NOTICES}, publishing={"GRAPH": Graph()})
    template = synth([board])["SoukApi"]
    assert set(of_type(template, FUNCTION)) == {"BoardFunction", "BoardPublisherFunction"}
    (mapping,) = of_type(template, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["FunctionName"] == {"Ref": "BoardPublisherFunction"}
    assert len(mapping["FilterCriteria"]["Filters"]) == 1


def test_what_is_told_while_somebody_listens_is_kept_from_the_publisher_alone(synth: Synth) -> None:
    table = Table(name="notices", stream=True, stream_of="text", told_while="wanted")
    board = Domain(name="board", resources={"NOTICES_TABLE": table}, publishing={"GRAPH": Graph()})
    mappings = of_type(synth([board])["SoukApi"], "AWS::Lambda::EventSourceMapping")
    asked = {name: json.loads(one["FilterCriteria"]["Filters"][0]["Pattern"]) for name, one in mappings.items()}
    there = {"S": [{"exists": True}]}
    assert asked == {
        "NoticesTableChanges": {"dynamodb": {"NewImage": {"text": there}}},
        "NoticesTablePublisherChanges": {"dynamodb": {"NewImage": {"text": there, "wanted": there}}},
    }


@pytest.mark.parametrize(
    ("table", "publishing"),
    [
        (NOTICES, {}),
        (Table(name="notices", told_only=True), {}),
        (Table(name="notices", told_only=True), {"GRAPH": Graph()}),
    ],
)
def test_what_is_only_told_to_nobody_is_refused(synth: Synth, table: Table, publishing: dict[str, Graph]) -> None:
    other = {"SHELF_TABLE": SHELF}
    with pytest.raises(ValueError, match=r"\['board'\] have a table that is told_only and told nobody"):
        synth([Domain(name="board", resources={"NOTICES_TABLE": table, **other}, publishing=publishing)])


def test_a_shop_without_a_cache_has_no_network(synth: Synth) -> None:
    data = synth(SHOP[1:])["SoukData"]
    assert not [
        made for made in data["Resources"].values() if made["Type"].startswith(("AWS::EC2", "AWS::ElastiCache"))
    ]


def test_tables_are_as_their_declarations_say(shop: dict[str, Template]) -> None:
    shelf = shop["SoukData"]["Resources"]["ShelfTable"]["Properties"]
    prices = shop["SoukData"]["Resources"]["PriceListsTable"]["Properties"]
    assert shelf["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert shelf["TimeToLiveSpecification"] == {"AttributeName": "ends", "Enabled": True}
    assert shelf["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert [index["IndexName"] for index in shelf["LocalSecondaryIndexes"]] == ["by_age"]
    assert [index["IndexName"] for index in prices["GlobalSecondaryIndexes"]] == ["by_day"]
    assert [each["AttributeName"] for each in prices["AttributeDefinitions"]] == ["day", "hour", "pk"]
    assert not {"StreamSpecification", "TimeToLiveSpecification", "LocalSecondaryIndexes"} & set(prices)


def test_a_bucket_is_versioned_unless_its_objects_expire(synth: Synth) -> None:
    buckets = {"KEPT": Bucket(name="kept"), "SHORT": Bucket(name="short", expire_days=3)}
    data = synth([Domain(name="sums", resources=buckets)])["SoukData"]
    kept, short = data["Resources"]["KeptBucket"]["Properties"], data["Resources"]["ShortBucket"]["Properties"]
    assert kept["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "VersioningConfiguration" not in short
    assert [
        rule["ExpirationInDays"] for rule in short["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in rule
    ] == [3]


def test_a_route_to_a_domain_without_settings_is_refused() -> None:
    lost = {"Query.lost": Route(domain="lost", access=Access.PUBLIC)}
    with pytest.raises(ValueError, match=r"routes lead to \['lost'\]: add resolvers/<domain>/settings.py"):
        build(routes=lost, domains=[], sdl="", outdir="")


def test_a_domain_that_answers_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no route leads to \['sums'\]"):
        build(routes={}, domains=SHOP[1:], sdl="", outdir="")


PUBLIC = {"Query.goods": Route(domain="goods", access=Access.PUBLIC)}
PUBLISHED = PUBLIC | {"Mutation.goodsPublish": Route(domain="goods", access=Access.PUBLISHER)}


@pytest.mark.parametrize(
    ("routes", "declared", "said"),
    [
        (PUBLISHED, {"TABLE": SHELF}, r"\['goods'\] publish nothing"),
        (PUBLISHED, {"GRAPH": Graph()}, r"\['goods'\] publish nothing"),
        (PUBLIC, {"TABLE": SHELF, "GRAPH": Graph()}, r"\['goods'\] have a publisher and nothing to publish"),
    ],
)
def test_what_is_published_by_nobody_and_a_publisher_of_nothing_are_refused(
    routes: dict[str, Route], declared: dict[str, Table | Graph], said: str
) -> None:
    publishing = {name: one for name, one in declared.items() if isinstance(one, Graph)}
    resources = {name: one for name, one in declared.items() if isinstance(one, Table)}
    domain = Domain(name="goods", resources=resources, publishing=publishing)
    with pytest.raises(ValueError, match=said):
        build(routes=routes, domains=[domain], sdl="", outdir="")


def test_the_simulator_of_payments_is_not_open_in_the_cloud(api: Template) -> None:
    functions = of_type(api, "AWS::Lambda::Function").values()
    given = [made["Environment"]["Variables"] for made in functions]
    assert {each["SIMULATOR_URL"] for each in given if "SIMULATOR_URL" in each} == {""}
