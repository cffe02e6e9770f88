// The refund sheet: the whole amount is proposed, less can be typed, one button carries the amount.

import { useId, useState } from "preact/hooks";
import { Refusal } from "../api.ts";
import { refundedOf, type PaymentIntent } from "../intent.ts";
import { useText } from "../language.ts";
import { editableMoney, exponentOf, parseMoney, signOf } from "../money.ts";
import { openRefund, REASONS, refund, type RefundWish } from "../refunds.ts";
import { Sheet } from "../sheet.tsx";

interface RefundSheetProps {
  intent: PaymentIntent;
  onDone: () => void;
  onClose: () => void;
}

export function RefundSheet({ intent, onDone, onClose }: RefundSheetProps) {
  const { w, money, locale } = useText();
  const { currency } = intent;
  const most = intent.amount - refundedOf(intent);
  const [open, setOpen] = useState(() => openRefund(intent.id));
  const [typed, setTyped] = useState(() => editableMoney(most, currency, locale));
  const [reason, setReason] = useState<string>("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<string | null>(null);

  const amount = open?.amount ?? parseMoney(typed, exponentOf(currency));
  const valid = amount !== null && amount > 0 && (open !== null || amount <= most);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy || !valid || amount === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = await refund(intent.id, wishOf(amount, reason));
      const shown = money(made.amount, currency);
      if (made.status === "failed") setProblem(w.refundRefused);
      else setDone(made.status === "succeeded" ? w.refundDone(shown) : w.refundPending(shown));
      setOpen(null);
      onDone();
    } catch (failure) {
      const still = openRefund(intent.id);
      setOpen(still);
      if (failure instanceof Refusal && !still) setProblem(w.refundRefused);
    }
    setBusy(false);
  }

  if (done) {
    return (
      <Sheet title={w.refundTitle} onClose={onClose}>
        <p class="refund-done" role="status" data-testid="refund-done">
          {done}
        </p>
        <button type="button" class="primary" onClick={onClose}>
          {w.done}
        </button>
      </Sheet>
    );
  }

  return (
    <Sheet title={w.refundTitle} onClose={onClose}>
      <form class="stack" noValidate onSubmit={send}>
        {open ? (
          <p role="status">{w.refundUnknown(money(open.amount, currency))}</p>
        ) : (
          <>
            <AmountField
              typed={typed}
              sign={signOf(currency, locale)}
              most={money(most, currency)}
              valid={valid}
              onTyped={setTyped}
            />
            <ReasonField reason={reason} onReason={setReason} />
          </>
        )}
        <p class="error" role="alert">
          {problem}
        </p>
        <button class="primary" data-testid="refund-confirm" disabled={busy || !valid}>
          {open ? w.refundAsk : valid ? w.refundAmount(money(amount, currency)) : w.refund}
        </button>
      </form>
    </Sheet>
  );
}

function wishOf(amount: number, reason: string): Omit<RefundWish, "key"> {
  const known = REASONS.find((each) => each === reason);
  return { amount, ...(known && { reason: known }) };
}

interface AmountFieldProps {
  typed: string;
  sign: string;
  most: string;
  valid: boolean;
  onTyped: (text: string) => void;
}

function AmountField({ typed, sign, most, valid, onTyped }: AmountFieldProps) {
  const { w } = useText();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{w.refundLabel}</label>
      <div class="input-wrap">
        <input
          id={id}
          name="amount"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          class="money"
          value={typed}
          aria-invalid={valid ? undefined : true}
          aria-describedby={`${id}-more`}
          onInput={(event) => onTyped(event.currentTarget.value)}
        />
        <span class="input-mark">{sign}</span>
      </div>
      <p id={`${id}-more`} class={valid ? "hint" : "field-error"}>
        {valid ? w.refundMost(most) : w.refundTooMuch(most)}
      </p>
    </div>
  );
}

function ReasonField({ reason, onReason }: { reason: string; onReason: (to: string) => void }) {
  const { w } = useText();
  return (
    <label class="field">
      <span>{w.refundReason}</span>
      <select value={reason} onChange={(event) => onReason(event.currentTarget.value)}>
        <option value="">{w.reason_none}</option>
        {REASONS.map((each) => (
          <option key={each} value={each}>
            {w[`reason_${each}`]}
          </option>
        ))}
      </select>
    </label>
  );
}
