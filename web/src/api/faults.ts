/** A problem's detail, taken apart by field, so that a form can say each thing where it belongs. */
import { ApiProblem } from "./client";

export interface Faults {
  /** By the field's path, without what all paths of the form begin with, as in `when.column`. */
  fields: ReadonlyMap<string, string>;
  /** What belongs to no single field. */
  rest: string | null;
}

const NONE: Faults = { fields: new Map(), rest: null };
/** `expectation.min: found neither min nor max, expected …; …`, several of them joined by `. ` */
const FAULT = /(?:^|\. )([a-z_]+(?:\.[a-z_]+|\[\d+\])*): (?=found )/g;
/** `field `secret` is text of 4 characters; expected …` */
const NAMED = /^field `([a-z_]+)[^`]*`:? (.*)$/s;

/** ``name` in the address: text of 3 characters; expected …` */
const IN_ADDRESS = /^`([a-z_]+)` in the address: (.*)$/s;

/** @param within What the paths of all the form's fields begin with, as in `expectation.`. */
export function faultsOf(error: Error | null, within = ""): Faults {
  if (!error) return NONE;
  if (!(error instanceof ApiProblem) || error.status !== 400) return { ...NONE, rest: error.message };
  const named = NAMED.exec(error.message) ?? IN_ADDRESS.exec(error.message);
  if (named?.[1] && named[2]) return { ...NONE, fields: new Map([[named[1], sentence(named[2])]]) };
  const starts = [...error.message.matchAll(FAULT)];
  if (starts[0]?.index !== 0) return { ...NONE, rest: error.message };
  const fields = new Map<string, string>();
  starts.forEach(({ 0: head, 1: path = "", index }, i) => {
    const field = (path.startsWith(within) ? path.slice(within.length) : path).replace(/\[\d+\]/g, "");
    const text = sentence(error.message.slice(index + head.length, starts[i + 1]?.index));
    fields.set(field, fields.has(field) ? `${fields.get(field)} ${text}` : text);
  });
  return { fields, rest: null };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
