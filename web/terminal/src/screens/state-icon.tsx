// The icon of a payment's state, in the state's colour; the word always stands beside it.

import type { Shown } from "../history.ts";
import {
  CanceledIcon,
  CardIcon,
  CheckIcon,
  RefundIcon,
  RefusedIcon,
  UnknownIcon,
  WaitingIcon,
} from "../icons.tsx";

const ICONS: Record<Shown, typeof CheckIcon> = {
  open: WaitingIcon,
  action: WaitingIcon,
  authorising: UnknownIcon,
  held: WaitingIcon,
  paid: CardIcon,
  refused: RefusedIcon,
  canceled: CanceledIcon,
  refunded: RefundIcon,
  partly: RefundIcon,
};

export function StateIcon({ shown }: { shown: Shown }) {
  const ShownIcon = ICONS[shown];
  return (
    <span class={`state-icon is-${shown}`}>
      <ShownIcon />
    </span>
  );
}
