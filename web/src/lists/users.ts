/** Which rules refer to a reference list. */
import type { Rule } from "../api/types";

/** Those that hold; retired ones refer to nothing. */
export const usersOf = (rules: readonly Rule[], list: string): Rule[] =>
  rules.filter(({ retired, expectation }) => !retired && expectation.kind === "reference" && expectation.list === list);
