// The few settings: language, sound, who is logged in, and the way out.

import { useState } from "preact/hooks";
import { useCell } from "../cell.ts";
import { language, speak, useText } from "../language.ts";
import { logOut, type Session } from "../session.ts";
import { setSound, soundOn } from "../sound.ts";
import { catalogue, type Language } from "../words.ts";

const LANGUAGES: readonly Language[] = ["fr", "en"];

export function Settings({ who }: { who: Session }) {
  const { w } = useText();
  const spoken = useCell(language);
  const [sound, setSoundState] = useState(soundOn);
  const [problem, setProblem] = useState<string | null>(null);

  async function leave(): Promise<void> {
    setProblem(null);
    try {
      await logOut();
    } catch {
      setProblem(w.noAnswer);
    }
  }

  return (
    <main class="settings column stack">
      <h1 class="offscreen">{w.settings}</h1>
      <fieldset class="setting">
        <legend>{w.language}</legend>
        <div class="chip-row">
          {LANGUAGES.map((each) => (
            <label key={each} class="chip" lang={each}>
              <input
                type="radio"
                name="language"
                checked={spoken === each}
                onChange={() => speak(each)}
              />
              {catalogue[each].languageName}
            </label>
          ))}
        </div>
      </fieldset>
      <label class="setting switch">
        <span>
          {w.sound}
          <small>{w.soundHint}</small>
        </span>
        <input
          type="checkbox"
          role="switch"
          checked={sound}
          onChange={(event) => {
            setSound(event.currentTarget.checked);
            setSoundState(event.currentTarget.checked);
          }}
        />
      </label>
      <dl class="facts">
        <div>
          <dt>{w.merchant}</dt>
          <dd>{who.merchant.name}</dd>
        </div>
        <div>
          <dt>{w.account}</dt>
          <dd>{who.user.email}</dd>
        </div>
        <div>
          <dt>{w.timeZone}</dt>
          <dd>{who.merchant.time_zone}</dd>
        </div>
      </dl>
      <p class="error" role="alert">
        {problem}
      </p>
      <button type="button" class="secondary" onClick={() => void leave()}>
        {w.logOut}
      </button>
      <p class="muted small">{w.logOutHint}</p>
    </main>
  );
}
