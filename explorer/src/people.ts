// Who the explorer is: a guest with the API key, or somebody signed in with Cognito, whose token is renewed in time.

import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";

import { type DemoUser, outputs } from "./outputs";

export interface Session {
  readonly username: string;
  readonly groups: readonly string[];
  readonly token: string;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** The credentials as AppSync takes them, over HTTP and in its realtime protocol. */
export type Credentials = { readonly Authorization: string } | { readonly "x-api-key": string };

/** Cognito would not let somebody in; the message is a sentence for people. */
export class Refused extends Error {}

interface Tokens {
  readonly AccessToken: string;
  readonly RefreshToken?: string;
  readonly ExpiresIn: number;
}

/** How long before its end a token is renewed: an operation may wait for 30 s, and clocks differ. */
const MARGIN_MS = 60_000;

/** Outlives a reload, not the browser tab. `null` is a guest. */
export const usePerson = create(
  persist((): { session: Session | null } => ({ session: null }), {
    name: "souk.person",
    storage: createJSONStorage(() => sessionStorage),
  }),
);

export function beGuest(): void {
  usePerson.setState({ session: null });
}

export async function signIn(username: string, password: string): Promise<void> {
  const parameters = { USERNAME: username, PASSWORD: password };
  usePerson.setState({ session: opened(username, await initiate("USER_PASSWORD_AUTH", parameters)) });
}

export async function beDemoUser({ username, password }: DemoUser): Promise<void> {
  await signIn(username, password);
}

/** What to send with the next operation. */
export async function credentials(): Promise<Credentials> {
  const { session } = usePerson.getState();
  if (session !== null && session.expires - MARGIN_MS < Date.now()) await renew();
  const current = usePerson.getState().session;
  return current === null ? { "x-api-key": outputs.custom.api_key } : { Authorization: current.token };
}

/** Take a new token for who is signed in; whoever cannot get one is a guest from now on, and is told. */
export async function renew(): Promise<void> {
  const { session } = usePerson.getState();
  if (session === null) return;
  try {
    const tokens = await initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: session.refreshToken });
    usePerson.setState({ session: { ...opened(session.username, tokens), refreshToken: session.refreshToken } });
  } catch (refused) {
    await startOver(session.username, refused);
  }
}

async function startOver(username: string, refused: unknown): Promise<void> {
  const known = outputs.custom.demo_users.find((user) => user.username === username);
  if (known !== undefined) return beDemoUser(known);
  if (!(refused instanceof Refused)) throw refused;
  beGuest();
  throw new Refused(`${username}'s sign-in has run out. You are a guest now: sign in again to go on.`);
}

async function initiate(flow: string, parameters: Record<string, string>): Promise<Tokens> {
  const answer = await fetch("/explorer/sign-in", {
    method: "POST",
    body: JSON.stringify({
      AuthFlow: flow,
      ClientId: outputs.auth.user_pool_client_id,
      AuthParameters: parameters,
    }),
  });
  const said = (await answer.json()) as { AuthenticationResult?: Tokens; ChallengeName?: string; message?: string };
  if (said.AuthenticationResult !== undefined) return said.AuthenticationResult;
  if (said.ChallengeName !== undefined) {
    throw new Refused(`Cognito asks for more than a password (${said.ChallengeName}), which the explorer cannot give.`);
  }
  throw new Refused(said.message ?? `Signing in was answered with ${answer.status}.`);
}

function opened(username: string, tokens: Tokens): Session {
  return {
    username,
    groups: groupsOf(tokens.AccessToken),
    token: tokens.AccessToken,
    refreshToken: tokens.RefreshToken ?? "",
    expires: Date.now() + tokens.ExpiresIn * 1000,
  };
}

function groupsOf(token: string): readonly string[] {
  const claims = token.split(".")[1] ?? "";
  const text = atob(claims.replaceAll("-", "+").replaceAll("_", "/"));
  return (JSON.parse(text) as { "cognito:groups"?: string[] })["cognito:groups"] ?? [];
}
