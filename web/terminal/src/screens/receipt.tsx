// The receipt of a payment from the history: its code to scan, or its link to send.

import { useText } from "../language.ts";
import { Sheet } from "../sheet.tsx";
import { HandOut, QrCode } from "./waiting.tsx";

export function ReceiptSheet({ url, onClose }: { url: string; onClose: () => void }) {
  const { w } = useText();
  return (
    <Sheet title={w.receipt} onClose={onClose}>
      <QrCode page={url} alt={w.receiptAlt} />
      <p class="muted center">{w.receiptHint}</p>
      <HandOut url={url} onDone={() => undefined} />
    </Sheet>
  );
}
