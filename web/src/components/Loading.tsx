/** Holds the place of what is being read. */
export function Loading({ what }: { what: string }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what}…</span>
      <div className="bone" /><div className="bone" /><div className="bone short" />
    </div>
  );
}
