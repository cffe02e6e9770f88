// Idempotency keys. `crypto.randomUUID` exists only in secure contexts, and a shop's own network is
// plain http, so the key is made from `getRandomValues`, which is everywhere.

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
