import { useId } from "react";

import type { Column } from "../api/types";
import { linesOf } from "./draft";

interface Props {
  label: string;
  columns: Column[];
  /** Names, one a line. */
  value: string;
  fault: string | undefined;
  set: (value: string) => void;
}

/** Several columns of one stream. */
export function ColumnChoice({ label, columns, value, fault, set }: Props) {
  const id = useId();
  const chosen = linesOf(value);
  const all = [...new Set([...columns.map(({ name }) => name), ...chosen])];
  const toggle = (name: string) => set((chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]).join("\n"));
  return (
    <fieldset className="form-field wide" aria-describedby={fault ? id : undefined}>
      <legend>{label}</legend>
      <div className="column-choice">
        {all.map((name) => (
          <label key={name} className="check"><input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />{name}</label>
        ))}
      </div>
      {fault && <p id={id} className="form-said bad-text">{fault}</p>}
    </fieldset>
  );
}
