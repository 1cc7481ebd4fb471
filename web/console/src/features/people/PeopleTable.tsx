/** Everybody with an account: a dense list, found by name, narrowed by role, queue and state. */
import { LockOutlined, SearchOutlined, StopOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Input, Select, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import { useAgents } from "../../live/hooks";
import { Face, PresenceDot } from "../../ui/Marks";
import { useFilters } from "../../ui/useFilters";
import type { Catalogue } from "../settings/catalogue";
import type { Person } from "../settings/model";
import { matching, ROLES } from "./matching";
import styles from "./People.module.css";

export function PeopleTable({ all }: { all: Catalogue }) {
  const { t } = useTranslation();
  const names = useNames();
  const [filters, setFilters] = useFilters();
  const rows = matching(all.people, filters);
  return (
    <>
      <div className={styles.filters}>
        <Input
          allowClear
          prefix={<SearchOutlined />}
          style={{ width: 240 }}
          placeholder={t("people.find")}
          aria-label={t("people.find")}
          defaultValue={filters.text}
          onChange={(event) => setFilters({ text: event.target.value })}
        />
        <Select
          allowClear
          style={{ width: 140 }}
          placeholder={t("people.any_role")}
          aria-label={t("people.role")}
          value={filters.role}
          options={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          onChange={(role?: string) => setFilters({ role })}
        />
        <Select
          allowClear
          style={{ width: 180 }}
          placeholder={t("people.any_queue")}
          aria-label={t("people.queues")}
          value={filters.queue}
          options={all.queues.map((queue) => ({ value: queue.id, label: names(queue.names) }))}
          onChange={(queue?: string) => setFilters({ queue })}
        />
        <Select
          style={{ width: 140 }}
          aria-label={t("people.state")}
          value={filters.state ?? "active"}
          options={["active", "inactive", "all"].map((value) => ({
            value,
            label: t(`people.state_${value}`),
          }))}
          onChange={(state: string) =>
            setFilters({ state: state === "active" ? undefined : state })
          }
        />
        <span className="muted num">{t("people.count", { count: rows.length })}</span>
      </div>
      <Table<Person>
        rowKey="id"
        className={styles.table}
        dataSource={rows}
        pagination={rows.length > 100 ? { pageSize: 100, showSizeChanger: false } : false}
        locale={{ emptyText: t("people.none") }}
        scroll={{ x: 900 }}
        columns={[
          {
            title: t("people.name"),
            key: "name",
            width: 220,
            render: (_, row) => <Name person={row} />,
          },
          { title: t("people.email"), dataIndex: "email", width: 220, ellipsis: true },
          {
            title: t("people.role"),
            key: "role",
            width: 90,
            render: (_, row) => t(`role.${row.role}`),
          },
          {
            title: t("people.queues"),
            key: "queues",
            ellipsis: true,
            render: (_, row) => listed(row.queues, all.queues, names),
          },
          {
            title: t("people.skills"),
            key: "skills",
            ellipsis: true,
            render: (_, row) => listed(row.skills, all.skills, names),
          },
          {
            title: t("people.now"),
            key: "now",
            width: 110,
            render: (_, row) => <Now id={row.id} />,
          },
          {
            title: t("people.state"),
            key: "state",
            width: 130,
            render: (_, row) => <State person={row} />,
          },
        ]}
      />
    </>
  );
}

type Named = { id: string; names: Record<string, string> };

/** `售前 1 · 投诉 2`: names with their tier or level. */
function listed(
  numbers: Record<string, number>,
  nouns: Named[],
  names: (texts: Record<string, string>) => string,
): string {
  return nouns
    .filter((noun) => noun.id in numbers)
    .map((noun) => `${names(noun.names)} ${numbers[noun.id]}`)
    .join(" · ");
}

function Name({ person }: { person: Person }) {
  return (
    <Link to="/people/$id" params={{ id: person.id }} className={styles.name}>
      <Face name={person.name} size={24} />
      <span>{person.name}</span>
    </Link>
  );
}

/** Whether they are here now, from the live rows; nothing while the board is not ours to see. */
function Now({ id }: { id: string }) {
  const { t } = useTranslation();
  const row = useAgents()?.find((agent) => agent.id === id);
  if (!row) return <span className="muted">–</span>;
  return (
    <span className={styles.name}>
      <PresenceDot status={row.status} /> {t(`presence.${row.status}`)}
    </span>
  );
}

function State({ person }: { person: Person }) {
  const { t } = useTranslation();
  if (!person.active) {
    return (
      <Tag icon={<StopOutlined />} variant="filled">
        {t("people.state_inactive")}
      </Tag>
    );
  }
  if (person.locked_until && Date.parse(person.locked_until) > Date.now()) {
    return (
      <Tag icon={<LockOutlined />} color="error">
        {t("people.locked")}
      </Tag>
    );
  }
  if (person.must_change_password) return <Tag>{t("people.temporary")}</Tag>;
  return <>{t("people.state_active")}</>;
}
