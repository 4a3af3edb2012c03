import { useState } from "react";

import { useSources } from "../api/queries";
import { useRules } from "../api/quality";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { Select } from "../components/Select";
import { StreamChoice, type Place } from "../components/StreamChoice";
import { RuleForm } from "../rules/RuleForm";
import { RulesFrame } from "../rules/RulesFrame";
import { RuleTable } from "../rules/RuleTable";

/** What is demanded of all streams, and what came of it. */
export function RulesPage() {
  const [source, setSource] = useState("");
  const [adding, setAdding] = useState(false);
  const rules = useRules(source || undefined);
  const sources = useSources().data?.items.map(({ id }) => id) ?? [];
  return (
    <RulesFrame
      title="Rules" about="What records must be like. Every run that reads a stream is held against its rules; what breaks one becomes an alert."
      actions={<button type="button" className="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>Add a rule</button>}
    >
      {adding && <NewRule done={() => setAdding(false)} />}
      <div className="toolbar"><Select label="Source" value={source} onChange={setSource} all="All sources" options={sources} /></div>
      <Fetched query={rules} what="the rules">
        {({ items }) => {
          const held = items.filter(({ retired }) => !retired);
          return held.length === 0
            ? <Empty title="Nothing is demanded yet">A rule says what records must be like; what breaks it is shown here and becomes an alert.</Empty>
            : <RuleTable rules={held} />;
        }}
      </Fetched>
    </RulesFrame>
  );
}

/** Asks first of which stream something is demanded. */
function NewRule({ done }: { done: () => void }) {
  const [{ source, stream }, setPlace] = useState<Place>({ source: "", stream: "" });
  return (
    <div className="card">
      <div className="form-grid"><StreamChoice place={{ source, stream }} set={setPlace} ask /></div>
      {source && stream
        ? <RuleForm key={`${source} ${stream}`} source={source} stream={stream} rule={null} done={done} />
        : <p className="form-actions"><button type="button" onClick={done}>Cancel</button></p>}
    </div>
  );
}
