// A question to the graph over HTTP, and its answer as it came.

import { type Credentials, credentials, renew } from "./people";

export interface Question {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string | null | undefined;
}

export interface GraphError {
  readonly message: string;
  readonly errorType?: string;
}

export interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphError[];
}

export interface Answer {
  readonly status: number;
  readonly milliseconds: number;
  readonly result: Result;
}

/** The graph gave no answer at all; the message is a sentence for people. */
export class NoAnswer extends Error {}

const UNAUTHORIZED = 401;

/** Ask as whoever one is; a token that the graph no longer takes is renewed once. */
export async function ask(question: Question): Promise<Answer> {
  const began = performance.now();
  let answer = await post(question, await credentials());
  if (answer.status === UNAUTHORIZED) {
    await renew();
    answer = await post(question, await credentials());
  }
  const result = await read(answer);
  return { status: answer.status, milliseconds: Math.round(performance.now() - began), result };
}

async function post(question: Question, headers: Credentials): Promise<Response> {
  try {
    return await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(question),
    });
  } catch {
    throw new NoAnswer(`${location.host} does not answer. Is the system (make run) still running?`);
  }
}

async function read(answer: Response): Promise<Result> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as Result;
  } catch {
    throw new NoAnswer(`The answer (status ${answer.status}) is not JSON: ${text.slice(0, 200)}`);
  }
}
