// What frames every room: the test band, the offline banner, the way to the other rooms.

import { useCell } from "./cell.ts";
import { HistoryIcon, KeypadIcon, OfflineIcon, SettingsIcon } from "./icons.tsx";
import { useText } from "./language.ts";
import { reachable } from "./network.ts";
import { hrefOf, route, type Route } from "./route.ts";
import { session } from "./session.ts";

export function Banners() {
  const { w } = useText();
  const online = useCell(reachable);
  const who = useCell(session);
  return (
    <header class="banners">
      {who?.livemode === false && (
        <p class="test-band" data-testid="test-band">
          {w.testBand}
        </p>
      )}
      <div role="status">
        {!online && (
          <p class="offline-band" data-testid="offline">
            <OfflineIcon />
            <span>{w.offline}</span>
          </p>
        )}
      </div>
    </header>
  );
}

const PLACES: { to: Route; icon: typeof KeypadIcon; word: "charge" | "history" | "settings" }[] = [
  { to: { at: "charge" }, icon: KeypadIcon, word: "charge" },
  { to: { at: "history", intentId: null }, icon: HistoryIcon, word: "history" },
  { to: { at: "settings" }, icon: SettingsIcon, word: "settings" },
];

export function Places() {
  const { w } = useText();
  const here = useCell(route).at;
  const merchant = useCell(session)?.merchant;
  return (
    <nav class="places" aria-label="Encaisse">
      <p class="places-name">{merchant?.name}</p>
      <ul>
        {PLACES.map(({ to, icon: PlaceIcon, word }) => (
          <li key={word}>
            <a href={hrefOf(to)} aria-current={here === to.at ? "page" : undefined}>
              <PlaceIcon />
              <span>{w[word]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
