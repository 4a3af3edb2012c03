/** A reference list's values as a text, one a line, and what changed between two versions. */

/** In their order, each once; spaces around them and empty lines are dropped. */
export const valuesOf = (text: string): string[] => [...new Set(text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean))];

export const textOf = (values: readonly string[]): string => values.join("\n");

export interface Changes {
  added: string[];
  removed: string[];
}

export function changesOf(before: readonly string[], after: readonly string[]): Changes {
  const [old, now] = [new Set(before), new Set(after)];
  return { added: after.filter((value) => !old.has(value)), removed: before.filter((value) => !now.has(value)) };
}
