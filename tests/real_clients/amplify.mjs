// Amplify JS v6 as an application uses it: configured from amplify_outputs.json, signed in by SRP, over TLS.

import { Amplify } from "aws-amplify";
import { CONNECTION_STATE_CHANGE, ConnectionState, generateClient } from "aws-amplify/api";
import { fetchAuthSession, signIn, signOut } from "aws-amplify/auth";
import { Hub, parseAmplifyConfig } from "aws-amplify/utils";

import { Heard, behaviour, doToSystem, given, until } from "./program.mjs";

const config = parseAmplifyConfig(given.outputs);
config.Auth.Cognito.userPoolEndpoint = given.outputs.custom.aws_endpoint_url;
Amplify.configure(config);

/** The same system, through another app client of its user pool. */
const through = (userPoolClientId) => ({
  ...config,
  Auth: { Cognito: { ...config.Auth.Cognito, userPoolClientId } },
});

/** The bodies of the requests that are sent from now on. */
function listen() {
  const bodies = [];
  const send = globalThis.fetch;
  globalThis.fetch = (url, request) => (bodies.push(request.body), send(url, request));
  return bodies;
}

const token = async () => (await fetchAuthSession()).tokens.accessToken.payload;
const client = generateClient();
const ask = (query, variables = {}, how = {}) =>
  client.graphql({ query, variables: { id: "amplify", ...variables }, ...how });

const read = (how) => ask("query ($id: ID!) { note(id: $id) }", {}, how);
const erase = () => ask("mutation ($id: ID!) { erase(id: $id) { id text } }");
const announce = (text, id = "amplify") =>
  ask("mutation ($id: ID!, $text: String!) { announce(id: $id, text: $text) { id text } }", { id, text });
const announced = (how) => ask("subscription ($id: ID) { announced(id: $id) { id text } }", {}, how);
const audited = () => ask("subscription { audited { id text } }");
const stranger = { authMode: "apiKey", apiKey: "da2-wrong" };

// Tokens of this app client are good for four seconds, and Amplify renews what has less than five left.
Amplify.configure(through(given.hasty));
await signIn(given.people.shopper);
await behaviour("tokens", async () => [await token(), await token()]);
await behaviour("query with a refreshed token", () => read());
await signOut();

Amplify.configure(config);
const sent = listen();
await behaviour("sign in", () => signIn(given.people.shopper));
await behaviour("sent to sign in", () => sent);
await behaviour("mutation", () => announce("hello"));
await behaviour("query", () => read());
await behaviour("guest", () => read({ authMode: "apiKey" }));
await behaviour("denied", () => erase());
await behaviour("invalid", () => ask("query { nothing }"));
await behaviour("wrong key", () => read(stranger));
await behaviour("garbage token", () => read({ authToken: "not.a.token" }));
await behaviour("expired token", () => read({ authToken: given.tokens.expired }));

// One socket serves all subscriptions, and one that is denied ends it: so these come before those that shall live.
const whole = (subscription) => new Heard(subscription).whole();
await behaviour("subscription of staff", () => whole(audited()));
await behaviour("subscription refused", () => whole(ask('subscription { watched(id: "private") { id } }')));
await behaviour("invalid subscription", () => whole(ask("subscription { nothing }")));

const states = [];
Hub.listen("api", ({ payload: { event, data } }) => {
  if (event === CONNECTION_STATE_CHANGE) states.push(data.connectionState);
});
const live = new Heard(announced());
await behaviour("subscription", async () => {
  await live.afterAll(() => announce("is anybody there?"));
  await announce("not for them", "somebody else's");
  await announce("the last");
  return live.until((value) => value.data.announced.text === "the last");
});
for (const deed of ["drop", "restart"]) {
  states.length = 0;
  await doToSystem(deed);
  await until(() => states.includes(ConnectionState.ConnectionDisrupted));
  live.values.length = 0;
  await behaviour(`query after ${deed}`, () => read());
  await behaviour(`subscription after ${deed}`, async () => {
    await live.afterAll(() => announce(`after ${deed}`));
    return { values: live.values, states, over: live.over };
  });
}
live.end();

await signOut();
await behaviour("signed out", () => read());
await behaviour("sign in after restart", () => signIn(given.people.staff));
await behaviour("staff", () => erase());
await behaviour("subscription as staff", async () => {
  const heard = new Heard(audited());
  await heard.afterAll(() => announce("checked"));
  heard.end();
  return heard.values[0];
});

// The last: 15 s after a socket was refused Amplify takes every other one for lost, and does not look for it again.
await until(() => states.at(-1) === ConnectionState.Disconnected);
await behaviour("socket with a wrong key", () => whole(announced(stranger)));
process.exit();
