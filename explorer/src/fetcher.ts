// How GraphiQL's operations reach the graph: questions over HTTP, subscriptions over AppSync's realtime protocol.

import type { Fetcher, FetcherParams } from "@graphiql/toolkit";
import { type OperationDefinitionNode, OperationTypeNode, getOperationAST, parse } from "graphql";

import { arrived, beginWatching, endWatching, notice, nowLive, show } from "./activity";
import { type GraphError, type Result, ask } from "./graph";
import { type Credentials, credentials } from "./people";
import { subscribe } from "./realtime";

/** The name that GraphiQL gives its own question about the schema. */
const INTROSPECTION = "IntrospectionQuery";
const NO_INTROSPECTION =
  "This API keeps its schema to itself (introspection is switched off): there are no docs and no completion, but operations run as ever.";
const REALTIME_URL = `${location.origin.replace(/^http/, "ws")}/graphql/realtime`;

interface Observer {
  next(value: Result): void;
  error(problem: unknown): void;
  complete(): void;
}

export const fetcher: Fetcher = (params) => {
  if (params.operationName === INTROSPECTION) return introspect(params);
  const operation = operationOf(params);
  const settled = { ...params, operationName: operation?.name?.value ?? null };
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return question(settled);
  // GraphiQL's types want observables that take three functions as well; it never gives any.
  return { subscribe: (observer: Observer) => watch(settled, observer) } as never;
};

/**
 * The operation that is meant. GraphiQL reads a text a moment after it has changed, so that the name it gives may be of
 * the text before. What is no GraphQL has none; the graph will say what is wrong with it.
 */
function operationOf({ query, operationName }: FetcherParams): OperationDefinitionNode | null | undefined {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document);
  } catch {
    return null;
  }
}

async function question(params: FetcherParams): Promise<Result> {
  show({ kind: "asking" });
  try {
    const { status, milliseconds, result } = await ask(params);
    show({ kind: "answered", status, milliseconds, complaint: complaint(result.errors ?? []) });
    return result;
  } catch (problem) {
    return failed(problem);
  }
}

function failed(problem: unknown): Result {
  const { message } = problem as Error;
  show({ kind: "failed", complaint: message });
  return { errors: [{ message }] };
}

/** The first sentence of what went wrong, and how many more there are. */
function complaint(errors: readonly GraphError[]): string {
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return errors[0] === undefined ? "" : errors[0].message + more;
}

function watch(params: FetcherParams, observer: Observer): { unsubscribe(): void } {
  let stop = () => {};
  let wanted = true;
  beginWatching();
  credentials().then(
    (known) => {
      if (wanted) stop = open(params, known, observer);
    },
    (problem: unknown) => observer.error(failed(problem).errors),
  );
  return {
    unsubscribe() {
      wanted = false;
      stop();
      endWatching("");
    },
  };
}

function open(params: FetcherParams, known: Credentials, observer: Observer): () => void {
  return subscribe<Result>({
    url: REALTIME_URL,
    document: params.query,
    variables: params.variables,
    authorization: { host: location.host, ...known },
    onStart: nowLive,
    onData(result) {
      arrived(result);
      observer.next(result);
    },
    onEnd(errors) {
      endWatching(complaint(errors));
      if (errors.length > 0) observer.error(errors);
      else observer.complete();
    },
  });
}

/** GraphiQL's own question about the schema, which an API may keep to itself. */
async function introspect(params: FetcherParams): Promise<Result> {
  try {
    const { result } = await ask(params);
    const refused = result.errors?.some((error) => error.message.includes("__schema")) ?? false;
    notice(refused ? NO_INTROSPECTION : "");
    return refused ? { data: null, errors: [{ message: NO_INTROSPECTION }] } : result;
  } catch (problem) {
    return failed(problem);
  }
}
