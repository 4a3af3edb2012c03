import { useVersions } from "../api/quality";
import type { Rule } from "../api/types";
import { Fetched } from "../components/Fetched";
import { Inline } from "../docs/Prose";
import { percent } from "../format/numbers";
import { moment } from "../format/time";
import { sentence } from "./describe";

/** Who demanded what, since when. */
export function VersionList({ rule }: { rule: Rule }) {
  const versions = useVersions(rule);
  return (
    <Fetched query={versions} what="the versions">
      {({ items }) => (
        <ol className="versions">
          {items.map((each) => (
            <li key={each.version}>
              <b>Version {each.version}</b>{" "}
              <span className="quiet-text"><time dateTime={each.since}>{moment(each.since)}</time>, {each.author}</span>
              <span className="below">
                {each.retired ? "Retired" : <><Inline text={sentence(each.expectation)} />; {each.severity}, {percent(each.tolerated_share, 1)} tolerated</>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Fetched>
  );
}
