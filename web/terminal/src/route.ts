// Where in the app we are, kept in the address's fragment so that the phone's back button works.
// The charge in progress is deliberately not a place: it takes the screen wherever we are.

import { Cell } from "./cell.ts";

export type Route =
  | { at: "charge" }
  | { at: "history"; intentId: string | null }
  | { at: "settings" };

export const route = new Cell<Route>({ at: "charge" });

export function readRoute(hash: string): Route {
  const [, first, second] = hash.replace(/^#/, "").split("/");
  if (first === "history") return { at: "history", intentId: second || null };
  if (first === "settings") return { at: "settings" };
  return { at: "charge" };
}

export function hrefOf(to: Route): string {
  if (to.at === "charge") return "#/";
  if (to.at === "settings") return "#/settings";
  return to.intentId ? `#/history/${to.intentId}` : "#/history";
}

export function watchRoute(): void {
  const read = () => route.set(readRoute(location.hash));
  addEventListener("hashchange", read);
  read();
}

export function go(to: Route): void {
  location.hash = hrefOf(to);
}
