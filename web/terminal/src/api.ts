// One request and its answer. Owns the difference that matters with money: a `Refusal` is an
// answer, after a `Lost` nobody knows whether the request arrived. It deliberately never repeats
// a request by itself; `askUntilAnswered` does, and only ever with the same key and parameters.

import { encodeForm, type Params } from "./form.ts";
import type { PaymentIntent } from "./intent.ts";
import { noteAnswer, noteSilence } from "./network.ts";

export interface ErrorBody {
  type?: string;
  code?: string;
  decline_code?: string;
  message?: string;
  param?: string;
  payment_intent?: PaymentIntent;
}

/** The service answered no. Nothing was done beyond what `error` says. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly error: ErrorBody,
    /** The same request with the same key is worth asking again after a pause. */
    readonly again: boolean,
  ) {
    super(error.code ?? `status ${status}`);
  }
}

/** No answer, or none that can be read: the request may or may not have been carried out. */
export class Lost extends Error {}

/** The caller gave up waiting (the screen is gone); nobody is to be told. */
export class Abandoned extends Error {}

export interface Asking {
  key?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

type Method = "GET" | "POST" | "DELETE";

/** A payment's answer takes the time of the card networks; they give up at about 30 seconds. */
const TIMEOUT_MS = 35_000;

let signedOut: () => void = () => {};

/** Registers what happens when the service no longer knows who is asking. */
export function whenSignedOut(action: () => void): void {
  signedOut = action;
}

export async function ask<T>(
  method: Method,
  path: string,
  params: Params = {},
  asking: Asking = {},
): Promise<T> {
  const { status, text, again } = await send(method, path, params, asking);
  if (status === 204) return undefined as T;
  const body = readJson(text);
  // A fault of the service says nothing about whether the request was carried out before it.
  if (body === undefined || status >= 500) throw new Lost();
  if (status < 400) return body as T;
  if (status === 401) signedOut();
  throw new Refusal(status, (body as { error?: ErrorBody }).error ?? {}, again || status === 429);
}

async function send(
  method: Method,
  path: string,
  params: Params,
  { key, signal, timeoutMs = TIMEOUT_MS }: Asking,
): Promise<{ status: number; text: string; again: boolean }> {
  const form = encodeForm(params).toString();
  const stop = new AbortController();
  const abort = () => stop.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    const response = await fetch(method === "POST" || !form ? path : `${path}?${form}`, {
      method,
      signal: stop.signal,
      cache: "no-store",
      ...(method === "POST" && { body: form }),
      headers: {
        Accept: "application/json",
        ...(method === "POST" && { "Content-Type": "application/x-www-form-urlencoded" }),
        ...(key && { "Idempotency-Key": key }),
      },
    });
    const text = await response.text();
    noteAnswer();
    const again = response.headers.get("Stripe-Should-Retry") === "true";
    return { status: response.status, text, again };
  } catch {
    if (signal?.aborted) throw new Abandoned();
    noteSilence();
    throw new Lost();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Nothing when the answer was cut on its way, or is the page of some proxy in between. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Repeating extends Asking {
  key: string;
  attempts?: number;
  pauseMs?: (attempt: number) => number;
  /** Throws `Lost` at once; only answers that ask for patience are asked again. */
  givesUpWhenLost?: boolean;
}

/**
 * Asks again, after a pause, until there is an answer. Only for requests that carry a key, so that
 * all of them together are one request.
 */
export async function askUntilAnswered<T>(
  path: string,
  params: Params,
  asking: Repeating,
): Promise<T> {
  const { attempts = Infinity, pauseMs = growing, givesUpWhenLost = false } = asking;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask<T>("POST", path, params, asking);
    } catch (problem) {
      const again =
        problem instanceof Lost ? !givesUpWhenLost : problem instanceof Refusal && problem.again;
      if (!again || attempt >= attempts) throw problem;
      await new Promise((resolve) => setTimeout(resolve, pauseMs(attempt)));
      if (asking.signal?.aborted) throw new Abandoned();
    }
  }
}

function growing(attempt: number): number {
  return Math.min(500 * 2 ** (attempt - 1), 5000);
}
