// AppSync's realtime protocol: one subscription on a WebSocket of its own, from the handshake to the last frame.
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html

export interface Subscription<Result> {
  readonly url: string;
  readonly document: string;
  readonly variables: unknown;
  /** What proves who subscribes; sent with the handshake and again with the start. */
  readonly authorization: Readonly<Record<string, string>>;
  readonly onStart: () => void;
  readonly onData: (result: Result) => void;
  /** The end, exactly once and never after `stop`: with errors when it was not asked for. */
  readonly onEnd: (errors: readonly Failure[]) => void;
}

export interface Failure {
  readonly message: string;
  readonly errorType?: string;
}

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly connectionTimeoutMs?: number; readonly errors?: readonly Failure[] | Failure };
}

/** How long the other side may take to acknowledge a connection or a start; Amplify waits as long. */
const ACKNOWLEDGE_MS = 15_000;
/** How long a stop waits for its `complete`. */
const FAREWELL_MS = 2_000;
const ID = "1"; // ids are unique per connection only
const NORMAL_CLOSURE = 1000;

/** Subscribe; the returned function stops it. */
export function subscribe<Result>(wanted: Subscription<Result>): () => void {
  const live = new Live(wanted);
  return () => live.stop();
}

class Live<Result> {
  readonly #wanted: Subscription<Result>;
  readonly #socket: WebSocket;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Until `connection_ack` says how long the server may be silent. */
  #silenceMs = ACKNOWLEDGE_MS;
  #started = false;
  #ended = false;

  constructor(wanted: Subscription<Result>) {
    this.#wanted = wanted;
    this.#socket = new WebSocket(wanted.url, ["graphql-ws", `header-${base64url(wanted.authorization)}`]);
    this.#socket.onopen = () => this.#send({ type: "connection_init" });
    this.#socket.onmessage = (event) => this.#hear(JSON.parse(String(event.data)) as Frame);
    this.#socket.onclose = () => this.#end([{ message: "The connection was lost. Run it again to go on." }]);
    this.#expect(ACKNOWLEDGE_MS, "The server does not acknowledge the connection.");
  }

  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#expect(FAREWELL_MS, "");
    if (this.#socket.readyState === WebSocket.OPEN) this.#send({ type: "stop", id: ID });
    else this.#close();
  }

  #hear(frame: Frame): void {
    if (this.#ended) {
      if (frame.type === "complete") this.#close();
      return;
    }
    switch (frame.type) {
      case "connection_ack":
        return this.#start(frame.payload?.connectionTimeoutMs);
      case "start_ack":
        this.#started = true;
        this.#listen();
        return this.#wanted.onStart();
      case "ka":
        if (this.#started) this.#listen();
        return;
      case "data":
        this.#listen();
        return this.#wanted.onData(frame.payload as Result);
      case "complete":
        return this.#end([]);
      case "error":
      case "connection_error":
        return this.#end(failures(frame));
    }
  }

  #start(timeoutMs: number | undefined): void {
    const { document, variables, authorization } = this.#wanted;
    this.#silenceMs = timeoutMs ?? this.#silenceMs;
    this.#expect(ACKNOWLEDGE_MS, "The server does not acknowledge the subscription.");
    const data = JSON.stringify({ query: document, variables: variables ?? {} });
    this.#send({ type: "start", id: ID, payload: { data, extensions: { authorization } } });
  }

  #listen(): void {
    this.#expect(this.#silenceMs, "The server has gone silent. Run it again to go on.");
  }

  /** End it with `complaint` unless something else comes in time. */
  #expect(milliseconds: number, complaint: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end([{ message: complaint }]), milliseconds);
  }

  #end(errors: readonly Failure[]): void {
    const told = this.#ended;
    this.#ended = true;
    this.#close();
    if (!told) this.#wanted.onEnd(errors);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#socket.close(NORMAL_CLOSURE);
  }

  #send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }
}

/** AppSync writes one error as an object where several are a list (MaxSubscriptionsReachedError). */
function failures({ payload, type }: Frame): readonly Failure[] {
  const errors = payload?.errors ?? { message: `The server ended it with ${type}.` };
  return [errors].flat().map((one) => ({ ...one, message: one.message ?? one.errorType ?? type }));
}

function base64url(value: unknown): string {
  const text = String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value)));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
