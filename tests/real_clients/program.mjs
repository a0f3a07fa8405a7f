// What the clients' programs have in common: how they are told what to do, and how they tell what came of it.
//
// All of it is lines of JSON. The first on standard input tells the system's addresses and who its users are. The
// program tells what its client did, one line a behaviour; where it asks for something to be done to the system
// ("drop" every socket, "restart" it), it goes on when it is answered by a line.

import { createInterface } from "node:readline";
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket; // browsers have one; Node 20 has not

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value);
const print = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

export const given = await read();

/** Tell what came of `deed`: its result, or what it threw. */
export async function behaviour(name, deed) {
  try {
    print({ behaviour: name, result: await deed() });
  } catch (thrown) {
    print({ behaviour: name, thrown: plain(thrown) });
  }
}

/** Have it done to the system. */
export async function doToSystem(deed) {
  print({ ask: deed });
  await read();
}

/** Wait until it is so; who started the program ends it when that takes too long. */
export async function until(isSo) {
  while (!isSo()) await pause();
}

/** What a subscription says. */
export class Heard {
  constructor(observable) {
    this.values = [];
    this.error = undefined;
    this.over = false;
    this.subscription = observable.subscribe({
      next: (value) => this.values.push(value.error ? { ...value, error: plain(value.error) } : value),
      error: (error) => ([this.error, this.over] = [plain(error), true]),
      complete: () => (this.over = true),
    });
  }

  /** Repeat `deed` until something more is heard: only that shows that a subscription is there again. */
  async afterAll(deed) {
    const before = this.values.length;
    while (this.values.length === before && !this.over) {
      await deed();
      await pause(200);
    }
  }

  /** All that was heard when a value is such that it is the last one waited for. */
  async until(isLast) {
    await until(() => this.over || isLast(this.values.at(-1)));
    return this.values;
  }

  /** All that was heard when it is over. */
  async whole() {
    await until(() => this.over);
    return { values: this.values, error: this.error };
  }

  end() {
    this.subscription.unsubscribe();
  }
}

const pause = (milliseconds = 20) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What is worth telling of an error; as it is, JSON would make little of it. */
function plain(error) {
  const { name, message, statusCode, data, errors, originalError, cause } = error;
  return { name, message, statusCode, data, errors: errors?.map(detailed), originalError: originalError?.name, cause };
}

const detailed = (error) => ({ ...error, originalError: error.originalError?.name });
