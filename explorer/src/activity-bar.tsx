// The line below the result: how the last operation went, or what a live subscription has brought, and its stop.

import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";

import { type Activity, type Arrival, useActivity } from "./activity";

export function ActivityBar() {
  const { activity, arrivals } = useActivity();
  const watching = activity.kind === "watching";
  return (
    <div className="souk-activity" data-kind={activity.kind}>
      <p role="status" data-mood={mood(activity)}>
        {words(activity, arrivals[0])}
      </p>
      {watching && <StopButton />}
      {(watching || activity.kind === "watched") && <Arrivals arrivals={arrivals} />}
    </div>
  );
}

function mood(activity: Activity): "good" | "bad" | "busy" | "live" | "calm" {
  switch (activity.kind) {
    case "answered":
      return activity.complaint === "" ? "good" : "bad";
    case "failed":
      return "bad";
    case "asking":
      return "busy";
    case "watching":
      return activity.phase === "live" ? "live" : "busy";
    case "watched":
      return activity.complaint === "" ? "calm" : "bad";
    case "idle":
      return "calm";
  }
}

function words(activity: Activity, newest: Arrival | undefined): string {
  switch (activity.kind) {
    case "idle":
      return "Ready. Run the operation, or press an example.";
    case "asking":
      return "Asking …";
    case "answered":
      return [`${activity.status} in ${activity.milliseconds} ms`, activity.complaint].filter(Boolean).join(" · ");
    case "failed":
      return activity.complaint;
    case "watching":
      return activity.phase === "connecting" ? "Connecting …" : `Live · ${counted(activity.count, newest)}`;
    case "watched":
      return [`Ended · ${counted(activity.count, newest)}`, activity.complaint].filter(Boolean).join(" · ");
  }
}

function counted(count: number, newest: Arrival | undefined): string {
  if (newest === undefined) return "no change yet";
  return `${count} ${count === 1 ? "change" : "changes"}, the last at ${time(newest.at)}`;
}

function time(at: Date): string {
  return at.toLocaleTimeString("en-GB");
}

function StopButton() {
  const { stop } = useGraphiQLActions();
  return (
    <button type="button" className="souk-stop" onClick={stop}>
      Stop
    </button>
  );
}

/** Each change by its number; pressing one shows it again. */
function Arrivals({ arrivals }: { readonly arrivals: readonly Arrival[] }) {
  const responseEditor = useGraphiQL((state) => state.responseEditor);
  return (
    <ol className="souk-arrivals" aria-label="Changes, newest first">
      {arrivals.map(({ number, at, result }) => (
        <li key={number}>
          <button
            type="button"
            title={at.toISOString()}
            onClick={() => responseEditor?.setValue(JSON.stringify(result, null, 2))}
          >
            {number} <time dateTime={at.toISOString()}>{time(at)}</time>
          </button>
        </li>
      ))}
    </ol>
  );
}
