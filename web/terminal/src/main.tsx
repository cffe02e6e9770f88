// The start: what the phone remembers is shown at once, then the service is asked.

import { render } from "preact";
import { App } from "./app.tsx";
import { chooseLanguage } from "./language.ts";
import { loadHistoryRoom } from "./lazy.ts";
import { watchNetwork } from "./network.ts";
import { watchPending } from "./pending.ts";
import { watchRoute } from "./route.ts";
import { session, start } from "./session.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/rooms.css";
import "./style/payment.css";
import "./style/history.css";
import "./style/wide.css";

function open(): void {
  const root = document.getElementById("app");
  if (root) render(<App />, root);
  void loadHistoryRoom();
}

watchNetwork();
watchRoute();
watchPending();
const started = start();
chooseLanguage();
// A known merchant sees the keypad at once; a stranger is not shown a log-in that may be needless.
if (session.get()) open();
void started.finally(() => {
  chooseLanguage();
  open();
});

// A press's style is only drawn on a touch screen when somebody listens for touches.
document.addEventListener("touchstart", () => undefined, { passive: true });

// Offline opening needs a secure context; over plain http on a shop's own network the app does
// without it, and nothing on the way of a payment depends on it.
if (import.meta.env.PROD && window.isSecureContext && "serviceWorker" in navigator) {
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
}
