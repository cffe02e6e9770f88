// The payer's page, made quicker: groups digits, checks fields, sends in place, sees when it is
// paid elsewhere. The page works without it, by plain posts, and all it shows was written by the
// server. Deliberately keeps nothing, logs nothing, knows no words.

const BRANDS = { visa: /^4/, mastercard: /^(5[1-5]|2[2-7])/, amex: /^3[47]/ };

export const digitsOf = (text) => text.replace(/\D/g, "");

/** The network by its first digits (ISO/IEC 7812), where the form shows it. */
export const brandOf = (digits) => Object.keys(BRANDS).find((brand) => BRANDS[brand].test(digits));

const isAmex = (digits) => brandOf(digits) === "amex";

/** Groups as printed on the card: 4-6-5 for American Express, fours for the others. */
export function groupNumber(text) {
  const digits = digitsOf(text).slice(0, 19);
  if (isAmex(digits)) return digits.replace(/^(....)(.{0,6})/, "$1 $2 ").trim();
  return digits.replace(/....(?=.)/g, "$& ");
}

/** `MM / YY` while it is typed; `4/28`, `0428` and `04/2028` are read alike. */
export function groupExpiry(text, isDeleting) {
  const parts = /^\s*(\d{1,2})\s*[/.\s-]\s*(\d{0,4})/.exec(text);
  const digits = digitsOf(text).replace(/^[2-9]/, "0$&");
  const month = parts ? parts[1].padStart(2, "0") : digits.slice(0, 2);
  const year = parts ? parts[2] : digits.slice(2, 6);
  return year || (month.length === 2 && !isDeleting) ? `${month} / ${year}` : month;
}

/** Where the caret goes: behind as many digits as it was. */
export const caretAfter = (grouped, count) =>
  new RegExp(`^(\\D*\\d){0,${count}}`).exec(grouped)[0].length;

/** ISO/IEC 7812-1, annex B */
export function passesLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = digit * (1 + (place % 2));
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** The attribute that says what is wrong with a field; "" when nothing is. */
export const CHECKS = {
  number(text) {
    const digits = digitsOf(text);
    if (/[^\d\s.-]/.test(text)) return "wrong";
    const isWhole = /^(3[47].{13}|4.{15}(...)?|(?!3[47]|4).{12,19})$/.test(digits);
    if (isWhole && passesLuhn(digits)) return "";
    return digits.length < (isAmex(digits) ? 15 : 16) ? "incomplete" : "wrong";
  },
  expiry(text, _, now = new Date()) {
    const [, month, year] = /^(\d\d) \/ (\d\d|\d{4})$/.exec(groupExpiry(text)) ?? [];
    if (!year) return "incomplete";
    if (month < 1 || month > 12 || !/^(20)?..$/.test(year)) return "wrong";
    // The first day it is no longer good: months count from 0 there.
    return new Date(2000 + (year % 100), month) > now ? "" : "past";
  },
  code(text, number) {
    if (isAmex(digitsOf(number))) return /^\d{4}$/.test(text) ? "" : "four";
    return /^\d{3}$/.test(text) ? "" : "three";
  },
};

const GROUPS = { number: groupNumber, expiry: groupExpiry, code: digitsOf };

let isSending, isLooking, shownAt;
let isUnsure; // A post may have arrived: nothing is sent before the server has told.
let typed = {}; // For when the form comes back. Lives with the page.

const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => document.querySelectorAll(selector);
const load = async (options) => (await fetch(location.href, options)).text();

/** Shows a page of the server in place of this one; throws when it is none. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main[data-state]");
  if (!main) throw new Error("no page");
  for (const input of $$(".field input")) typed[input.id] = input.value;
  $("main").replaceWith(main);
  document.title = page.title;
  isUnsure = false;
  wire();
  if (!main.dataset.status) typed = {};
  ($("[aria-invalid]") ?? $(".alert:not([hidden]), h1[tabindex]"))?.focus();
}

/** Shows what became of the payment, when that is news. */
async function look() {
  const { status, state } = $("main").dataset;
  if (!status || isSending || isLooking || document.hidden) return;
  isLooking = true;
  try {
    const answer = await (await fetch(status)).json();
    const html = (isUnsure || answer.status !== state) && (await load());
    if (html && !isSending) show(html);
  } catch {
    // The next one will tell.
  }
  isLooking = false;
}

/** Shows the time left, in its last two minutes only. */
function count() {
  const { expires, now } = $("main").dataset;
  const left = Math.ceil((expires - now - Date.now() + shownAt) / 1000);
  if (!(left <= 120)) return; // Without a deadline this is no number.
  if (left < 0) return look();
  const line = $(".time-left");
  const time = `${Math.floor(left / 60)}:${`${left % 60}`.padStart(2, 0)}`;
  line.textContent = line.dataset.text.replace("{time}", time);
  if (line.hidden) $(".time-said").textContent = line.dataset.said;
  line.hidden = false;
}

function wire() {
  shownAt = Date.now();
  const form = $("form[data-card]");
  if (form) wireForm(form);
  for (const button of $$("[data-print], [data-copy]")) {
    button.hidden = false; // Only script can serve them.
    button.onclick = () => (button.dataset.copy ? copy(button) : print());
  }
  const link = $("[data-follow]");
  if (link) setTimeout(() => location.assign(link.href), link.dataset.follow);
}

function copy(button) {
  $("#link").select();
  // Absent over plain http.
  if (navigator.clipboard) navigator.clipboard.writeText($("#link").value);
  else document.execCommand("copy");
  button.textContent = button.dataset.copy;
}

function wireForm(form) {
  form.noValidate = true;
  form.onsubmit = () => {
    send(form);
    return false;
  };
  for (const input of $$(".field input")) {
    input.value = typed[input.id] ?? input.value;
    regroup(input, true);
    input.oninput = ({ inputType }) => {
      regroup(input, /^delete/.test(inputType));
      if (input.matches("[aria-invalid]")) check(input);
    };
    input.onblur = () => input.value && check(input);
  }
}

function regroup(input, isDeleting) {
  const { id, value, selectionStart: caret } = input;
  // What is no digit stays, for its check to say so.
  if (GROUPS[id] && !/[^\d\s/.-]/.test(value)) input.value = GROUPS[id](value, isDeleting);
  if (input.value !== value && caret < value.length && input === document.activeElement) {
    const at = caretAfter(input.value, digitsOf(value.slice(0, caret)).length);
    input.setSelectionRange(at, at);
  }
  if (id === "number") showBrand(digitsOf(value));
}

function showBrand(digits) {
  const brand = brandOf(digits);
  const taken = $(`[data-brand="${brand}"]`);
  for (const chip of $$("[data-brand]")) chip.hidden = taken && chip !== taken;
  const hint = $("#code-hint");
  hint.textContent = hint.dataset[isAmex(digits) ? "four" : "three"];
}

function check(input) {
  const { id, value, required } = input;
  const fault = required && (value.trim() ? CHECKS[id](value, $("#number").value) : "missing");
  const words = $(`#${id}-fault`);
  words.textContent = words.dataset[fault] ?? "";
  words.hidden = !fault;
  if (fault) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

async function send(form) {
  if (isSending || isUnsure) return;
  $$(".field input").forEach(check);
  const faulty = $("[aria-invalid]");
  const alert = $(".alert");
  alert.lastElementChild.textContent = alert.dataset.summary;
  alert.hidden = !faulty;
  if (faulty) return faulty.focus();

  const [button, note] = [$(".primary"), $(".note")];
  isSending = button.disabled = true;
  button.setAttribute("aria-busy", "true");
  button.textContent = button.dataset.busy;
  setTimeout(() => (note.textContent ||= note.dataset.slow), 6000);
  try {
    const body = new URLSearchParams(new FormData(form));
    const signal = AbortSignal.timeout?.(45000);
    show(await load({ method: "POST", body, signal }));
  } catch {
    isUnsure = true;
    note.textContent = note.dataset.offline;
  }
  isSending = false;
}

if (globalThis.document) {
  wire();
  setInterval(look, 1500);
  setInterval(count, 1000);
  // A page out of the browser's memory may be old.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
