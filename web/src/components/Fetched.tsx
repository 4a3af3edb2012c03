import type { ReactNode } from "react";

import { Failure } from "./Failure";
import { Loading } from "./Loading";

interface Query<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface Props<T> {
  query: Query<T>;
  /** Names what is read, for the message while it is. */
  what: string;
  children: (data: T) => ReactNode;
}

/** Shows what a query found; until then that it is loading, or why it cannot be. */
export function Fetched<T>({ query, what, children }: Props<T>) {
  const { data, error } = query;
  const again = () => void query.refetch();
  if (data === undefined) return error ? <Failure error={error} again={again} /> : <Loading what={what} />;
  return (
    <>
      {error && <Failure error={error} again={again} stale />}
      {children(data)}
    </>
  );
}
