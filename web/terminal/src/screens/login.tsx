// Logging in. Owns its two fields and what a refusal says; the password is never kept.

import { useState } from "preact/hooks";
import { Refusal } from "../api.ts";
import { useText } from "../language.ts";
import { logIn } from "../session.ts";
import { pendingExists } from "../pending.ts";
import type { Words } from "../words.ts";

export function LogIn() {
  const { w } = useText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem(null);
    try {
      await logIn(String(fields.get("email")), String(fields.get("password")));
    } catch (refused) {
      setProblem(explain(refused, w));
      setBusy(false);
    }
  }

  return (
    <main class="login">
      <form class="column stack" onSubmit={submit}>
        <img class="mark" src="/icon.svg" alt="Encaisse" width="64" height="64" />
        <h1>{w.logInTitle}</h1>
        {pendingExists() && <p class="muted">{w.pendingKept}</p>}
        <label class="field">
          <span>{w.email}</span>
          <input
            name="email"
            type="email"
            autocomplete="username"
            inputMode="email"
            autocapitalize="none"
            spellcheck={false}
            required
          />
        </label>
        <label class="field">
          <span>{w.password}</span>
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <p class="error" role="alert">
          {problem}
        </p>
        <button class="primary" disabled={busy} aria-busy={busy}>
          {w.logIn}
        </button>
      </form>
    </main>
  );
}

function explain(problem: unknown, w: Words): string {
  if (!(problem instanceof Refusal)) return w.noAnswer;
  const locked = problem.error.code === "account_locked" || problem.status === 429;
  return locked ? w.locked : w.wrongPassword;
}
