/** The agent who always serves a customer, found by typing; who left is still shown by name. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { CustomerDetail } from "../../api/types";
import { useColleagues } from "./api";

interface Props {
  known?: Pick<CustomerDetail, "dedicated_agent" | "dedicated_agent_name">;
  /** Given by the form. */
  id?: string;
  value?: string | null;
  onChange?: (agentId: string | null) => void;
}

export function AgentSelect({ known, id, value, onChange }: Props) {
  const { t } = useTranslation();
  const colleagues = useColleagues();
  const options = (colleagues.data ?? []).map((each) => ({ value: each.id, label: each.name }));
  if (known?.dedicated_agent && !options.some((each) => each.value === known.dedicated_agent)) {
    const label = known.dedicated_agent_name ?? known.dedicated_agent;
    options.push({ value: known.dedicated_agent, label });
  }
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={t("desk.dedicated_nobody")}
      loading={colleagues.isPending}
      value={value ?? undefined}
      options={options}
      onChange={(next: string | undefined) => onChange?.(next ?? null)}
    />
  );
}
