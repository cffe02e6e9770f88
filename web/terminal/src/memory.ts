// What the phone keeps between two starts. Owns every name in local storage, so that logging out
// can forget all of them. Never holds card data: no caller has any to give.

const PREFIX = "encaisse.";

export function recall<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/**
 * Keeps `value`, and says whether it is really kept: a charge whose key could not be written down
 * must not be sent.
 */
export function keep(name: string, value: unknown): boolean {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // A browser that refuses storage kept nothing to forget.
  }
}

export function forgetAll(): void {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX)) localStorage.removeItem(name);
    }
  } catch {
    // As above.
  }
}
