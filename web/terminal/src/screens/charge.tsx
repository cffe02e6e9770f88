// The keypad: what the app opens on. Owns typing an amount and beginning a charge; everything after
// the first send is in `payment.tsx`.

import { useLayoutEffect, useState } from "preact/hooks";
import { BigAmount } from "../amount.tsx";
import { useCell } from "../cell.ts";
import { clearTyped, lastMeans, notice, orderedMeans, rememberMeans, typed } from "../draft.ts";
import { BackspaceIcon, CardIcon, QrIcon } from "../icons.tsx";
import { useText } from "../language.ts";
import { press, type Key } from "../money.ts";
import { reachable } from "../network.ts";
import { begin, NotKept, type Means } from "../pending.ts";
import type { Session } from "../session.ts";

const KEYS: readonly Key[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0", "back"];

export const MEANS_ICONS: Record<Means, typeof QrIcon> = { link: QrIcon, card: CardIcon };

function type(key: Key): void {
  const current = typed.get();
  notice.set(null);
  typed.set({ ...current, amount: press(current.amount, key) });
}

export function Charge({ merchant }: { merchant: Session["merchant"] }) {
  const { w, money } = useText();
  const { amount, note, currency: chosen } = useCell(typed);
  const online = useCell(reachable);
  const [means, setMeans] = useState<Means>(lastMeans);
  const [order] = useState(orderedMeans);
  const currency = chosen ?? merchant.currencies[0] ?? "eur";
  const ready = amount > 0 && online;

  function charge(): void {
    const { amount: now } = typed.get();
    if (now === 0 || !reachable.get()) return;
    try {
      begin({ merchant: merchant.id, means, amount: now, currency, note: note.trim() });
      rememberMeans(means);
      clearTyped();
    } catch (problem) {
      if (!(problem instanceof NotKept)) throw problem;
      notice.set(w.notKept);
    }
  }

  useDigitKeys(charge);

  return (
    <main class="charge column">
      <h1 class="offscreen">{w.charge}</h1>
      <Amount amount={amount} currency={currency} currencies={merchant.currencies} />
      <input
        class="note-field"
        aria-label={w.note}
        placeholder={w.addNote}
        maxLength={80}
        autocomplete="off"
        enterkeyhint="done"
        value={note}
        onInput={(event) => typed.set({ ...typed.get(), note: event.currentTarget.value })}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      />
      <Keypad />
      <MeansRow order={order} chosen={means} onChoose={setMeans} />
      <button
        type="button"
        class="primary"
        data-testid="charge"
        disabled={!ready}
        onClick={charge}
      >
        {!online ? w.offlineShort : amount > 0 ? w.chargeAmount(money(amount, currency)) : w.charge}
      </button>
    </main>
  );
}

interface AmountProps {
  amount: number;
  currency: string;
  currencies: string[];
}

function Amount({ amount, currency, currencies }: AmountProps) {
  const { w, money } = useText();
  const said = useCell(notice);
  return (
    <div class="charge-amount">
      <p class="notice" role="status">
        {said}
      </p>
      {currencies.length > 1 && (
        <select
          class="currency"
          aria-label={w.currency}
          value={currency}
          onChange={(event) => typed.set({ ...typed.get(), currency: event.currentTarget.value })}
        >
          {currencies.map((each) => (
            <option key={each} value={each}>
              {each.toUpperCase()}
            </option>
          ))}
        </select>
      )}
      <BigAmount as="output" text={money(amount, currency)} zero={amount === 0} label={w.amount} />
    </div>
  );
}

function Keypad() {
  const { w } = useText();
  return (
    <div class="keypad" role="group" aria-label={w.keypad}>
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          aria-label={key === "back" ? w.backspace : undefined}
          // A mouse must not leave the focus on a key, or Enter would press it again.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => type(key)}
        >
          {key === "back" ? <BackspaceIcon /> : key}
        </button>
      ))}
    </div>
  );
}

interface MeansRowProps {
  order: Means[];
  chosen: Means;
  onChoose: (means: Means) => void;
}

function MeansRow({ order, chosen, onChoose }: MeansRowProps) {
  const { w } = useText();
  return (
    <fieldset class="means-row">
      <legend class="offscreen">{w.means}</legend>
      {order.map((means) => {
        const MeansIcon = MEANS_ICONS[means];
        return (
          <label key={means} class="chip">
            <input
              type="radio"
              name="means"
              checked={chosen === means}
              onChange={() => onChoose(means)}
            />
            <MeansIcon />
            <span>{w[`means_${means}`]}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Digits, Backspace and Enter of a desk's keyboard, unless a field or a button has the focus. */
function useDigitKeys(charge: () => void): void {
  useLayoutEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const focused = document.activeElement?.tagName ?? "";
      if (/INPUT|SELECT|TEXTAREA/.test(focused) && !isRadio(document.activeElement)) return;
      if (/^\d$/.test(event.key)) type(event.key as Key);
      else if (event.key === "Backspace") type("back");
      else if (event.key === "Enter" && !/BUTTON|^A$/.test(focused)) charge();
    }
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

function isRadio(element: Element | null): boolean {
  return element instanceof HTMLInputElement && element.type === "radio";
}
