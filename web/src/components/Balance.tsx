/** Whether an accounting balances. While pages are still to be applied it cannot yet. */
export function Balance({ holds, settled, short = false }: { holds: boolean; settled: boolean; short?: boolean }) {
  if (holds) return <span className="mark good">✓ {short ? <span className="visually-hidden">Balanced</span> : "Balanced"}</span>;
  if (!settled) return <span className="mark busy">… {short ? <span className="visually-hidden">Not yet balanced</span> : "Under way"}</span>;
  return <span className="mark bad">✗ {short ? <span className="visually-hidden">Unbalanced</span> : "Unbalanced"}</span>;
}
