interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Reads a list on, where it goes on. */
export function More({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <p className="more">
      <button type="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? "Loading…" : "Show more"}
      </button>
    </p>
  );
}
