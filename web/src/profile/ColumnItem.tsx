import { useId } from "react";

import type { Column, ColumnProfile } from "../api/types";
import { percent } from "../format/numbers";
import { extremeText, typeText } from "../format/values";
import { ColumnDetail } from "./ColumnDetail";
import { Distinct } from "./Distinct";
import { Distribution } from "./Distribution";
import { Filled } from "./Filled";

interface Props {
  source: string;
  stream: string;
  column: Column;
  profile: ColumnProfile | undefined;
  open: boolean;
  toggle: () => void;
}

/** One column in a line; opened, everything that is known of it. */
export function ColumnItem({ source, stream, column, profile, open, toggle }: Props) {
  const id = useId();
  return (
    <li className={open ? "column open" : "column"}>
      <button type="button" className="column-line" aria-expanded={open} aria-controls={id} onClick={toggle}>
        <span className="what">
          <span className="column-name">{column.name}</span>
          <span className="tags">
            <span className={`type ${column.type}`}>{typeText(column)}</span>
            {column.key && <span className="tag">key</span>}
            {column.modified && <span className="tag">modified</span>}
            {profile && profile.sensitive.length > 0 && <span className="tag personal">personal</span>}
            {column.custom && <span className="tag">custom</span>}
          </span>
        </span>
        {profile ? <Line column={column} profile={profile} /> : <span className="quiet-text">no profile</span>}
      </button>
      <div id={id} hidden={!open}>
        {open && profile && <ColumnDetail source={source} stream={stream} column={column} profile={profile} />}
        {open && !profile && <p className="column-detail quiet-text">No record of this column was read here.</p>}
      </div>
    </li>
  );
}

function Line({ column, profile }: { column: Column; profile: ColumnProfile }) {
  return (
    <>
      <span className="filled">
        <Filled profile={profile} />
        <span className="figure">{percent(profile.rows - profile.nulls, profile.rows)}</span>
      </span>
      <span className="figure"><Distinct of={profile.distinct} /></span>
      <span className="range">
        <span>{extremeText(column, profile.min)}</span>
        <span>{extremeText(column, profile.max)}</span>
      </span>
      <Distribution column={column} profile={profile} />
    </>
  );
}
