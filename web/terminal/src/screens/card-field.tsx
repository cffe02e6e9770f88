// One field of the card form: a label above, digits grouped as on the card without the caret
// jumping, and its error below, tied to it for screen readers.

import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { caretAfter, digitsOf } from "../card.ts";

interface CardFieldProps {
  name: string;
  label: string;
  value: string;
  autocomplete: "cc-number" | "cc-exp" | "cc-csc";
  disabled: boolean;
  group: (text: string) => string;
  onValue: (value: string) => void;
  onLeave: () => void;
  error: string | null;
  hint?: string;
  placeholder?: string;
  mark?: string | null;
}

export function CardField(props: CardFieldProps) {
  const { name, label, value, error, hint, mark, group, onValue } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);

  useLayoutEffect(() => {
    if (caret.current !== null) input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  function onInput(event: preact.TargetedEvent<HTMLInputElement>): void {
    const element = event.currentTarget;
    const at = element.selectionStart ?? element.value.length;
    const next = group(element.value);
    const atEnd = at === element.value.length;
    const before = digitsOf(element.value.slice(0, at)).length;
    caret.current = atEnd ? next.length : caretAfter(next, before);
    // The field shows the grouped text also when the grouped text has not changed.
    element.value = next;
    onValue(next);
  }

  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="input-wrap">
        <input
          ref={input}
          id={id}
          name={name}
          type="text"
          inputMode="numeric"
          autocomplete={props.autocomplete}
          enterkeyhint="next"
          spellcheck={false}
          placeholder={props.placeholder}
          disabled={props.disabled}
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${id}-more` : undefined}
          onInput={onInput}
          onBlur={props.onLeave}
        />
        {mark && <span class="input-mark">{mark}</span>}
      </div>
      {(error || hint) && (
        <p id={`${id}-more`} class={error ? "field-error" : "hint"}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
