// The history room, which the first screen does without: loaded right after it is drawn. Loaded
// once and kept, so that a later version of the app on the server cannot pull it from under this
// one.

import { Cell } from "./cell.ts";
import type { History } from "./screens/history.tsx";

export const historyRoom = new Cell<typeof History | null>(null);

/** Without network the next call, at the next visit of the room, tries again. */
export async function loadHistoryRoom(): Promise<void> {
  if (historyRoom.get()) return;
  try {
    historyRoom.set((await import("./screens/history.tsx")).History);
  } catch {
    // Shown as loading until it comes.
  }
}
