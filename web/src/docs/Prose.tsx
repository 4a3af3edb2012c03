/** Words between backticks are code. */
export function Inline({ text }: { text: string }) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

/** Paragraphs of a description. */
export function Prose({ text }: { text: string }) {
  return text.split(/\n\s*\n/).map((paragraph, i) => <p key={i}><Inline text={paragraph} /></p>);
}
