// What happened to a payment, oldest first, as far as the service tells it.

import { shownState } from "../history.ts";
import { chargeOf, reasonOf, stateOf, type PaymentIntent, type Refund } from "../intent.ts";
import { useText, type Text } from "../language.ts";
import { readReason } from "../refusal.ts";

interface Happening {
  at: number | null;
  what: string;
  more?: string;
}

export function Timeline({ intent, refunds }: { intent: PaymentIntent; refunds: Refund[] }) {
  const text = useText();
  return (
    <ol class="timeline">
      {happenings(intent, refunds, text).map(({ at, what, more }) => (
        <li key={`${at}${what}`}>
          <span class="payment-time">{at === null ? "" : moment(at, intent, text)}</span>
          <span>
            {what}
            {more && <small>{more}</small>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The hour, and the day too when it is not the day the payment was opened. */
function moment(at: number, intent: PaymentIntent, { time, day, dayKey }: Text): string {
  if (dayKey(at) === dayKey(intent.created) && at !== intent.created) return time(at);
  return `${day(at)} ${time(at)}`;
}

function happenings(intent: PaymentIntent, refunds: Refund[], { w, money }: Text): Happening[] {
  const charge = chargeOf(intent);
  const list: Happening[] = [{ at: intent.created, what: w.event_created }];
  if (stateOf(intent) === "paid") {
    list.push({ at: charge?.created ?? null, what: w.event_paid });
  }
  if (shownState(intent) === "refused") {
    const { reason } = readReason(reasonOf(intent));
    list.push({ at: charge?.created ?? null, what: w.event_refused, more: w.reasons[reason] });
  }
  if (stateOf(intent) === "canceled") {
    list.push({ at: intent.canceled_at ?? null, what: w.event_canceled });
  }
  for (const refund of [...refunds].reverse()) {
    list.push({ at: refund.created, what: refundWord(refund) });
  }
  return list;

  function refundWord({ amount, currency, status }: Refund): string {
    const shown = money(amount, currency);
    if (status === "failed" || status === "canceled") return w.event_refundFailed(shown);
    return status === "succeeded" ? w.event_refund(shown) : w.event_refundPending(shown);
  }
}
