// Waiting for the payer: amount, code, and what is happening, in words. Owns handing out the link.

import { useEffect, useState } from "preact/hooks";
import { BigAmount } from "../amount.tsx";
import { pathOf, reasonOf, stateOf, type PaymentIntent } from "../intent.ts";
import { CopyIcon, ShareIcon } from "../icons.tsx";
import { useText } from "../language.ts";
import type { Pending } from "../pending.ts";
import { readReason } from "../refusal.ts";
import { canShare, copyLink, shareLink } from "../share.ts";
import type { Words } from "../words.ts";
import type { WaysOut } from "./payment.tsx";

interface WaitingProps {
  charge: Pending;
  intent: PaymentIntent | null;
  ways: WaysOut;
}

export function Waiting({ charge, intent, ways }: WaitingProps) {
  const { w, money } = useText();
  const [handedOut, setHandedOut] = useState(false);
  const paying = intent !== null && /^(action|authorising)$/.test(stateOf(intent));
  return (
    <main class="stage column" data-testid="waiting">
      <header class="stage-head">
        <BigAmount as="h1" text={money(charge.amount, charge.currency)} />
        {charge.note && <p class="muted clip">{charge.note}</p>}
      </header>
      <div class="stage-middle">
        <QrCode page={charge.url} alt={w.qrAlt} />
        <p class="state" role="status" data-testid="state">
          <span class="pulse" aria-hidden="true" />
          {stateLine(charge, intent, w)}
        </p>
      </div>
      <div class="stage-foot">
        {charge.url && !paying && <HandOut url={charge.url} onDone={() => setHandedOut(true)} />}
        <p class="error" role="alert">
          {ways.problem}
        </p>
        <div class="quiet-row">
          {handedOut && (
            <button type="button" class="quiet" onClick={ways.leave}>
              {w.nextCustomer}
            </button>
          )}
          <button type="button" class="quiet" disabled={ways.busy} onClick={ways.otherMeans}>
            {w.otherMeans}
          </button>
          <button type="button" class="quiet" disabled={ways.busy} onClick={ways.cancel}>
            {ways.busy ? w.canceling : w.cancel}
          </button>
        </div>
      </div>
      {ways.sheet}
    </main>
  );
}

function stateLine(charge: Pending, intent: PaymentIntent | null, w: Words): string {
  if (!charge.url) return w.preparing;
  switch (intent && stateOf(intent)) {
    case "action":
      return w.payerAuthenticates;
    case "authorising":
      return w.authorising;
    case "refused":
      return w.lastRefused(w.reasons[readReason(intent && reasonOf(intent)).reason]);
    default:
      return w.waiting;
  }
}

/** The code of one of our pages. A picture that does not come is asked for again. */
export function QrCode({ page, alt }: { page: string | undefined; alt: string }) {
  const [attempt, setAttempt] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!failed) return;
    const timer = setTimeout(() => {
      setFailed(false);
      setAttempt(attempt + 1);
    }, 2000);
    return () => clearTimeout(timer);
  }, [failed]);
  const again = attempt > 0 ? `?${attempt}` : "";
  return (
    <div class="qr">
      {page && !failed && (
        <img src={`${pathOf(page)}/qr.svg${again}`} alt={alt} onError={() => setFailed(true)} />
      )}
    </div>
  );
}

export function HandOut({ url, onDone }: { url: string; onDone: () => void }) {
  const { w } = useText();
  const [copied, setCopied] = useState<boolean | null>(null);

  async function copy(): Promise<void> {
    setCopied(await copyLink(url));
    onDone();
  }

  async function share(): Promise<void> {
    if (await shareLink(url, document.title)) onDone();
  }

  return (
    <>
      <div class="chip-row">
        {canShare() && (
          <button type="button" class="chip" onClick={() => void share()}>
            <ShareIcon />
            {w.shareLink}
          </button>
        )}
        <button type="button" class="chip" onClick={() => void copy()}>
          <CopyIcon />
          <span aria-live="polite">{copied ? w.copied : w.copyLink}</span>
        </button>
      </div>
      {copied === false && (
        <input
          class="link-field"
          aria-label={w.linkLabel}
          readOnly
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </>
  );
}
