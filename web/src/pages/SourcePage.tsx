import { isExtracting, isLive } from "../api/live";
import { useSource, useStreams } from "../api/queries";
import { ConnectionCheck } from "../components/ConnectionCheck";
import { ExtractButton } from "../components/ExtractButton";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { PageHead } from "../components/PageHead";
import { RunBadge } from "../components/StateBadge";
import { RecentRuns } from "../components/RecentRuns";
import { SettingsOfSource } from "../components/SettingsOfSource";
import { StreamTable } from "../components/StreamTable";

export function SourcePage({ source }: { source: string }) {
  const found = useSource(source);
  const run = found.data?.last_run;
  const live = isLive(run);
  const streams = useStreams(source, live);
  return (
    <>
      <PageHead
        title={source} crumbs={[{ to: "/", label: "Sources" }]} beside={run && <RunBadge run={run} />}
        actions={<ExtractButton source={source} extracting={isExtracting(run)} />}
      >
        {found.data && <SettingsOfSource source={found.data} />}
      </PageHead>
      {found.error && !found.data ? <Fetched query={found} what="the source">{() => null}</Fetched> : (
        <>
          <section className="card" aria-labelledby="streams">
            <div className="card-head"><h2 id="streams">Streams</h2></div>
            <Fetched query={streams} what="the streams">
              {({ items }) => items.length === 0
                ? <Empty title="No stream is known yet">The first run discovers what the source holds.</Empty>
                : <StreamTable streams={items} />}
            </Fetched>
          </section>
          <RecentRuns source={source} />
          <ConnectionCheck source={source} />
        </>
      )}
    </>
  );
}
