import { useId } from "react";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What choosing nothing means; left out where something must be chosen. */
  all?: string;
  options: readonly (string | { value: string; label: string })[];
}

export function Select({ label, value, onChange, all, options }: Props) {
  const id = useId();
  return (
    <span className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {all !== undefined && <option value="">{all}</option>}
        {options.map((option) => {
          const { value: v, label: l } = typeof option === "string" ? { value: option, label: option } : option;
          return <option key={v} value={v}>{l}</option>;
        })}
      </select>
    </span>
  );
}
