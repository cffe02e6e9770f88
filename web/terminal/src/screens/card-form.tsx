// The card form: three fields, told what is wrong when left, or on submit. Owns the typed card,
// which is gone when this screen is.

import { useRef, useState } from "preact/hooks";
import { BigAmount } from "../amount.tsx";
import { Abandoned, Refusal } from "../api.ts";
import {
  brandOf,
  cardOf,
  cvcFault,
  cvcLength,
  digitsOf,
  expiryFault,
  groupExpiry,
  groupNumber,
  numberFault,
  type Card,
  type Fault,
} from "../card.ts";
import { useText } from "../language.ts";
import type { Pending } from "../pending.ts";
import { readReason } from "../refusal.ts";
import type { Words } from "../words.ts";
import { CardField } from "./card-field.tsx";
import type { WaysOut } from "./payment.tsx";

type Name = "number" | "expiry" | "cvc";
type Fields = Record<Name, string>;

const NAMES: readonly Name[] = ["number", "expiry", "cvc"];
const BRAND_WORDS = { visa: "Visa", mastercard: "Mastercard", amex: "Amex" };

function faultOf(name: Name, fields: Fields): Fault | null {
  if (name === "number") return numberFault(fields.number);
  if (name === "expiry") return expiryFault(fields.expiry, new Date());
  return cvcFault(fields.cvc, fields.number);
}

interface CardFormProps {
  charge: Pending;
  ways: WaysOut;
  onSubmit: (card: Card) => Promise<void>;
}

export function CardForm({ charge, ways, onSubmit }: CardFormProps) {
  const { w, money } = useText();
  const [fields, setFields] = useState<Fields>({ number: "", expiry: "", cvc: "" });
  const [left, setLeft] = useState<ReadonlySet<Name>>(new Set());
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  // A state is set only at the next render; a double tap comes before it.
  const sent = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  const digits = digitsOf(fields.number);
  const brand = brandOf(digits);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (sent.current) return;
    setLeft(new Set(NAMES));
    const wrong = NAMES.find((name) => faultOf(name, fields));
    if (wrong) {
      form.current?.querySelector<HTMLInputElement>(`[name="${wrong}"]`)?.focus();
      return;
    }
    sent.current = true;
    setSending(true);
    setProblem(null);
    try {
      await onSubmit(cardOf(fields));
    } catch (failure) {
      setProblem(explain(failure, w));
      sent.current = false;
      setSending(false);
    }
  }

  function field(name: Name) {
    const fault = left.has(name) ? faultOf(name, fields) : null;
    return {
      name,
      value: fields[name],
      disabled: sending,
      error: fault && faultWord(fault, digits, w),
      onValue: (value: string) => setFields({ ...fields, [name]: value }),
      onLeave: () => fields[name] !== "" && setLeft(new Set([...left, name])),
    };
  }

  return (
    <main class="stage column" data-testid="card-form">
      <header class="stage-head">
        <BigAmount text={money(charge.amount, charge.currency)} />
        {charge.note && <p class="muted clip">{charge.note}</p>}
      </header>
      <form ref={form} class="card-form stack" noValidate onSubmit={submit}>
        <h1>{w.cardTitle}</h1>
        <CardField
          {...field("number")}
          label={w.cardNumber}
          autocomplete="cc-number"
          group={(text) => groupNumber(digitsOf(text))}
          mark={brand && BRAND_WORDS[brand]}
        />
        <div class="halves">
          <CardField
            {...field("expiry")}
            label={w.cardExpiry}
            autocomplete="cc-exp"
            group={groupExpiry}
            placeholder={w.expiryExample}
          />
          <CardField
            {...field("cvc")}
            label={w.cardCvc}
            autocomplete="cc-csc"
            group={(text) => digitsOf(text).slice(0, cvcLength(digits))}
            hint={w.cardCvcHint(cvcLength(digits))}
          />
        </div>
        <p class="error" role="alert">
          {problem ?? ways.problem}
        </p>
        <button class="primary" data-testid="pay-card" aria-busy={sending} disabled={sending}>
          {sending ? w.authorising : w.chargeAmount(money(charge.amount, charge.currency))}
        </button>
        <div class="quiet-row">
          <button type="button" class="quiet" disabled={sending} onClick={ways.otherMeans}>
            {w.otherMeans}
          </button>
          <button type="button" class="quiet" disabled={sending} onClick={ways.cancel}>
            {w.cancel}
          </button>
        </div>
      </form>
      {ways.sheet}
    </main>
  );
}

function faultWord(fault: Fault, digits: string, w: Words): string {
  return fault === "cvc" ? w.fault_cvc(cvcLength(digits)) : w[`fault_${fault}`];
}

/** Only failures before the card was sent come here, and refusals without a payment. */
function explain(failure: unknown, w: Words): string {
  if (failure instanceof Abandoned) return "";
  if (!(failure instanceof Refusal)) return w.cardNoAnswer;
  const code = failure.error.decline_code ?? failure.error.code ?? null;
  const { reason } = readReason(code);
  return reason === "generic" ? w.cardNotTaken : w.reasons[reason];
}
