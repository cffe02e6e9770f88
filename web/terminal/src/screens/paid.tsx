// Paid: the whole screen says so, by colour, icon, word, sound and vibration. Back to the keypad by
// one tap, or by itself after five seconds unless the customer wants the receipt.

import { useEffect, useRef, useState } from "preact/hooks";
import { BigAmount } from "../amount.tsx";
import { getIntent } from "../charge.ts";
import { CheckIcon, CopyIcon, PaidTick, QrIcon, ShareIcon } from "../icons.tsx";
import { chargeOf, type PaymentIntent } from "../intent.ts";
import { useText } from "../language.ts";
import { canShare, copyLink, shareLink } from "../share.ts";
import { celebrate } from "../sound.ts";
import { cardName } from "../card-name.ts";
import { QrCode } from "./waiting.tsx";

const LINGER_MS = 5000;

export function Paid({ intent, onDone }: { intent: PaymentIntent; onDone: () => void }) {
  const { w, money } = useText();
  const charge = useCharge(intent);
  const receipt = charge?.receipt_url ?? null;
  const [showing, setShowing] = useState(false);
  const [busy, setBusy] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    celebrate();
    title.current?.focus();
  }, []);

  useEffect(() => {
    if (busy) return;
    const timer = setTimeout(onDone, LINGER_MS);
    return () => clearTimeout(timer);
  }, [busy]);

  return (
    <main class="paid" data-testid="paid">
      <div class="paid-body column">
        {showing && receipt ? <QrCode page={receipt} alt={w.receiptAlt} /> : <PaidTick />}
        <div role="status">
          <h1 ref={title} tabIndex={-1}>
            {w.paid}
          </h1>
        </div>
        <BigAmount text={money(intent.amount_received || intent.amount, intent.currency)} />
        <p class="paid-means">{showing ? w.receiptHint : cardName(charge)}</p>
      </div>
      <div class="column paid-foot">
        {receipt && <p id="receipt-choices">{w.receipt}</p>}
        <div class="thirds" role="group" aria-labelledby={receipt ? "receipt-choices" : undefined}>
          {receipt && !showing && (
            <button
              type="button"
              onClick={() => {
                setBusy(true);
                setShowing(true);
              }}
            >
              <QrIcon />
              {w.receiptQr}
            </button>
          )}
          {receipt && <SendReceipt url={receipt} onStart={() => setBusy(true)} />}
          <button type="button" data-testid="done" onClick={onDone}>
            <CheckIcon />
            {busy ? w.done : receipt ? w.receiptNone : w.done}
          </button>
        </div>
      </div>
    </main>
  );
}

function SendReceipt({ url, onStart }: { url: string; onStart: () => void }) {
  const { w } = useText();
  const [copied, setCopied] = useState(false);
  const shares = canShare();

  async function send(): Promise<void> {
    onStart();
    if (shares) await shareLink(url, w.receipt);
    else setCopied(await copyLink(url));
  }

  return (
    <button type="button" onClick={() => void send()}>
      {shares ? <ShareIcon /> : <CopyIcon />}
      <span aria-live="polite">
        {copied ? w.receiptCopied : w.receiptLink}
      </span>
    </button>
  );
}

/** The charge with its receipt, asked for when the answer at hand names it only. */
function useCharge(intent: PaymentIntent) {
  const [charge, setCharge] = useState(() => chargeOf(intent));
  useEffect(() => {
    if (charge) return;
    getIntent(intent.id).then(
      (fresh) => setCharge(chargeOf(fresh)),
      () => undefined, // Paid is paid; only the receipt stays in the history.
    );
  }, [intent.id]);
  return charge;
}
