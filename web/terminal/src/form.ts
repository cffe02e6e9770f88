// The encoding of requests: forms with nested brackets, as the public API reads them. Owns nothing
// else; answers are JSON and need no code here.

export type Value = string | number | boolean | undefined | Value[] | { [name: string]: Value };
export type Params = { [name: string]: Value };

/** `{ card: { cvc: "1" } }` is `card[cvc]=1`; lists are numbered; absent values are left out. */
export function encodeForm(params: Params): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) append(form, name, value);
  return form;
}

function append(form: URLSearchParams, name: string, value: Value): void {
  if (value === undefined) return;
  if (typeof value !== "object") {
    form.append(name, String(value));
    return;
  }
  for (const [inner, each] of Object.entries(value)) append(form, `${name}[${inner}]`, each);
}
