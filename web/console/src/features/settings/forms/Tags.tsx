import { Select } from "antd";
import { Field } from "../kit/Field";

interface TagsProps {
  label: string;
  help?: string;
  problem?: string | undefined;
  placeholder?: string;
  value: string[];
  onChange: (value: string[]) => void;
}

/** Texts typed one after the other. */
export function Tags({ label, help, problem, placeholder, value, onChange }: TagsProps) {
  return (
    <Field label={label} help={help} problem={problem}>
      {(id, note) => (
        <Select
          id={id}
          aria-describedby={note}
          mode="tags"
          open={false}
          suffixIcon={null}
          style={{ width: "100%" }}
          placeholder={placeholder}
          status={problem ? "error" : undefined}
          tokenSeparators={[" ", ",", "\n"]}
          value={value}
          onChange={(next: string[]) => onChange(next.map((each) => each.trim()).filter(Boolean))}
        />
      )}
    </Field>
  );
}
