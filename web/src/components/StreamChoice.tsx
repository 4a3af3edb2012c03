import { useSources, useStreams } from "../api/queries";
import { FormField } from "./FormField";

export interface Place {
  /** Empty for all. */
  source: string;
  /** Empty for all. */
  stream: string;
}

interface Props {
  place: Place;
  set: (place: Place) => void;
  /** Whether one of each must be chosen; else all may be meant. */
  ask?: boolean;
  faults?: ReadonlyMap<string, string>;
}

/** A source, then one of its streams. */
export function StreamChoice({ place: { source, stream }, set, ask = false, faults }: Props) {
  const sources = useSources().data?.items.map(({ id }) => id) ?? [];
  const streams = useStreams(source, false).data?.items.map(({ name }) => name) ?? [];
  const nothing = (all: string) => <option value="">{ask ? "Choose…" : all}</option>;
  return (
    <>
      <FormField label="Source" fault={faults?.get("source")}>
        {(input) => (
          <select {...input} required={ask} value={source} onChange={(event) => set({ source: event.target.value, stream: "" })}>
            {nothing("all sources")}
            {sources.map((each) => <option key={each}>{each}</option>)}
          </select>
        )}
      </FormField>
      <FormField label="Stream" fault={faults?.get("stream")}>
        {(input) => (
          <select {...input} required={ask} disabled={source === ""} value={stream} onChange={(event) => set({ source, stream: event.target.value })}>
            {nothing("all streams")}
            {streams.map((each) => <option key={each}>{each}</option>)}
          </select>
        )}
      </FormField>
    </>
  );
}
