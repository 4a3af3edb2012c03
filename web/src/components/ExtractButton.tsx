import { useExtract } from "../api/commands";

export function ExtractButton({ source, extracting }: { source: string; extracting: boolean }) {
  const extract = useExtract(source);
  return (
    <button type="button" className="primary" disabled={extracting || extract.isPending} onClick={() => extract.mutate()}>
      {extracting ? "Extracting…" : "Extract now"}<span className="visually-hidden"> from {source}</span>
    </button>
  );
}
