// The icons: own drawings on a 24-unit grid, one stroke width. They never stand alone: the word
// beside them, or the button's label, says what they mean.

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const KeypadIcon = () => (
  <Icon>
    <path class="dots" d="M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01" />
    <path class="dots" d="M6 18h.01M12 18h.01M18 18h.01" />
  </Icon>
);

export const HistoryIcon = () => (
  <Icon>
    <path d="M4 6h16M4 12h16M4 18h9" />
  </Icon>
);

export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
    <circle cx="16" cy="7" r="2.5" />
    <circle cx="8" cy="17" r="2.5" />
  </Icon>
);

export const QrIcon = () => (
  <Icon>
    <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v2M14 20h2M20 20h-1" />
  </Icon>
);

export const CardIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="2.5" />
    <path d="M3 10h18M7 15h3" />
  </Icon>
);

export const BackspaceIcon = () => (
  <Icon>
    <path d="M8.5 5H19a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H8.5L3 12zM11 9.5l5 5M16 9.5l-5 5" />
  </Icon>
);

export const BackIcon = () => (
  <Icon>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="M5 12.5l4.5 4.5L19 7.5" />
  </Icon>
);

export const RefusedIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M9 9l6 6M15 9l-6 6" />
  </Icon>
);

export const UnknownIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.8h.01" />
  </Icon>
);

export const WaitingIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3.5 2" />
  </Icon>
);

export const CanceledIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M8 12h8" />
  </Icon>
);

export const RefundIcon = () => (
  <Icon>
    <path d="M9 14l-5-5 5-5M4 9h10a6 6 0 0 1 0 12h-3" />
  </Icon>
);

export const ReceiptIcon = () => (
  <Icon>
    <path d="M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6" />
  </Icon>
);

export const ShareIcon = () => (
  <Icon>
    <path d="M12 15V4M8 8l4-4 4 4M5 13v5a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-5" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M5 15a1.5 1.5 0 0 1-1-1.5V6.5A2.5 2.5 0 0 1 6.5 4h7A1.5 1.5 0 0 1 15 5" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6.5" />
    <path d="M16 16l4.5 4.5" />
  </Icon>
);

export const OfflineIcon = () => (
  <Icon>
    <path d="M4 4l16 16M8.5 12.5a5.5 5.5 0 0 1 2-1M5 9a10 10 0 0 1 3-1.9" />
    <path d="M12 7a10 10 0 0 1 7 2M12 18h.01" />
  </Icon>
);

/** The tick of the paid screen, drawn in 300 ms by the style sheet. */
export const PaidTick = () => (
  <svg class="tick" viewBox="0 0 96 96" aria-hidden="true" focusable="false">
    <circle cx="48" cy="48" r="44" />
    <path d="M29 49.5l13 13 25-27" pathLength={1} />
  </svg>
);
