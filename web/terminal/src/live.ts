// Following one payment until it is settled: server-sent events when they work, a question every
// second when they do not, and at once when the phone wakes up. Owns no meaning: the caller gets
// each state of the payment and decides what to show.

import { Refusal } from "./api.ts";
import { getIntent } from "./charge.ts";
import { isSettled, type PaymentIntent } from "./intent.ts";

const POLL_MS = 1000;

/** A stream that has said nothing for this long is checked: a proxy may be holding it back. */
const SILENCE_MS = 10_000;

/** How long a broken stream rests before it is tried again. */
const REST_MS = 15_000;

/** Calls `onIntent` with each state; returns the function that stops following. */
export function follow(id: string, onIntent: (intent: PaymentIntent) => void): () => void {
  let over = false;
  let asking = false;
  let stream: EventSource | null = null;
  let streamBrokeAt = -Infinity;
  let heardAt = -Infinity;

  function hear(intent: PaymentIntent): void {
    if (over) return;
    heardAt = performance.now();
    if (isSettled(intent)) stop();
    onIntent(intent);
  }

  async function look(): Promise<void> {
    if (asking || over) return;
    asking = true;
    try {
      hear(await getIntent(id));
    } catch (problem) {
      // Without an answer the question is simply asked again; signed out, after the next log-in.
      if (problem instanceof Refusal && problem.status === 401) stop();
    } finally {
      asking = false;
    }
  }

  function listen(): void {
    if (over || stream || typeof EventSource === "undefined") return;
    const source = new EventSource(`/terminal/live?payment_intent=${encodeURIComponent(id)}`);
    stream = source;
    source.addEventListener("payment_intent", (event) => {
      hear(JSON.parse((event as MessageEvent<string>).data) as PaymentIntent);
    });
    source.addEventListener("error", () => {
      source.close();
      stream = null;
      streamBrokeAt = performance.now();
    });
  }

  function tick(): void {
    if (document.visibilityState === "hidden") return;
    const now = performance.now();
    if (!stream && now - streamBrokeAt > REST_MS) listen();
    if (now - heardAt > (stream ? SILENCE_MS : POLL_MS * 0.9)) void look();
  }

  function wake(): void {
    if (document.visibilityState === "hidden") return;
    // A stream that slept with the phone may be dead without having noticed.
    stream?.close();
    stream = null;
    listen();
    void look();
  }

  const timer = setInterval(tick, POLL_MS);
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);

  function stop(): void {
    over = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
    stream?.close();
    stream = null;
  }

  listen();
  return stop;
}
