import { isLive } from "../api/live";
import { useSources } from "../api/queries";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Legend } from "../components/Legend";
import { PageHead } from "../components/PageHead";
import { SourceCard } from "../components/SourceCard";
import { SummaryStats } from "../components/SummaryStats";

/** The start page: every source with its newest run, live. */
export function SourcesPage() {
  const sources = useSources();
  const live = sources.data?.items.some((source) => isLive(source.last_run)) ?? false;
  return (
    <>
      <PageHead title="Sources" beside={<Legend />} />
      <SummaryStats live={live} />
      <Fetched query={sources} what="the sources">
        {({ items }) => items.length === 0
          ? <Empty title="No source is configured yet">Add one to the app's settings; it appears here by itself.</Empty>
          : items.map((source) => <SourceCard key={source.id} source={source} />)}
      </Fetched>
    </>
  );
}
