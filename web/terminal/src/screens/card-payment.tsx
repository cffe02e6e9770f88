// A charge by a card the merchant types. Owns what follows each answer; the card itself lives
// only in the form's fields and in the one request that carries it.

import { useEffect, useState } from "preact/hooks";
import { confirmWithCard, ofLastCard, type Confirmation } from "../charge.ts";
import type { Card } from "../card.ts";
import { reasonOf, stateOf, type PaymentIntent, type State } from "../intent.ts";
import { useText } from "../language.ts";
import { follow } from "../live.ts";
import type { Pending } from "../pending.ts";
import { readReason, type NextStep } from "../refusal.ts";
import type { Words } from "../words.ts";
import { CardForm } from "./card-form.tsx";
import { CanceledOutcome, Outcome, OutcomeWays, UnknownOutcome } from "./outcome.tsx";
import { Paid } from "./paid.tsx";
import { useTooLong, useWaysOut, type WaysOut } from "./payment.tsx";

/**
 * `form`: the merchant types. `following`: the answer is not at hand and the payment is asked for
 * its state. `answered`: the confirmation's own answer is shown.
 */
type Phase = "form" | "following" | "answered";

export function CardPayment({ charge }: { charge: Pending }) {
  const [phase, setPhase] = useState<Phase>(charge.intentId ? "following" : "form");
  const [intent, setIntent] = useState<PaymentIntent | null>(null);
  const [previous, setPrevious] = useState<PaymentIntent | null>(null);
  const ways = useWaysOut(charge, setIntent);
  const state = intent && stateOf(intent);
  const tooLong = useTooLong(phase !== "form" && (state === null || state === "authorising"));

  const hear = (news: PaymentIntent) => setIntent(ofLastCard(charge, news));
  useFollowing(charge, phase, hear);

  async function submit(card: Card): Promise<void> {
    const answer: Confirmation = await confirmWithCard(charge, card, previous);
    if (answer === "unknown") {
      setIntent(null);
      setPhase("following");
      return;
    }
    setIntent(answer);
    const authenticates = stateOf(answer) === "action";
    setPhase(authenticates || stateOf(answer) === "authorising" ? "following" : "answered");
    const challenge = answer.next_action?.redirect_to_url?.url;
    if (authenticates && challenge) location.assign(challenge);
  }

  function typeAgain(): void {
    setPrevious(intent);
    setIntent(null);
    setPhase("form");
  }

  if (intent && state === "paid") return <Paid intent={intent} onDone={ways.leave} />;
  if (state === "canceled") return <CanceledOutcome charge={charge} onDone={ways.leave} />;
  if (phase === "form") return <CardForm charge={charge} ways={ways} onSubmit={submit} />;
  if (tooLong) return <UnknownOutcome charge={charge} onNews={hear} onLeave={ways.leave} />;
  return <Between charge={charge} intent={intent} state={state} ways={ways} again={typeAgain} />;
}

function useFollowing(
  charge: Pending,
  phase: Phase,
  onIntent: (intent: PaymentIntent) => void,
): void {
  useEffect(() => {
    if (phase !== "following" || !charge.intentId) return;
    return follow(charge.intentId, onIntent);
  }, [phase, charge.intentId, charge.refusedCharge]);
}

interface BetweenProps {
  charge: Pending;
  intent: PaymentIntent | null;
  state: State | null;
  ways: WaysOut;
  again: () => void;
}

/** Neither paid nor unknown: each state with its next step. */
function Between({ charge, intent, state, ways, again }: BetweenProps) {
  const { w } = useText();
  if (state === "refused" && intent) {
    const { reason, next } = readReason(reasonOf(intent));
    const action = { word: nextWord(next, w), run: again };
    return (
      <Outcome
        charge={charge}
        tone="refused"
        title={w.refused}
        body={w.reasons[reason]}
        action={action}
      >
        <OutcomeWays ways={ways} />
      </Outcome>
    );
  }
  if (state === "open") {
    const action = { word: w.resume, run: again };
    return (
      <Outcome
        charge={charge}
        tone="canceled"
        title={w.notSentTitle}
        body={w.notSentBody}
        action={action}
      >
        <OutcomeWays ways={ways} />
      </Outcome>
    );
  }
  const challenge = intent?.next_action?.redirect_to_url?.url;
  if (state === "action" && challenge) {
    const action = { word: w.authenticate, run: () => location.assign(challenge) };
    return (
      <Outcome
        charge={charge}
        tone="waiting"
        title={w.actionTitle}
        body={w.actionBody}
        action={action}
      >
        <OutcomeWays ways={ways} />
      </Outcome>
    );
  }
  const title = state === "authorising" ? w.authorising : w.finding;
  return <Outcome charge={charge} tone="waiting" title={title} />;
}

function nextWord(next: NextStep, w: Words): string {
  if (next === "correct") return w.correctCard;
  return next === "again" ? w.sameCardAgain : w.anotherCard;
}
