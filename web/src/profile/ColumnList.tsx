import { useState } from "react";

import type { Column, ColumnProfile } from "../api/types";
import { Empty } from "../components/Empty";
import { ColumnItem } from "./ColumnItem";

interface Props {
  source: string;
  stream: string;
  columns: Column[];
  profiles: ColumnProfile[];
  /** Part of the names to show. */
  wanted: string;
}

export function ColumnList({ source, stream, columns, profiles, wanted }: Props) {
  const [open, setOpen] = useState<string | null>(null);
  const byName = new Map(profiles.map((profile) => [profile.column, profile]));
  const shown = columns.filter((column) => matches(column, wanted));
  if (shown.length === 0) return <Empty title="No column has this name" />;
  return (
    <div className="columns">
      <div className="column-heads" aria-hidden="true">
        <span>Column</span><span>Filled</span><span>Distinct</span><span>Range</span><span>Distribution</span>
      </div>
      <ul aria-label="Columns">
        {shown.map((column) => (
          <ColumnItem
            key={column.name} source={source} stream={stream} column={column} profile={byName.get(column.name)}
            open={open === column.name} toggle={() => setOpen(open === column.name ? null : column.name)}
          />
        ))}
      </ul>
    </div>
  );
}

function matches(column: Column, wanted: string): boolean {
  const text = `${column.name} ${column.title ?? ""} ${column.source_field}`.toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}
