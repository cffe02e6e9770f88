// Which room is shown. The charge in progress comes before everything else but the log-in.

import { useEffect } from "preact/hooks";
import { useCell } from "./cell.ts";
import { useText } from "./language.ts";
import { historyRoom, loadHistoryRoom } from "./lazy.ts";
import { pending } from "./pending.ts";
import { route } from "./route.ts";
import { Charge } from "./screens/charge.tsx";
import { LogIn } from "./screens/login.tsx";
import { Payment } from "./screens/payment.tsx";
import { Settings } from "./screens/settings.tsx";
import { session, type Session } from "./session.ts";
import { Banners, Places } from "./shell.tsx";

export function App() {
  const who = useCell(session);
  const charge = useCell(pending);
  if (!who) {
    return (
      <div class="app app-single">
        <Banners />
        <LogIn />
      </div>
    );
  }
  if (charge) {
    return (
      <div class="app app-single">
        <Banners />
        <Payment key={charge.key} charge={charge} name={who.merchant.name} />
      </div>
    );
  }
  return (
    <div class="app">
      <Banners />
      <Room who={who} />
      <Places />
    </div>
  );
}

function Room({ who }: { who: Session }) {
  const here = useCell(route);
  if (here.at === "history") return <HistoryRoom chosen={here.intentId} />;
  if (here.at === "settings") return <Settings who={who} />;
  return <Charge merchant={who.merchant} />;
}

function HistoryRoom({ chosen }: { chosen: string | null }) {
  const { w } = useText();
  const History = useCell(historyRoom);
  useEffect(() => void loadHistoryRoom(), []);
  if (History) return <History chosen={chosen} />;
  return <main class="column muted">{w.loading}</main>;
}
