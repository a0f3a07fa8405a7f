// Amplify JS v6 through a user's life: sign-up, codes by letter, SRP, TOTP, sessions and their ends, beside a whole shop.

import { createHmac, randomUUID } from "node:crypto";

import { Amplify } from "aws-amplify";
import { generateClient } from "aws-amplify/api";
import {
  confirmResetPassword, confirmSignIn, confirmSignUp, confirmUserAttribute, fetchAuthSession, resendSignUpCode,
  resetPassword, sendUserAttributeVerificationCode, setUpTOTP, signIn, signOut, signUp, updateMFAPreference,
  updateUserAttributes, verifyTOTPSetup,
} from "aws-amplify/auth";
import { parseAmplifyConfig } from "aws-amplify/utils";

import { behaviour, given } from "./program.mjs";

const { outputs, people } = given;
const { aws_endpoint_url: aws, http_url: graph } = outputs.custom;
const config = parseAmplifyConfig(outputs);
config.Auth.Cognito.userPoolEndpoint = aws;
Amplify.configure(config);
const client = generateClient();
const ask = (query, variables) => client.graphql({ query, variables });
const me = async () => (await ask("{ me { id email emailVerified name locale } }")).data.me;
const staffs = () => ask("{ customers(first: 1) { pageInfo { hasNextPage } } }");
const session = async (forceRefresh = false) => (await fetchAuthSession({ forceRefresh })).tokens?.accessToken.payload;
const claims = ({ sub, jti, origin_jti, exp, iat, "cognito:groups": groups }) => ({
  sub, jti, origin: origin_jti, groups, seconds: exp - iat,
});

/** A request to the user pool by its operator, or from another device. */
async function pool(action, data) {
  const target = `AWSCognitoIdentityProviderService.${action}`;
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const body = JSON.stringify(data);
  const answer = await (await fetch(aws, { method: "POST", headers, body })).json();
  if (answer.__type) throw Object.assign(new Error(answer.message), { name: answer.__type });
  return answer;
}
const operator = (action, Username, more = {}) =>
  pool(action, { UserPoolId: outputs.auth.user_pool_id, Username, ...more });
const flow = (AuthFlow, AuthParameters) =>
  pool("InitiateAuth", { ClientId: outputs.auth.user_pool_client_id, AuthFlow, AuthParameters });
const elsewhere = async (USERNAME, PASSWORD) =>
  (await flow("USER_PASSWORD_AUTH", { USERNAME, PASSWORD })).AuthenticationResult.RefreshToken;
const refreshed = (REFRESH_TOKEN) => flow("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN });

/** The letters that somebody got, newest first. */
async function letters(email) {
  const { letters } = await (await fetch(new URL("/mail.json", graph))).json();
  return letters.filter((letter) => letter.to.some((to) => to.toLowerCase() === email.toLowerCase()));
}
const code = async (email) => /\d{6}/.exec((await letters(email))[0].text)[0];
const other = (right) => String((Number(right) + 1) % 1e6).padStart(6, "0");

/** What an authenticator shows (RFC 6238), given the secret in Base32. */
function totp(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

const email = `Ada.${randomUUID()}@Example.org`;
const password = "Correct-Horse-7";
const joining = (username, attributes = {}) =>
  signUp({ username, password, options: { userAttributes: { email: username, ...attributes } } });

await behaviour("odd e-mail", () => joining("ada@localhost"));
await behaviour("odd name", () => joining(`x${email}`, { name: "a\nb" }));
await behaviour("weak password", () => signUp({ username: email, password: "password1234" }));
await behaviour("two sign-ups at once", async () => {
  const ada = { name: "Ada", locale: "de" };
  const all = await Promise.allSettled([joining(email, ada), joining(email.toLowerCase(), ada)]);
  return all.map(({ value, reason }) => value?.nextStep.signUpStep ?? reason.name).sort();
});
await behaviour("unconfirmed", () => signIn({ username: email, password }));
const first = await code(email);
await behaviour("wrong code", () => confirmSignUp({ username: email, confirmationCode: other(first) }));
await resendSignUpCode({ username: email });
await behaviour("letters", async () => (await letters(email)).map((letter) => letter.subject));
await behaviour("confirm", async () => confirmSignUp({ username: email, confirmationCode: await code(email) }));
await behaviour("confirm again", () => confirmSignUp({ username: email, confirmationCode: first }));
await signIn(people.staff);
await behaviour("found by staff", async () => {
  const document = "query ($search: String) { customers(search: $search) { edges { node { name emailVerified } } } }";
  return (await ask(document, { search: email })).data.customers.edges;
});
await signOut();
await behaviour("wrong password", () => signIn({ username: email, password: `${password}8` }));
await behaviour("nobody", () => signIn({ username: `nobody${email}`, password }));

await behaviour("sign in", () => signIn({ username: email.toLowerCase(), password }));
await behaviour("me", me);
await behaviour("tokens", async () => [claims(await session()), claims(await session(true))]);

await behaviour("change e-mail", () => updateUserAttributes({ userAttributes: { email: `new.${email}` } }));
await behaviour("e-mail of somebody else", () =>
  updateUserAttributes({ userAttributes: { email: people.staff.username } }));
await behaviour("another code for it", () => sendUserAttributeVerificationCode({ userAttributeKey: "email" }));
await behaviour("letters of the new e-mail", async () => (await letters(`new.${email}`)).length);
await behaviour("e-mail before its code", me);
await behaviour("wrong code for it", async () =>
  confirmUserAttribute({ userAttributeKey: "email", confirmationCode: other(await code(`new.${email}`)) }));
await behaviour("verify e-mail", async () =>
  (await confirmUserAttribute({ userAttributeKey: "email", confirmationCode: await code(`new.${email}`) })) ?? "done");
const claim = () => ask("mutation { guestOrdersClaim { claimed userErrors { code message } } }");
await behaviour("claim", async () => (await claim()).data.guestOrdersClaim);
await behaviour("e-mail after it", me);
const now = `new.${email}`;

await behaviour("not staff", staffs);
await operator("AdminAddUserToGroup", now, { GroupName: "staff" });
await behaviour("staff by the old token", staffs);
await session(true);
await behaviour("staff by the next token", staffs);
await operator("AdminRemoveUserFromGroup", now, { GroupName: "staff" });
await session(true);
await behaviour("staff no more", staffs);

const device = await elsewhere(now, password);
await behaviour("another device", async () => Object.keys((await refreshed(device)).AuthenticationResult).sort());
await behaviour("sign out everywhere", async () => (await signOut({ global: true })) ?? "done");
await behaviour("session after it", async () => (await session()) ?? "none");
await behaviour("another device after it", () => refreshed(device));

await behaviour("reset", () => resetPassword({ username: now }));
const reset = await code(now);
const renewed = { username: now, newPassword: `${password}-new` };
await behaviour("wrong reset", () => confirmResetPassword({ ...renewed, confirmationCode: other(reset) }));
await behaviour("set password", async () =>
  (await confirmResetPassword({ ...renewed, confirmationCode: reset })) ?? "done");
await behaviour("old password", () => signIn({ username: now, password }));
await behaviour("new password", () => signIn({ username: now, password: renewed.newPassword }));
await behaviour("reset of nobody", () => resetPassword({ username: `nobody${email}` }));

await behaviour("token of who is disabled", async () => (await operator("AdminDisableUser", now), me()));
await behaviour("refresh of who is disabled", async () => (await session(true)) ?? "none");
await behaviour("sign-in of who is disabled", () => signIn({ username: now, password: renewed.newPassword }));
await signOut();

const unverified = `unverified.${email}`;
await joining(unverified);
await operator("AdminConfirmSignUp", unverified);
await signIn({ username: unverified, password });
await behaviour("let in without a code", me);
await behaviour("claim without a code", async () => (await claim()).data.guestOrdersClaim);
await signOut();

await signIn(people.staff);
const { sharedSecret } = await setUpTOTP();
await behaviour("wrong TOTP set-up", () => verifyTOTPSetup({ code: other(totp(sharedSecret)) }));
await behaviour("set up TOTP", async () => (await verifyTOTPSetup({ code: totp(sharedSecret) })) ?? "done");
await updateMFAPreference({ totp: "PREFERRED" });
await signOut();
await behaviour("sign in of staff", () => signIn(people.staff));
await behaviour("wrong TOTP", () => confirmSignIn({ challengeResponse: other(totp(sharedSecret)) }));
await signIn(people.staff);
await behaviour("TOTP", () => confirmSignIn({ challengeResponse: totp(sharedSecret) }));
await behaviour("staff by TOTP", staffs);
process.exit();
