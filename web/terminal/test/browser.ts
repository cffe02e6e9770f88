// A browser small enough for unit tests: storage, network and events that a test can script. Import
// it first; each test calls `fresh()`.

export interface Sent {
  method: string;
  path: string;
  form: Record<string, string>;
  key: string | null;
  /** What the phone had stored when the request left. */
  stored: Record<string, unknown>;
}

type Reply = (sent: Sent) => Response | Promise<Response> | Error;

const storage = new Map<string, string>();
const listeners = new Map<string, Set<() => void>>();
let replies: Reply[] = [];
let always: Reply | null = null;
let knocked = () => new Response("{}");

export const sent: Sent[] = [];
export const storageFails = { now: false };

export function fresh(): void {
  storage.clear();
  storageFails.now = false;
  sent.length = 0;
  replies = [];
  always = null;
  knocked = () => new Response("{}");
}

/** Scripts the next answers, in order; what is not scripted gets no answer. */
export function answer(...next: Reply[]): void {
  replies.push(...next);
}

export function answerAlways(reply: Reply): void {
  always = reply;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return () => new Response(JSON.stringify(body), { status, headers });
}

/** Scripts the knocks of `network.ts`; without it the service is back at the first one. */
export function answerKnocks(reply: () => Response): void {
  knocked = reply;
}

/** The request may have arrived; its answer did not. */
export const lost: Reply = () => new TypeError("network");

export function stored(name: string): unknown {
  const text = storage.get(`encaisse.${name}`);
  return text === undefined ? null : JSON.parse(text);
}

export function fire(event: string): void {
  for (const listener of listeners.get(event) ?? []) listener();
}

function everythingStored(): Record<string, unknown> {
  return Object.fromEntries([...storage].map(([name, text]) => [name.slice(9), JSON.parse(text)]));
}

async function fakeFetch(target: string, init: RequestInit = {}): Promise<Response> {
  // The knock that asks whether the service is back is no request of any test.
  if (!init.headers) return knocked();
  const url = new URL(target, "http://shop.test");
  const headers = new Headers(init.headers);
  const form = init.body ? new URLSearchParams(String(init.body)) : url.searchParams;
  const request: Sent = {
    method: init.method ?? "GET",
    path: url.pathname,
    form: Object.fromEntries(form),
    key: headers.get("Idempotency-Key"),
    stored: everythingStored(),
  };
  sent.push(request);
  const reply = replies.shift() ?? always ?? lost;
  const outcome = await reply(request);
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

const fakeStorage = new Proxy(
  {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem(name: string, text: string) {
      if (storageFails.now) throw new Error("quota");
      storage.set(name, text);
    },
    removeItem: (name: string) => storage.delete(name),
  },
  {
    ownKeys: () => [...storage.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  },
);

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

define("localStorage", fakeStorage);
define("fetch", fakeFetch);
define("location", { origin: "http://shop.test", hash: "" });
define("navigator", { onLine: true, language: "fr-FR" });
define("document", {
  visibilityState: "visible",
  documentElement: { lang: "" },
  addEventListener: (event: string, listener: () => void) => on(event, listener),
  removeEventListener: (event: string, listener: () => void) => off(event, listener),
});
define("addEventListener", on);
define("removeEventListener", off);

function on(event: string, listener: () => void): void {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event)?.add(listener);
}

function off(event: string, listener: () => void): void {
  listeners.get(event)?.delete(listener);
}
