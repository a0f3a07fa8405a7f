// What is going on: the answer just had, or the changes that a live subscription has brought so far.

import { create } from "zustand";

import type { Result } from "./graph";

export interface Arrival {
  /** From 1, in the order of arrival. */
  readonly number: number;
  readonly at: Date;
  readonly result: Result;
}

export type Activity =
  | { readonly kind: "idle" }
  | { readonly kind: "asking" }
  | { readonly kind: "answered"; readonly status: number; readonly milliseconds: number; readonly complaint: string }
  | { readonly kind: "failed"; readonly complaint: string }
  | { readonly kind: "watching"; readonly phase: "connecting" | "live"; readonly count: number }
  | { readonly kind: "watched"; readonly count: number; readonly complaint: string };

interface Shown {
  readonly activity: Activity;
  /** Newest first; the older ones are forgotten. */
  readonly arrivals: readonly Arrival[];
  /** What holds as long as the page is open; empty when there is nothing to say. */
  readonly notice: string;
}

const KEPT_ARRIVALS = 50;

export const useActivity = create((): Shown => ({ activity: { kind: "idle" }, arrivals: [], notice: "" }));

export function show(activity: Activity): void {
  useActivity.setState({ activity });
}

export function notice(sentence: string): void {
  useActivity.setState({ notice: sentence });
}

export function beginWatching(): void {
  useActivity.setState({ activity: { kind: "watching", phase: "connecting", count: 0 }, arrivals: [] });
}

export function nowLive(): void {
  show({ kind: "watching", phase: "live", count: 0 });
}

export function arrived(result: Result): void {
  useActivity.setState(({ activity, arrivals }) => {
    const number = "count" in activity ? activity.count + 1 : 1;
    return {
      activity: { kind: "watching", phase: "live", count: number },
      arrivals: [{ number, at: new Date(), result }, ...arrivals].slice(0, KEPT_ARRIVALS),
    };
  });
}

export function endWatching(complaint: string): void {
  useActivity.setState(({ activity }) =>
    activity.kind === "watching" ? { activity: { kind: "watched", count: activity.count, complaint } } : {},
  );
}
