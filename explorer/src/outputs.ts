// The running system as `/explorer.json` tells of it: amplify_outputs.json, as far as the explorer reads it.

export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly string[];
}

interface Outputs {
  readonly auth: { readonly user_pool_client_id: string };
  readonly custom: { readonly api_key: string; readonly demo_users: readonly DemoUser[] };
}

const answer = await fetch("/explorer.json");
if (!answer.ok) throw new Error(`/explorer.json was answered with ${answer.status}.`);

export const outputs = (await answer.json()) as Outputs;
