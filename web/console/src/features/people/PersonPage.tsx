/** One person: account, role, queues, levels, capacity; deactivating and a new temporary password. */
import { KeyOutlined, StopOutlined, UndoOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Alert, App, Button, ConfigProvider, Popconfirm, Tooltip, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useCan, useMe } from "../../session/session";
import { useAction } from "../../ui/useAction";
import type { Catalogue } from "../settings/catalogue";
import { checkPerson } from "../settings/check";
import { useDraft } from "../settings/draft";
import { Conflict, SaveBar } from "../settings/kit/SaveBar";
import { newPerson, type Person, type PersonBody } from "../settings/model";
import { useLeaveGuard } from "../settings/NounPage";
import styles from "./People.module.css";
import { PersonForm } from "./PersonForm";

interface Props {
  all: Catalogue;
  person: Person | undefined;
}

/** Shown once: the server keeps only its hash. */
export function useTemporaryPassword() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return (name: string, password: string) =>
    modal.success({
      title: t("people.password_title", { name }),
      content: (
        <>
          <Typography.Paragraph copyable className={styles.password}>
            {password}
          </Typography.Paragraph>
          <p>{t("people.password_once")}</p>
        </>
      ),
      okText: t("people.password_noted"),
    });
}

export function PersonPage({ all, person }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useCan("people.write");
  const showPassword = useTemporaryPassword();
  const others = all.people.filter((each) => each.id !== person?.id).map((each) => each.email);
  const draft = useDraft<PersonBody>({
    path: "people",
    stored: person,
    fresh: newPerson,
    check: (body) => checkPerson(body, others),
    onSaved: (saved) => {
      if (person) return;
      const { temporary_password } = saved as { temporary_password?: string | null };
      if (temporary_password) showPassword(draft.body.name, temporary_password);
      void navigate({ to: "/people/$id", params: { id: saved.id } });
    },
  });
  useLeaveGuard(draft.dirty && !draft.saving);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <Link to="/people">{t("people.title")}</Link>
          <h1>{draft.body.name || t("people.new")}</h1>
        </div>
        <span className={styles.grow} />
        {person && <Actions person={person} may={may} />}
      </header>
      {person && !person.active && (
        <Alert type="warning" showIcon banner title={t("people.inactive_hint")} />
      )}
      {!person && <Alert type="info" showIcon banner title={t("people.new_hint")} />}
      <section className={styles.editor} aria-label={draft.body.name || t("people.new")}>
        <Conflict draft={draft} noun="person" />
        <ConfigProvider componentDisabled={!may}>
          <fieldset disabled={!may} className={styles.form}>
            <PersonForm draft={draft} all={all} person={person} />
          </fieldset>
        </ConfigProvider>
      </section>
      <SaveBar draft={draft} isNew={!person} refused={may ? undefined : "settings.may_not"} />
    </div>
  );
}

function Actions({ person, may }: { person: Person; may: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const showPassword = useTemporaryPassword();
  const reset = useAction(
    () => api.post<{ temporary_password: string }>(`/people/${person.id}/password-reset`),
    { onDone: ({ temporary_password }) => showPassword(person.name, temporary_password) },
  );
  const activate = useAction(
    (active: boolean) => api.put(`/people/${person.id}/active`, { active }),
    {
      done: person.active ? "people.deactivated" : "people.activated",
      onDone: () => void client.invalidateQueries({ queryKey: ["people"] }),
    },
  );
  const self = person.id === me.account.id;
  const why = may ? (self ? "people.not_yourself" : undefined) : "settings.may_not";
  return (
    <>
      <Popconfirm
        title={t("people.reset_sure", { name: person.name })}
        okText={t("people.reset")}
        disabled={!may}
        onConfirm={() => reset.run(undefined)}
      >
        <Tooltip title={may ? undefined : t("settings.may_not")}>
          <Button icon={<KeyOutlined />} loading={reset.busy} disabled={!may}>
            {t("people.reset")}
          </Button>
        </Tooltip>
      </Popconfirm>
      {person.active ? (
        <Popconfirm
          title={t("people.deactivate_sure", { name: person.name })}
          okText={t("people.deactivate")}
          okButtonProps={{ danger: true }}
          disabled={why !== undefined}
          onConfirm={() => activate.run(false)}
        >
          <Tooltip title={why && t(why)}>
            <Button
              danger
              icon={<StopOutlined />}
              loading={activate.busy}
              disabled={why !== undefined}
            >
              {t("people.deactivate")}
            </Button>
          </Tooltip>
        </Popconfirm>
      ) : (
        <Button
          icon={<UndoOutlined />}
          loading={activate.busy}
          disabled={!may}
          onClick={() => activate.run(true)}
        >
          {t("people.activate")}
        </Button>
      )}
    </>
  );
}
