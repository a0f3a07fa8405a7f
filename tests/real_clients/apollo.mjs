// Apollo Client 4 with AppSync's two links, as an application uses it, without TLS.

import { ApolloClient, ApolloLink, InMemoryCache, gql } from "@apollo/client";
import { createAuthLink } from "aws-appsync-auth-link";
import { createSubscriptionHandshakeLink } from "aws-appsync-subscription-link";

import { Heard, behaviour, doToSystem, given } from "./program.mjs";

const { outputs, tokens } = given;

/** A client that caches nothing: what it says, the system said. */
function connected(auth) {
  const where = { url: outputs.custom.http_url, region: outputs.data.aws_region, auth };
  const link = ApolloLink.from([createAuthLink(where), createSubscriptionHandshakeLink(where)]);
  const cache = { fetchPolicy: "no-cache" };
  return new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: { query: cache, mutate: cache } });
}

const withKey = (apiKey) => connected({ type: "API_KEY", apiKey });
const withToken = (jwtToken) => connected({ type: "AMAZON_COGNITO_USER_POOLS", jwtToken });
const guest = withKey(outputs.data.api_key);
const shopper = withToken(tokens.shopper);
const staff = withToken(tokens.staff);

const variables = { id: "apollo" };
const read = { query: gql`query Read($id: ID!) { note(id: $id) }`, variables };
const erase = { mutation: gql`mutation Erase($id: ID!) { erase(id: $id) { id text } }`, variables };
const announced = { query: gql`subscription Announced($id: ID) { announced(id: $id) { id text } }`, variables };
const watched = { query: gql`subscription Watched { watched(id: "private") { id } }` };
const audited = { query: gql`subscription Audited { audited { id text } }` };
const announce = (text, id = variables.id) =>
  shopper.mutate({
    mutation: gql`mutation Announce($id: ID!, $text: String!) { announce(id: $id, text: $text) { id text } }`,
    variables: { id, text },
  });

await behaviour("mutation", () => announce("hello"));
await behaviour("query", () => shopper.query(read));
await behaviour("guest", () => guest.query(read));
await behaviour("denied", () => shopper.mutate(erase));
await behaviour("invalid", () => shopper.query({ query: gql`query { nothing }` }));
await behaviour("wrong key", () => withKey("da2-wrong").query(read));
await behaviour("garbage token", () => withToken("not.a.token").query(read));
await behaviour("expired token", () => withToken(tokens.expired).query(read));

const whole = (client, options) => new Heard(client.subscribe(options)).whole();
await behaviour("subscription of staff", () => whole(shopper, audited));
await behaviour("subscription refused", () => whole(shopper, watched));
await behaviour("invalid subscription", () => whole(shopper, { query: gql`subscription { nothing }` }));
await behaviour("socket with a wrong key", () => whole(withKey("da2-wrong"), announced));
await behaviour("socket with an expired token", () => whole(withToken(tokens.expired), announced));
await behaviour("subscription as staff", async () => {
  const heard = new Heard(staff.subscribe(audited));
  await heard.afterAll(() => announce("checked"));
  heard.end();
  return heard.values[0];
});

let live = new Heard(guest.subscribe(announced));
await behaviour("subscription", async () => {
  await live.afterAll(() => announce("is anybody there?"));
  await announce("not for them", "somebody else's");
  await announce("the last");
  return live.until((value) => value.data.announced.text === "the last");
});
for (const deed of ["drop", "restart"]) {
  await doToSystem(deed);
  await behaviour(`subscription after ${deed}`, () => live.whole());
  await behaviour(`query after ${deed}`, () => guest.query(read));
  await behaviour(`next subscription after ${deed}`, async () => {
    live = new Heard(guest.subscribe(announced));
    await live.afterAll(() => announce(`after ${deed}`));
    return live.values.at(-1);
  });
}
await behaviour("staff", () => staff.mutate(erase));
process.exit();
