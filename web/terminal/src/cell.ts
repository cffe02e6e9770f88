// One observable value and the hook that renders it. Owns no application state itself, and
// deliberately has no derived cells, no batching and no context: the app has six cells in all.

import { useEffect, useState } from "preact/hooks";

export class Cell<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  /** Calls `listener` at each later change; returns the function that stops it. */
  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function useCell<T>(cell: Cell<T>): T {
  const [value, setValue] = useState(() => cell.get());
  useEffect(() => {
    // The cell may have changed between the first render and this effect.
    setValue(() => cell.get());
    return cell.subscribe((next) => setValue(() => next));
  }, [cell]);
  return value;
}
