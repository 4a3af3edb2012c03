/** Addresses of the page. */
import type { Rule } from "../api/types";

export const rulePath = ({ source, stream, id }: Pick<Rule, "source" | "stream" | "id">): string =>
  `/sources/${encodeURIComponent(source)}/streams/${encodeURIComponent(stream)}/rules?rule=${encodeURIComponent(id)}`;
