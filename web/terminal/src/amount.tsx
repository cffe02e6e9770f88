// The big amount. Owns its size: as large as the look allows, smaller when the text is long, so
// that it always stays on one line.

interface AmountProps {
  text: string;
  as?: "h1" | "h2" | "p" | "output";
  /** Nothing typed yet. */
  zero?: boolean;
  label?: string;
}

export function BigAmount({ text, as: Tag = "p", zero = false, label }: AmountProps) {
  return (
    <Tag
      class={zero ? "amount amount-zero" : "amount"}
      style={{ "--characters": text.length }}
      aria-label={label}
      data-testid="amount"
    >
      {text}
    </Tag>
  );
}
