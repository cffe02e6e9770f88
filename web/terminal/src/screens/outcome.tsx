// What is not paid: refused, unknown, cancelled, not sent. One layout, the same as waiting; the
// next step is the primary button. `UnknownOutcome` deliberately has no way to charge again.

import type { ComponentChild, ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { BigAmount } from "../amount.tsx";
import { getIntent } from "../charge.ts";
import { CanceledIcon, RefusedIcon, UnknownIcon, WaitingIcon } from "../icons.tsx";
import type { PaymentIntent } from "../intent.ts";
import { useText } from "../language.ts";
import type { Pending } from "../pending.ts";
import type { WaysOut } from "./payment.tsx";

export type Tone = "refused" | "unknown" | "canceled" | "waiting";

const TONE_ICONS = {
  refused: RefusedIcon,
  unknown: UnknownIcon,
  canceled: CanceledIcon,
  waiting: WaitingIcon,
};

interface OutcomeProps {
  charge: Pending;
  tone: Tone;
  title: string;
  body?: ComponentChild;
  /** The next step; absent when there is nothing to do but wait. */
  action?: { word: string; run: () => void; busy?: boolean };
  children?: ComponentChildren;
}

export function Outcome({ charge, tone, title, body, action, children }: OutcomeProps) {
  const { money } = useText();
  const ToneIcon = TONE_ICONS[tone];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <main class="stage column" data-testid={`outcome-${tone}`}>
      <header class="stage-head">
        <BigAmount text={money(charge.amount, charge.currency)} />
        {charge.note && <p class="muted clip">{charge.note}</p>}
      </header>
      <div class={`outcome outcome-${tone}`} role="status" data-testid="state">
        <ToneIcon />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {body && <p>{body}</p>}
      </div>
      <div class="stage-foot">
        {action && (
          <button type="button" class="primary" disabled={action.busy} onClick={action.run}>
            {action.word}
          </button>
        )}
        {children}
      </div>
    </main>
  );
}

export function OutcomeWays({ ways }: { ways: WaysOut }) {
  const { w } = useText();
  return (
    <>
      <p class="error" role="alert">
        {ways.problem}
      </p>
      <div class="quiet-row">
        <button type="button" class="quiet" disabled={ways.busy} onClick={ways.otherMeans}>
          {w.otherMeans}
        </button>
        <button type="button" class="quiet" disabled={ways.busy} onClick={ways.cancel}>
          {ways.busy ? w.canceling : w.cancel}
        </button>
      </div>
      {ways.sheet}
    </>
  );
}

export function CanceledOutcome({ charge, onDone }: { charge: Pending; onDone: () => void }) {
  const { w } = useText();
  return (
    <Outcome
      charge={charge}
      tone="canceled"
      title={w.canceledTitle}
      body={w.canceledBody}
      action={{ word: w.toKeypad, run: onDone }}
    />
  );
}

interface UnknownProps {
  charge: Pending;
  /** Told what the button's question brings; whoever shows this screen follows the payment too. */
  onNews: (intent: PaymentIntent) => void;
  onLeave: () => void;
}

export function UnknownOutcome({ charge, onNews, onLeave }: UnknownProps) {
  const { w } = useText();
  const [asking, setAsking] = useState(false);
  const id = charge.intentId;

  async function askNow(): Promise<void> {
    if (!id) return;
    setAsking(true);
    try {
      onNews(await getIntent(id));
    } catch {
      // Still nothing; the question keeps being asked.
    }
    setAsking(false);
  }

  return (
    <Outcome
      charge={charge}
      tone="unknown"
      title={w.unknownTitle}
      body={w.unknownBody}
      action={{ word: asking ? w.asking : w.askAgain, run: () => void askNow(), busy: asking }}
    >
      <p class="muted small center">{w.unknownLeave}</p>
      <div class="quiet-row">
        <button type="button" class="quiet" onClick={onLeave}>
          {w.nextCustomer}
        </button>
      </div>
    </Outcome>
  );
}
