import { useExtract } from "../api/commands";

export function ExtractButton({ source, live }: { source: string; live: boolean }) {
  const extract = useExtract(source);
  return (
    <button type="button" className="primary" disabled={live || extract.isPending} onClick={() => extract.mutate()}>
      {live ? "Extracting…" : "Extract now"}<span className="visually-hidden"> from {source}</span>
    </button>
  );
}
