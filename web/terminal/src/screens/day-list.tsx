// Days as sticky headings with their totals, payments as lines, refunds as signed lines.

import { cardName } from "../card-name.ts";
import { shownState, type Day } from "../history.ts";
import { chargeOf, refundedOf, type PaymentIntent } from "../intent.ts";
import { useText } from "../language.ts";
import { hrefOf } from "../route.ts";
import { StateIcon } from "./state-icon.tsx";

export function DayList({ days, chosen }: { days: Day[]; chosen: string | null }) {
  const { w, day, money } = useText();
  return (
    <div class="days" data-testid="days">
      {days.map(({ key, intents, totals }) => (
        <section key={key} aria-labelledby={`day-${key}`}>
          <header class="day-head">
            <h2 id={`day-${key}`}>{day(intents[0]?.created ?? 0)}</h2>
            {totals && totals.size > 0 && (
              <p class="money">
                <span class="offscreen">{w.dayTotal} </span>
                {[...totals].map(([currency, total]) => money(total, currency)).join(" + ")}
              </p>
            )}
          </header>
          <ul class="payments">
            {intents.map((intent) => (
              <PaymentLine key={intent.id} intent={intent} chosen={intent.id === chosen} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function PaymentLine({ intent, chosen }: { intent: PaymentIntent; chosen: boolean }) {
  const { w, money, time } = useText();
  const shown = shownState(intent);
  const refunded = refundedOf(intent);
  const earned = shown === "paid" || shown === "partly" || shown === "refunded";
  const label = intent.description || cardName(chargeOf(intent)) || w.means_link;
  return (
    <li>
      <a
        class="payment"
        href={hrefOf({ at: "history", intentId: intent.id })}
        aria-current={chosen ? "true" : undefined}
      >
        <span class="payment-time">{time(intent.created)}</span>
        <StateIcon shown={shown} />
        <span class="payment-label">
          <span class="clip">{label}</span>
          {!earned && <small class={`is-${shown}`}>{w[`state_${shown}`]}</small>}
          {refunded > 0 && <small>{w.refundedLine}</small>}
        </span>
        <span class={earned ? "money" : "money muted"}>
          {money(intent.amount, intent.currency)}
          {refunded > 0 && <small>{money(-refunded, intent.currency)}</small>}
        </span>
      </a>
    </li>
  );
}
