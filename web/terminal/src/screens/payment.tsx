// The charge in progress, by its means. Owns which screen a payment's state asks for, and the ways
// out that every means shares. A screen here never asks for money twice: another means first
// withdraws this charge at the service.

import { useEffect, useState } from "preact/hooks";
import { Lost } from "../api.ts";
import { withdraw } from "../charge.ts";
import { notice, rememberMeans } from "../draft.ts";
import { stateOf, type PaymentIntent } from "../intent.ts";
import { useText } from "../language.ts";
import { begin, finish, type Means, type Pending } from "../pending.ts";
import { CardPayment } from "./card-payment.tsx";
import { LinkPayment } from "./link-payment.tsx";
import { MeansSheet } from "./means.tsx";

export function Payment({ charge, name }: { charge: Pending; name: string }) {
  return charge.means === "link" ? (
    <LinkPayment charge={charge} name={name} />
  ) : (
    <CardPayment charge={charge} />
  );
}

/** What a merchant can do with a charge that is not settled. */
export interface WaysOut {
  busy: boolean;
  problem: string | null;
  cancel: () => void;
  otherMeans: () => void;
  /** Leaves the charge to the history without touching it. */
  leave: () => void;
  sheet: preact.ComponentChild;
}

/** `found` is told when withdrawing shows that the payment has another state than was thought. */
export function useWaysOut(charge: Pending, found: (intent: PaymentIntent) => void): WaysOut {
  const { w } = useText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [choosing, setChoosing] = useState(false);

  async function withdrawn(): Promise<boolean> {
    setBusy(true);
    setProblem(null);
    try {
      const still = await withdraw(charge);
      if (!still) return true;
      found(still);
      if (stateOf(still) !== "paid") setProblem(w.cannotCancel);
    } catch (failure) {
      if (failure instanceof Lost) setProblem(w.notCanceled);
    }
    setBusy(false);
    return false;
  }

  async function cancel(): Promise<void> {
    if (busy || !(await withdrawn())) return;
    finish(charge.key);
    notice.set(w.canceledNotice);
  }

  async function change(means: Means): Promise<void> {
    setChoosing(false);
    if (busy || means === charge.means || !(await withdrawn())) return;
    const { merchant, amount, currency, note } = charge;
    finish(charge.key);
    begin({ merchant, means, amount, currency, note });
    rememberMeans(means);
  }

  return {
    busy,
    problem,
    cancel: () => void cancel(),
    otherMeans: () => setChoosing(true),
    leave: () => finish(charge.key),
    sheet: choosing && (
      <MeansSheet onChoose={(means) => void change(means)} onClose={() => setChoosing(false)} />
    ),
  };
}

/** How long an authorisation may take before the screen admits that nobody knows. */
const PATIENCE_MS = 6000;

/** True once `running` has lasted longer than an authorisation should. */
export function useTooLong(running: boolean): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    setOver(false);
    if (!running) return;
    const timer = setTimeout(() => setOver(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [running]);
  return running && over;
}
