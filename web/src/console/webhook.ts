// What the answers of a webhook's dialog ask of the server: of a new one everything, of one that is
// there what differs from it. Pure.
import { webhookEvents } from "./names";
import type { Webhook, WebhookWish } from "./wire";

export const isEvery = (events: readonly string[]): boolean =>
  webhookEvents.every((event) => events.includes(event));

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));

type Answers = Record<string, string>;

function eventsOf(answers: Answers, chosen: string[], now: Webhook | null): WebhookWish {
  // A new one hears every event unless some are named.
  if (answers["which"] === "every" && !now) return {};
  const events = answers["which"] === "every" ? [...webhookEvents] : chosen;
  return now && isSame(events, now.events) ? {} : { events };
}

function signingOf(answers: Answers): WebhookWish {
  if (answers["signing"] === "none") return { username: "", password: "" };
  if (answers["signing"] !== "give") return {};
  return { username: (answers["username"] ?? "").trim(), password: answers["password"] ?? "" };
}

export function wishOf(answers: Answers, chosen: string[], now: Webhook | null): WebhookWish {
  const url = (answers["url"] ?? "").trim();
  const state = answers["state"];
  return {
    ...(url === now?.url ? {} : { url }),
    ...eventsOf(answers, chosen, now),
    ...signingOf(answers),
    ...((state === "active" || state === "paused") && state !== now?.state ? { state } : {}),
  };
}
