/** The span of time a list is about, in the address as `from` and `to`. */
import { DatePicker } from "antd";
import { useTranslation } from "react-i18next";
import { useFilters } from "../../ui/useFilters";
import { zoned } from "../../ui/zone";

export function Between() {
  const { t } = useTranslation();
  const [filters, setFilters] = useFilters();
  const at = (iso: string | undefined) => (iso ? zoned(iso) : null);
  return (
    <DatePicker.RangePicker
      showTime={{ format: "HH:mm" }}
      format="MM-DD HH:mm"
      allowEmpty={[true, true]}
      aria-label={t("calls.between")}
      placeholder={[t("calls.from"), t("calls.to")]}
      value={[at(filters.from), at(filters.to)]}
      onChange={(span) =>
        setFilters({ from: span?.[0]?.toISOString(), to: span?.[1]?.toISOString() })
      }
    />
  );
}
