/** People: who signs in, in which role, which queues they serve and how well they know what. */
import { TeamOutlined, UserAddOutlined } from "@ant-design/icons";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Segmented, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useCan } from "../../session/session";
import { Blank, Loaded } from "../../ui/State";
import { useFilters } from "../../ui/useFilters";
import { type Catalogue, useCatalogue } from "../settings/catalogue";
import { Matrix } from "./Matrix";
import styles from "./People.module.css";
import { PeopleTable } from "./PeopleTable";
import { PersonPage } from "./PersonPage";

const VIEWS = ["list", "skills", "queues"] as const;
type View = (typeof VIEWS)[number];

export default function People() {
  const query = useCatalogue();
  return (
    <Loaded query={query} rows={10}>
      {(all) => <PeopleHome all={all} />}
    </Loaded>
  );
}

export function Detail() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false });
  const query = useCatalogue();
  return (
    <Loaded query={query} rows={10}>
      {(all) => {
        const person = all.people.find((each) => each.id === id);
        if (id === "new" || person) return <PersonPage key={id} all={all} person={person} />;
        return (
          <Blank icon={<TeamOutlined />} title={t("people.gone")} hint={t("people.gone_hint")} />
        );
      }}
    </Loaded>
  );
}

function PeopleHome({ all }: { all: Catalogue }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useCan("people.write");
  const [filters, setFilters] = useFilters();
  const view = (VIEWS as readonly string[]).includes(filters.view ?? "")
    ? (filters.view as View)
    : "list";
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{t("people.title")}</h1>
          <p className="muted">{t(`people.line_${view}`)}</p>
        </div>
        <span className={styles.grow} />
        <Segmented
          aria-label={t("people.view")}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`people.view_${value}`) }))}
          onChange={(next) => setFilters({ view: next === "list" ? undefined : next })}
        />
        <Tooltip title={may ? undefined : t("settings.may_not")}>
          <Button
            type="primary"
            icon={<UserAddOutlined />}
            disabled={!may}
            onClick={() => void navigate({ to: "/people/$id", params: { id: "new" } })}
          >
            {t("people.new")}
          </Button>
        </Tooltip>
      </header>
      {view === "list" ? (
        <PeopleTable all={all} />
      ) : (
        <Matrix key={view} all={all} of={view} may={may} />
      )}
    </div>
  );
}
