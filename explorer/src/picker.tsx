// Who one is, always in sight, and the menu to be somebody else.

import { ChevronDownIcon, DropdownMenu, VisuallyHidden } from "@graphiql/react";
import { useState } from "react";

import { show } from "./activity";
import { outputs } from "./outputs";
import { beDemoUser, beGuest, usePerson } from "./people";
import { SignIn } from "./sign-in";

export function Picker() {
  const session = usePerson((state) => state.session);
  const [signingIn, setSigningIn] = useState(false);
  const name = session?.username ?? "Guest";
  const role = session === null ? "not signed in" : roleOf(session.groups);
  return (
    <>
      <DropdownMenu>
        <DropdownMenu.Button className="souk-person">
          <VisuallyHidden>You are</VisuallyHidden>
          <Face name={name} known={session !== null} />
          <span className="souk-person-name">{name}</span>
          <span className="souk-badge">{role}</span>
          <ChevronDownIcon aria-hidden="true" />
        </DropdownMenu.Button>
        <DropdownMenu.Content className="souk-people" align="end">
          <Choice name="Guest" role="not signed in" current={session === null} choose={beGuest} />
          {outputs.custom.demo_users.map((user) => (
            <Choice
              key={user.username}
              name={user.username}
              role={roleOf(user.groups)}
              current={user.username === session?.username}
              choose={() => void beDemoUser(user).catch(complain)}
            />
          ))}
          <DropdownMenu.Item className="souk-choice souk-choice-other" onSelect={() => setSigningIn(true)}>
            Somebody else, with a password …
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu>
      <SignIn open={signingIn} close={() => setSigningIn(false)} />
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly role: string;
  readonly current: boolean;
  readonly choose: () => void;
}

function Choice({ name, role, current, choose }: ChoiceProps) {
  return (
    <DropdownMenu.Item className="souk-choice" onSelect={choose} aria-current={current}>
      <Face name={name} known={name !== "Guest"} />
      <span>{name}</span>
      <span className="souk-badge">{role}</span>
    </DropdownMenu.Item>
  );
}

function Face({ name, known }: { readonly name: string; readonly known: boolean }) {
  return (
    <span className="souk-face" data-known={known} aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}

function roleOf(groups: readonly string[]): string {
  return groups.join(", ") || "shopper";
}

function complain(problem: Error): void {
  show({ kind: "failed", complaint: problem.message });
}
