import { answer, fresh, json, lost, sent, stored } from "./browser.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ask, Lost, Refusal } from "../src/api.ts";
import { keep } from "../src/memory.ts";
import { begin, pending } from "../src/pending.ts";
import { logIn, logOut, session, start, type Session } from "../src/session.ts";
import { draft } from "./samples.ts";

const who: Session = {
  merchant: {
    id: "mer_1",
    name: "Librairie",
    country: "FR",
    locale: "fr-FR",
    time_zone: "Europe/Paris",
    currencies: ["eur"],
  },
  user: { email: "a@b.c" },
  livemode: false,
};

beforeEach(() => {
  fresh();
  session.set(null);
  pending.set(null);
});

test("the_last_known_session_opens_without_network", async () => {
  keep("session", who);
  answer(lost);
  const started = start();
  assert.deepEqual(session.get(), who);
  await started;
  assert.deepEqual(session.get(), who);
});

test("a_session_that_ended_leads_to_the_log_in_and_keeps_the_charge", async () => {
  answer(json(200, who), json(401, { error: {} }));
  await start();
  const charge = begin(draft);
  await assert.rejects(ask("GET", "/v1/payment_intents/pi_1"), Refusal);
  assert.equal(session.get(), null);
  assert.deepEqual(stored("pending"), charge);
  answer(json(200, who));
  await logIn("a@b.c", "secret");
  assert.deepEqual(pending.get(), charge);
});

test("the_password_is_sent_and_never_stored", async () => {
  answer(json(200, who));
  await logIn("a@b.c", "s3cret!");
  assert.deepEqual(sent[0]?.form, { email: "a@b.c", password: "s3cret!" });
  assert.doesNotMatch(JSON.stringify([stored("session"), stored("pending")]), /s3cret/);
});

test("logging_out_forgets_everything_of_ours_and_nothing_of_others", async () => {
  answer(json(200, who), () => new Response(null, { status: 204 }));
  await logIn("a@b.c", "x");
  begin(draft);
  keep("language", "en");
  localStorage.setItem("other", '"kept"');
  await logOut();
  assert.deepEqual(Object.keys(localStorage), ["other"]);
  assert.equal(session.get(), null);
  assert.equal(pending.get(), null);
});

test("a_log_out_without_answer_is_not_one", async () => {
  answer(json(200, who), lost);
  await logIn("a@b.c", "x");
  await assert.rejects(logOut(), Lost);
  assert.deepEqual(session.get(), who);
});
