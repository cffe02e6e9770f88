// One payment: amount, state, what happened and when, and what can be done. Owns reading it
// again, so that an unknown one shows its answer; the refund itself is in `refund.tsx`.

import { useEffect, useState } from "preact/hooks";
import { BigAmount } from "../amount.tsx";
import { Refusal } from "../api.ts";
import { cardName } from "../card-name.ts";
import { getIntent, withdraw } from "../charge.ts";
import { shownState } from "../history.ts";
import { BackIcon, ReceiptIcon, RefundIcon } from "../icons.tsx";
import { chargeOf, refundedOf, stateOf, type PaymentIntent, type Refund } from "../intent.ts";
import { useText } from "../language.ts";
import { follow } from "../live.ts";
import { listRefunds, openRefund } from "../refunds.ts";
import { hrefOf } from "../route.ts";
import { RefundSheet } from "./refund.tsx";
import { ReceiptSheet } from "./receipt.tsx";
import { StateIcon } from "./state-icon.tsx";
import { Timeline } from "./timeline.tsx";

interface DetailProps {
  id: string;
  known: PaymentIntent | null;
  onChange: (intent: PaymentIntent) => void;
}

export function Detail({ id, known, onChange }: DetailProps) {
  const { w } = useText();
  const [intent, setIntent] = useState(known);
  const [refunds, setRefunds] = useState<Refund[]>([]);
  const [missing, setMissing] = useState(false);

  async function read(): Promise<void> {
    try {
      const [fresh, list] = await Promise.all([getIntent(id), listRefunds(id)]);
      setIntent(fresh);
      setRefunds(list);
      onChange(fresh);
    } catch (problem) {
      setMissing(problem instanceof Refusal && problem.status === 404);
    }
  }

  useEffect(() => void read(), [id]);

  const unknown = intent !== null && /^(authorising|action)$/.test(stateOf(intent));
  useEffect(() => {
    if (!unknown) return;
    return follow(id, (news) => {
      setIntent(news);
      onChange(news);
    });
  }, [id, unknown]);

  return (
    <article class="detail" data-testid="detail">
      <a
        class="icon-button detail-back"
        href={hrefOf({ at: "history", intentId: null })}
        aria-label={w.back}
      >
        <BackIcon />
      </a>
      {intent && <Facts intent={intent} refunds={refunds} />}
      {intent && <Actions intent={intent} onDone={() => void read()} />}
      {!intent && <p class="muted center">{missing ? w.notFound : w.loading}</p>}
    </article>
  );
}

function Facts({ intent, refunds }: { intent: PaymentIntent; refunds: Refund[] }) {
  const { w, money } = useText();
  const shown = shownState(intent);
  const card = cardName(chargeOf(intent));
  return (
    <>
      <header class="detail-head">
        <BigAmount as="h2" text={money(intent.amount, intent.currency)} />
        <p class={`badge is-${shown}`} role="status" data-testid="detail-state">
          <StateIcon shown={shown} />
          {w[`state_${shown}`]}
        </p>
        {shown === "authorising" && <p class="muted">{w.unknownBody}</p>}
      </header>
      <h3>{w.timeline}</h3>
      <Timeline intent={intent} refunds={refunds} />
      <h3>{w.facts}</h3>
      <dl class="facts">
        {intent.description && <Fact name={w.note} value={intent.description} />}
        {card && <Fact name={w.cardFact} value={card} />}
        <Fact name={w.reference} value={intent.id} />
      </dl>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Actions({ intent, onDone }: { intent: PaymentIntent; onDone: () => void }) {
  const { w } = useText();
  const [sheet, setSheet] = useState<"refund" | "receipt" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const state = stateOf(intent);
  const receipt = chargeOf(intent)?.receipt_url;
  const refundable = state === "paid" && refundedOf(intent) < intent.amount;
  const cancelable = state === "open" || state === "refused" || state === "held";

  async function cancel(): Promise<void> {
    setProblem(null);
    try {
      const still = await withdraw({ intentId: intent.id });
      if (still && stateOf(still) !== "paid") setProblem(w.cannotCancel);
    } catch {
      setProblem(w.notCanceled);
    }
    onDone();
  }

  return (
    <div class="detail-actions">
      <p class="error" role="alert">
        {problem}
      </p>
      {receipt && state === "paid" && (
        <button type="button" class="secondary" onClick={() => setSheet("receipt")}>
          <ReceiptIcon />
          {w.receipt}
        </button>
      )}
      {(refundable || openRefund(intent.id)) && (
        <button
          type="button"
          class="secondary"
          data-testid="refund"
          onClick={() => setSheet("refund")}
        >
          <RefundIcon />
          {w.refund}
        </button>
      )}
      {cancelable && (
        <button type="button" class="secondary" onClick={() => void cancel()}>
          {w.cancel}
        </button>
      )}
      {sheet === "receipt" && receipt && (
        <ReceiptSheet url={receipt} onClose={() => setSheet(null)} />
      )}
      {sheet === "refund" && (
        <RefundSheet intent={intent} onDone={onDone} onClose={() => setSheet(null)} />
      )}
    </div>
  );
}
