// A charge by QR or link: the payment page is made, shown, and its payment followed.

import { useEffect, useState } from "preact/hooks";
import { Refusal } from "../api.ts";
import { openPage } from "../charge.ts";
import { stateOf, type PaymentIntent } from "../intent.ts";
import { useText } from "../language.ts";
import { follow } from "../live.ts";
import { finish, type Pending } from "../pending.ts";
import { CanceledOutcome, Outcome, UnknownOutcome } from "./outcome.tsx";
import { Paid } from "./paid.tsx";
import { useTooLong, useWaysOut } from "./payment.tsx";
import { Waiting } from "./waiting.tsx";

export function LinkPayment({ charge, name }: { charge: Pending; name: string }) {
  const [intent, setIntent] = useState<PaymentIntent | null>(null);
  const refused = usePage(charge, name);
  const state = intent ? stateOf(intent) : "open";
  const tooLong = useTooLong(state === "authorising");
  const ways = useWaysOut(charge, setIntent);

  useEffect(
    () => (charge.intentId ? follow(charge.intentId, setIntent) : undefined),
    [charge.intentId],
  );

  if (refused) return <NotOpened charge={charge} message={refused.error.message} />;
  if (intent && state === "paid") return <Paid intent={intent} onDone={ways.leave} />;
  if (state === "canceled") return <CanceledOutcome charge={charge} onDone={ways.leave} />;
  if (tooLong) return <UnknownOutcome charge={charge} onNews={setIntent} onLeave={ways.leave} />;
  return <Waiting charge={charge} intent={intent} ways={ways} />;
}

/** Makes the payment page unless it is known already. Gives the refusal, if that is the answer. */
function usePage(charge: Pending, name: string): Refusal | null {
  const [refused, setRefused] = useState<Refusal | null>(null);
  useEffect(() => {
    if (charge.sessionId) return;
    const stop = new AbortController();
    openPage(charge, name, stop.signal).catch((problem: unknown) => {
      if (problem instanceof Refusal && problem.status !== 401) setRefused(problem);
    });
    return () => stop.abort();
  }, [charge.key]);
  return refused;
}

function NotOpened({ charge, message }: { charge: Pending; message: string | undefined }) {
  const { w } = useText();
  return (
    <Outcome
      charge={charge}
      tone="refused"
      title={w.notOpened}
      body={message}
      action={{ word: w.toKeypad, run: () => finish(charge.key) }}
    />
  );
}
