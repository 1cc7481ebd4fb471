/** Settings: a searchable index, and a page for each noun of the configuration. */
import { SearchOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { Input, Tooltip } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../session/session";
import { Blank, Loaded, Loading } from "../../ui/State";
import { CompanyPage } from "./CompanyPage";
import { type Catalogue, useCatalogue } from "./catalogue";
import { NounPage } from "./NounPage";
import { NOUNS } from "./nouns";
import { Overview } from "./Overview";
import styles from "./Settings.module.css";
import { found, GROUPS, SECTIONS, type SettingsSection } from "./sections";

const Routing = lazy(() => import("../routing"));

export default function Settings() {
  const { page, id } = useParams({ strict: false });
  const query = useCatalogue();
  return (
    <div className={styles.frame}>
      <Nav />
      <div className={styles.content}>
        <Loaded query={query} rows={10}>
          {(all) => <Section name={page} id={id} all={all} />}
        </Loaded>
      </div>
    </div>
  );
}

interface SectionProps {
  name: string | undefined;
  id: string | undefined;
  all: Catalogue;
}

function Section({ name, id, all }: SectionProps) {
  const { t } = useTranslation();
  switch (name) {
    case undefined:
      return <Overview all={all} />;
    case "routing":
      return (
        <Suspense fallback={<Loading rows={10} />}>
          <Routing all={all} />
        </Suspense>
      );
    case "company":
      return <CompanyPage />;
    case "queues":
      return <NounPage noun={NOUNS.queues} all={all} id={id} />;
    case "skills":
      return <NounPage noun={NOUNS.skills} all={all} id={id} />;
    case "hours":
      return <NounPage noun={NOUNS.hours} all={all} id={id} />;
    case "dispositions":
      return <NounPage noun={NOUNS.dispositions} all={all} id={id} />;
    case "reasons":
      return <NounPage noun={NOUNS.reasons} all={all} id={id} />;
    case "canned-replies":
      return <NounPage noun={NOUNS["canned-replies"]} all={all} id={id} />;
    case "entry-points":
      return <NounPage noun={NOUNS["entry-points"]} all={all} id={id} />;
    case "flows":
      return <NounPage noun={NOUNS.flows} all={all} id={id} />;
    case "prompts":
      return <NounPage noun={NOUNS.prompts} all={all} id={id} />;
    case "trunks":
      return <NounPage noun={NOUNS.trunks} all={all} id={id} />;
    default:
      return <Blank title={t("settings.no_section")} hint={t("settings.choose")} />;
  }
}

function Nav() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const shown = SECTIONS.filter((section) => found(section, text, t) !== null);
  return (
    <nav className={styles.nav} aria-label={t("settings.title")}>
      <Input
        className={styles.navSearch}
        allowClear
        prefix={<SearchOutlined />}
        placeholder={t("settings.find")}
        aria-label={t("settings.find")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {GROUPS.map((group) => {
        const inside = shown.filter((section) => section.group === group);
        if (inside.length === 0) return null;
        return (
          <div key={group}>
            <div className={styles.group}>{t(`settings.group.${group}`)}</div>
            {inside.map((section) => (
              <NavLink key={section.name} section={section} text={text} />
            ))}
          </div>
        );
      })}
      {shown.length === 0 && <p className={styles.none}>{t("settings.nothing_found")}</p>}
    </nav>
  );
}

function NavLink({ section, text }: { section: SettingsSection; text: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const hits = text ? found(section, text, t) : null;
  const title = t(`settings.${section.word}.title`);
  const content = (
    <>
      {section.icon}
      <span>{title}</span>
    </>
  );
  if (!me.permissions.includes(section.permission)) {
    return (
      <Tooltip title={t("settings.may_not")} placement="right">
        <span className={styles.link} aria-disabled="true">
          {content}
        </span>
      </Tooltip>
    );
  }
  return (
    <Tooltip title={hits?.slice(0, 4).join(" · ")} placement="right">
      {section.name === "people" ? (
        <Link to="/people" className={styles.link} aria-label={title}>
          {content}
        </Link>
      ) : (
        <Link
          to="/settings/$page"
          params={{ page: section.name }}
          className={styles.link}
          aria-label={title}
        >
          {content}
        </Link>
      )}
    </Tooltip>
  );
}
