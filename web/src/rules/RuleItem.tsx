import { useEffect, useId, useRef, useState } from "react";

import { useRetireRule } from "../api/handling";
import { useOutcomes } from "../api/quality";
import type { Rule } from "../api/types";
import { ConfirmButton } from "../components/ConfirmButton";
import { Inline } from "../docs/Prose";
import { percent } from "../format/numbers";
import { sentence } from "./describe";
import { RuleDetail } from "./RuleDetail";
import { RuleForm } from "./RuleForm";
import { verdictOf } from "./verdict";

interface Props {
  rule: Rule;
  /** Whether the address asks for it. */
  wanted: boolean;
  /** Reads the rules again and gives them. */
  refresh: () => Promise<Rule[]>;
}

/** A rule in two lines: what it demands and what came of it; opened, examples, history and the way to change it. */
export function RuleItem({ rule, wanted, refresh }: Props) {
  const [open, setOpen] = useState(wanted);
  // As it was when the edit began: what is read meanwhile must not take away what was typed.
  const [editing, setEditing] = useState<Rule | null>(null);
  const id = useId();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (wanted) item.current?.scrollIntoView?.({ block: "center" });
  }, [wanted]);
  const outcomes = useOutcomes(rule).data?.items;
  const verdict = verdictOf(rule, outcomes?.[0]);
  const restart = async () => {
    const newest = (await refresh()).find((each) => each.id === rule.id);
    if (newest) setEditing(newest);
  };
  return (
    <li ref={item} className={open ? "rule open" : "rule"}>
      <button type="button" className="rule-line" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <span className="what"><span className="column-name">{rule.id}</span><span className="rule-sentence"><Inline text={sentence(rule.expectation)} /></span></span>
        <span className="rule-severity">{rule.severity}</span>
        {rule.retired ? <span className="badge">retired</span> : outcomes && <span className={`badge ${verdict.tone}`}>{verdict.text}</span>}
      </button>
      <div id={id} hidden={!open}>
        {open && (
          <div className="rule-body">
            {rule.description && <p>{rule.description}</p>}
            {rule.tolerated_share > 0 && <p className="quiet-text">{percent(rule.tolerated_share, 1)} of records may break it.</p>}
            {editing
              ? <RuleForm key={editing.version} source={rule.source} stream={rule.stream} rule={editing} done={() => setEditing(null)} restart={() => void restart()} />
              : <Actions rule={rule} edit={() => setEditing(rule)} />}
            <RuleDetail rule={rule} outcomes={outcomes ?? []} />
          </div>
        )}
      </div>
    </li>
  );
}

function Actions({ rule, edit }: { rule: Rule; edit: () => void }) {
  const retire = useRetireRule();
  return (
    <p className="form-actions">
      <button type="button" onClick={edit}>{rule.retired ? "Bring back" : "Edit"}<span className="visually-hidden"> {rule.id}</span></button>
      {!rule.retired && (
        <ConfirmButton really="Really retire?" disabled={retire.isPending} onConfirm={() => retire.mutate(rule)}>
          Retire<span className="visually-hidden"> {rule.id}</span>
        </ConfirmButton>
      )}
    </p>
  );
}
