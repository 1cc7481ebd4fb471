/** What is in force, how the draft stands, and what can be done with it. */
import { ExperimentOutlined, HistoryOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Problem, problemText } from "../../api/problem";
import { Ago } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import type { Catalogue } from "../settings/catalogue";
import { Chip } from "./Chip";
import { figureText, signedText } from "./figures";
import { POLICIES, type PolicyState, type Published } from "./model";
import styles from "./Routing.module.css";
import { TrialDrawer } from "./TrialDrawer";
import type { Editing } from "./useEditing";
import type { Checked } from "./useFindings";
import type { Around } from "./useWording";
import { Versions } from "./Versions";

interface Props {
  state: PolicyState;
  editing: Editing;
  checked: Checked;
  all: Catalogue;
  around: Around;
  may: boolean;
}

export function personName(all: Catalogue, id: string | null): string {
  return all.people.find((person) => person.id === id)?.name ?? id ?? "";
}

export function Head(props: Props) {
  const { state, all, around, editing, may } = props;
  const { t } = useTranslation();
  const [shown, setShown] = useState<"try" | "versions" | null>(null);
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h1>{t("settings.routing.title")}</h1>
        <p className="muted">{t("settings.routing.line")}</p>
        <Standing state={state} editing={editing} all={all} />
      </div>
      <div className={styles.actions}>
        <Validate {...props} />
        <Tooltip title={may ? undefined : t("settings.may_not")}>
          <Button
            icon={<ExperimentOutlined />}
            disabled={!may || props.checked.unfinished.length > 0}
            onClick={() => setShown("try")}
          >
            {t("routing.try.go")}
          </Button>
        </Tooltip>
        <Button icon={<HistoryOutlined />} onClick={() => setShown("versions")}>
          {t("routing.versions.title")}
        </Button>
        <DiscardDraft {...props} />
        <Publish {...props} />
      </div>
      <TrialDrawer open={shown === "try"} onClose={() => setShown(null)} editing={editing} />
      <Versions
        open={shown === "versions"}
        onClose={() => setShown(null)}
        all={all}
        around={around}
        may={may}
        blocked={editing.dirty}
      />
    </header>
  );
}

function Standing({ state, editing, all }: Pick<Props, "state" | "editing" | "all">) {
  const { t } = useTranslation();
  const { published, draft } = state;
  return (
    <p className={styles.standing}>
      {published.number === 0 ? (
        <Chip>{t("routing.none_published")}</Chip>
      ) : (
        <>
          <Chip tone="good">{t("routing.in_force", { number: published.number })}</Chip>
          <span className="muted">
            {t("routing.published_by", { name: personName(all, published.by) })}
            {published.at && <Ago at={published.at} />}
          </span>
        </>
      )}
      {draft && (
        <>
          <Chip tone="accent">{t("routing.draft")}</Chip>
          <span className="muted">
            {t("routing.draft_by", { name: personName(all, draft.by) })}
            {draft.at && <Ago at={draft.at} />}
          </span>
        </>
      )}
      {editing.dirty && <Chip tone="warn">{t("routing.unsaved_mark")}</Chip>}
    </p>
  );
}

function Validate({ checked }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const look = useAction(() => checked.validate(), {
    onDone: (findings) => {
      const errors = findings.filter((finding) => finding.severity === "error").length;
      const warnings = findings.length - errors;
      if (errors > 0) message.error(t("routing.validate.errors", { errors, warnings }));
      else if (warnings > 0) message.warning(t("routing.validate.warnings", { count: warnings }));
      else message.success(t("routing.validate.clean"));
    },
  });
  const [rule] = checked.unfinished;
  return (
    <Tooltip title={rule ? t("routing.unfinished", { rule }) : undefined}>
      <Button
        icon={<SafetyCertificateOutlined />}
        loading={look.busy}
        disabled={rule !== undefined}
        onClick={() => look.run(undefined)}
      >
        {t("routing.validate.go")}
      </Button>
    </Tooltip>
  );
}

function DiscardDraft({ editing, state, may }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const discard = useAction(() => api.delete("/policy/draft", { version: editing.version }), {
    done: "routing.discarded",
    onDone: () => {
      editing.revert();
      void client.invalidateQueries({ queryKey: [POLICIES] });
    },
  });
  if (!state.draft) return null;
  return (
    <Popconfirm
      title={t("routing.discard_sure")}
      okText={t("routing.discard")}
      okButtonProps={{ danger: true }}
      onConfirm={() => discard.run(undefined)}
      disabled={!may}
    >
      <Button disabled={!may} loading={discard.busy}>
        {t("routing.discard")}
      </Button>
    </Popconfirm>
  );
}

function Publish({ editing, state, checked, may }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const publish = useAction(
    () => api.post<Published>("/policy/publish", { version: editing.version }),
    {
      quiet: true,
      onDone: () => void client.invalidateQueries({ queryKey: [POLICIES] }),
    },
  );
  const errors = checked.findings.filter((finding) => finding.severity === "error").length;
  const why = publishRefusal(editing, errors, may);
  const guarded = Object.values(editing.guards).some((limit) => limit !== null);
  const next = state.published.number + 1;
  function ask() {
    modal.confirm({
      title: t("routing.publish.sure", { number: next }),
      content: guarded ? t("routing.publish.guarded") : t("routing.publish.text"),
      okText: t("routing.publish.go"),
      cancelText: t("common.cancel"),
      onOk: () =>
        publish.runAsync(undefined).catch((error: unknown) => {
          modal.error({ title: t("routing.publish.refused"), content: refused(t, error) });
        }),
    });
  }
  return (
    <Tooltip title={why && t(why, { count: errors })}>
      <Button type="primary" disabled={why !== undefined} loading={publish.busy} onClick={ask}>
        {t("routing.publish.go")}
      </Button>
    </Tooltip>
  );
}

function publishRefusal(editing: Editing, errors: number, may: boolean): string | undefined {
  if (!may) return "settings.may_not";
  if (editing.dirty) return "routing.publish.save_first";
  if (editing.version === 0) return "routing.publish.no_draft";
  return errors > 0 ? "routing.publish.has_errors" : undefined;
}

/** Why the server did not publish; a guard says which figure got worse by how much. */
function refused(t: ReturnType<typeof useTranslation>["t"], error: unknown): string {
  if (!(error instanceof Problem) || error.code !== "guard_failed") return problemText(t, error);
  const figure = String(error.values.figure);
  return t("routing.publish.guard_failed", {
    figure: t(`routing.figure.${figure}`, { defaultValue: figure }),
    delta: signedText(figure, Number(error.values.delta)),
    limit: figureText(figure, Number(error.values.limit)),
  });
}
