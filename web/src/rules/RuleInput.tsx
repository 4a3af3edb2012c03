import { useColumns, useStreams } from "../api/queries";
import { useReferenceLists } from "../api/quality";
import { FormField } from "../components/FormField";
import { ColumnChoice } from "./ColumnChoice";
import { valueOf } from "./draft";
import { OPERATORS, TESTS, type Field, type Values } from "./kinds";

interface Props {
  source: string;
  stream: string;
  field: Field;
  values: Values;
  fault: string | undefined;
  set: (value: string) => void;
}

/** The control of one field of a rule. */
export function RuleInput({ source, stream, field, values, fault, set }: Props) {
  const value = valueOf(field, values);
  const of = field.of === undefined ? stream : values[field.of] ?? "";
  const columns = useColumns(source, of).data?.items ?? [];
  const { label, hint, input, optional = false, begins = false } = field;
  if (input === "columns") return <ColumnChoice label={label} columns={columns} value={value} fault={fault} set={set} />;
  return (
    <FormField label={label} hint={hint} fault={fault} wide={input === "lines"} begins={begins}>
      {(control) => {
        if (input === "text") return <input {...control} className="mono" required={!optional} value={value} onChange={(event) => set(event.target.value)} />;
        if (input === "lines") return <textarea {...control} className="mono" required rows={4} value={value} onChange={(event) => set(event.target.value)} />;
        if (input === "operator" || input === "test") {
          return <Choice {...control} value={value} set={set} options={Object.entries(input === "operator" ? OPERATORS : TESTS)} />;
        }
        if (input === "stream") return <StreamChoice {...control} source={source} value={value} set={set} />;
        if (input === "list") return <ListChoice {...control} value={value} set={set} />;
        const fit = columns.filter(({ type }) => field.types?.includes(type) ?? true);
        return <Choice {...control} value={value} set={set} ask options={fit.map(({ name, type }) => [name, `${name} (${type})`])} />;
      }}
    </FormField>
  );
}

interface ChoiceProps {
  id: string;
  value: string;
  set: (value: string) => void;
}

/** @param ask Whether something must be chosen first. A value that is no option is shown all the same. */
function Choice({ value, set, options, ask = false, ...control }: ChoiceProps & { options: [string, string][]; ask?: boolean }) {
  const known = value === "" || options.some(([each]) => each === value);
  return (
    <select {...control} required value={value} onChange={(event) => set(event.target.value)}>
      {ask && <option value="">Choose…</option>}
      {!known && <option value={value}>{value}</option>}
      {options.map(([each, label]) => <option key={each} value={each}>{label}</option>)}
    </select>
  );
}

function StreamChoice({ source, ...choice }: ChoiceProps & { source: string }) {
  const streams = useStreams(source, false).data?.items ?? [];
  return <Choice {...choice} ask options={streams.map(({ name }) => [name, name])} />;
}

function ListChoice(choice: ChoiceProps) {
  const lists = useReferenceLists().data?.items.filter(({ retired }) => !retired) ?? [];
  return <Choice {...choice} ask options={lists.map(({ name, count }) => [name, `${name} (${count} values)`])} />;
}
