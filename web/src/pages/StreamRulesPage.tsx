import { useState } from "react";
import { useSearchParams } from "wouter";

import { useRules } from "../api/quality";
import type { Rule } from "../api/types";
import { Empty } from "../components/Empty";
import { Fetched } from "../components/Fetched";
import { StreamFrame } from "../components/StreamFrame";
import { count } from "../format/numbers";
import { RuleForm } from "../rules/RuleForm";
import { RuleItem } from "../rules/RuleItem";

/** What is demanded of a stream, and what came of it. `?rule=` opens one. */
export function StreamRulesPage({ source, stream }: { source: string; stream: string }) {
  const rules = useRules(source, stream);
  const [adding, setAdding] = useState(false);
  const [search] = useSearchParams();
  const list = { wanted: search.get("rule"), refresh: async () => (await rules.refetch()).data?.items ?? [] };
  return (
    <StreamFrame source={source} stream={stream}>
      <div className="toolbar">
        <p className="quiet-text">Every run that reads the stream is held against them.</p>
        <div className="actions"><button type="button" className="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>Add a rule</button></div>
      </div>
      {adding && <div className="card"><RuleForm source={source} stream={stream} rule={null} done={() => setAdding(false)} /></div>}
      <Fetched query={rules} what="the rules">
        {({ items }) => {
          const [held, retired] = [items.filter((rule) => !rule.retired), items.filter((rule) => rule.retired)];
          return (
            <>
              {held.length === 0
                ? <Empty title="Nothing is demanded yet">A rule says what records must be like; what breaks it is shown here and becomes an alert.</Empty>
                : <List label="Rules" rules={held} {...list} />}
              {retired.length > 0 && (
                <details className="card fold" open={retired.some(({ id }) => id === list.wanted)}>
                  <summary>{count(retired.length, "retired rule")}</summary>
                  <List label="Retired rules" rules={retired} {...list} />
                </details>
              )}
            </>
          );
        }}
      </Fetched>
    </StreamFrame>
  );
}

interface ListProps {
  label: string;
  rules: Rule[];
  wanted: string | null;
  refresh: () => Promise<Rule[]>;
}

function List({ label, rules, wanted, refresh }: ListProps) {
  return (
    <ul className="rules" aria-label={label}>
      {rules.map((rule) => <RuleItem key={rule.id} rule={rule} wanted={rule.id === wanted} refresh={refresh} />)}
    </ul>
  );
}
