import { createContext } from "react";

import type { Field } from "../api/types";
import type { Trace } from "./model";

interface LineageState {
  /** What belongs to the column looked at; null while none is. */
  traced: Trace | null;
  /** The id of the column that was clicked. */
  picked: string | null;
  hover: (field: Field | null) => void;
  pick: (field: Field) => void;
  toggle: (dataset: string) => void;
}

const nothing = () => undefined;

export const LineageContext = createContext<LineageState>({
  traced: null, picked: null, hover: nothing, pick: nothing, toggle: nothing,
});
