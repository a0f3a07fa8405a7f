// The dialog to sign in as anybody of the user pool.

import { Dialog } from "@graphiql/react";
import { type FormEvent, useState } from "react";

import { signIn } from "./people";

interface Props {
  readonly open: boolean;
  readonly close: () => void;
}

export function SignIn({ open, close }: Props) {
  const [complaint, setComplaint] = useState("");
  const leave = () => {
    setComplaint("");
    close();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    signIn(String(given.get("username")), String(given.get("password"))).then(leave, (problem: Error) =>
      setComplaint(problem.message),
    );
  };
  return (
    <Dialog open={open} onOpenChange={(wanted) => !wanted && leave()}>
      <form className="souk-sign-in" onSubmit={submit}>
        <Dialog.Title className="graphiql-dialog-title">Sign in</Dialog.Title>
        <Dialog.Description>Anybody of the shop's user pool, with their own password.</Dialog.Description>
        <label>
          E-mail
          <input name="username" autoComplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <p role="alert">{complaint}</p>
        <button type="submit">Sign in</button>
        <Dialog.Close />
      </form>
    </Dialog>
  );
}
