// The sheet of means: each one line with what the payer does. A means that cannot be used is
// absent.

import { MEANS } from "../draft.ts";
import { useText } from "../language.ts";
import type { Means } from "../pending.ts";
import { Sheet } from "../sheet.tsx";
import { MEANS_ICONS } from "./charge.tsx";

interface MeansSheetProps {
  onChoose: (means: Means) => void;
  onClose: () => void;
}

export function MeansSheet({ onChoose, onClose }: MeansSheetProps) {
  const { w } = useText();
  return (
    <Sheet title={w.means} onClose={onClose}>
      <ul class="lines">
        {MEANS.map((means) => {
          const MeansIcon = MEANS_ICONS[means];
          return (
            <li key={means}>
              <button type="button" class="line" onClick={() => onChoose(means)}>
                <MeansIcon />
                <span>
                  {w[`means_${means}`]}
                  <small>{w[`meansHint_${means}`]}</small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}
