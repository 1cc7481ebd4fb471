/** One noun of the configuration: its list at the left, the chosen one's form at the right. */
import { DeleteOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { App, Button, ConfigProvider, Input, Popconfirm, Tooltip } from "antd";
import { type ComponentType, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Texts } from "../../api/types";
import { useNames } from "../../i18n";
import { useCan } from "../../session/session";
import { Blank } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import type { Catalogue, NounPath } from "./catalogue";
import type { Problems } from "./check";
import { type Draft, useDraft } from "./draft";
import { Conflict, SaveBar } from "./kit/SaveBar";
import { Uses } from "./kit/Uses";
import styles from "./Settings.module.css";
import { usesOf } from "./uses";

export interface FormProps<Body> {
  draft: Draft<Body>;
  all: Catalogue;
  id: string | null; // null: a new one
}

export interface Noun<Body extends object> {
  path: NounPath;
  /** Its folder of words: `settings.<word>.title`, `.line`, `.<field>`. */
  word: string;
  permission: string;
  fresh: Body;
  rows: (all: Catalogue) => (Body & { id: string; version: number })[];
  name: (body: Body) => Texts | string;
  /** The second line in the list. */
  line?: (row: Body & { id: string }, all: Catalogue) => ReactNode;
  check: (body: Body, all: Catalogue, id: string | null) => Problems;
  Form: ComponentType<FormProps<Body>>;
  /** What everybody has and nobody changes: a page of its own in the list. */
  BuiltIn?: ComponentType;
}

const NEW = "new";
const BUILT_IN = "built-in";
const USED: NounPath[] = ["queues", "skills", "hours", "dispositions", "flows", "prompts"]; // others refer to them
const SEARCH_FROM = 7; // so many rows and more can be searched

interface PageProps<Body extends object> {
  noun: Noun<Body>;
  all: Catalogue;
  id: string | undefined;
}

export function NounPage<Body extends object>({ noun, all, id: asked }: PageProps<Body>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const rows = noun.rows(all);
  const first = rows[0]?.id ?? (noun.BuiltIn ? BUILT_IN : undefined);
  const id = asked ?? first; // the first one, rather than an empty page
  const chosen = rows.find((row) => row.id === id);
  const open = (next: string | undefined) =>
    void (next
      ? navigate({ to: "/settings/$page/$id", params: { page: noun.path, id: next } })
      : navigate({ to: "/settings/$page", params: { page: noun.path } }));
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t(`settings.${noun.word}.title`)}</h1>
        <p className="muted">{t(`settings.${noun.word}.line`)}</p>
      </header>
      <div className={styles.split}>
        <NounList noun={noun} all={all} chosen={id} open={open} />
        {id === BUILT_IN && noun.BuiltIn ? (
          <div className={styles.editor}>
            <noun.BuiltIn />
          </div>
        ) : id === NEW || chosen ? (
          <Editor key={id} noun={noun} all={all} stored={chosen} open={open} />
        ) : (
          <div className={styles.editor}>
            <Blank
              title={t(id ? "settings.gone" : "settings.choose")}
              hint={t(id ? "settings.gone_hint" : `settings.${noun.word}.line`)}
            />
          </div>
        )}
      </div>
    </div>
  );
}

interface ListProps<Body extends object> {
  noun: Noun<Body>;
  all: Catalogue;
  chosen: string | undefined;
  open: (id: string) => void;
}

function NounList<Body extends object>({ noun, all, chosen, open }: ListProps<Body>) {
  const { t } = useTranslation();
  const names = useNames();
  const may = useCan(noun.permission);
  const [text, setText] = useState("");
  const rows = noun.rows(all);
  const words = text.trim().toLowerCase();
  const shown = rows.filter((row) => JSON.stringify(noun.name(row)).toLowerCase().includes(words));
  return (
    <nav className={styles.list} aria-label={t(`settings.${noun.word}.title`)}>
      <Tooltip title={may ? undefined : t("settings.may_not")}>
        <Button icon={<PlusOutlined />} block disabled={!may} onClick={() => open(NEW)}>
          {t(`settings.${noun.word}.new`)}
        </Button>
      </Tooltip>
      {rows.length >= SEARCH_FROM && (
        <Input
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("settings.find_here")}
          aria-label={t("settings.find_here")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <ul className={styles.rows}>
        {shown.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              className={styles.row}
              aria-current={row.id === chosen ? "true" : undefined}
              onClick={() => open(row.id)}
            >
              <span className={styles.rowName}>{names(noun.name(row)) || row.id}</span>
              {noun.line && <span className={styles.rowLine}>{noun.line(row, all)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {noun.BuiltIn && (
        <button
          type="button"
          className={styles.row}
          aria-current={chosen === BUILT_IN ? "true" : undefined}
          onClick={() => open(BUILT_IN)}
        >
          <span className={styles.rowName}>{t(`settings.${noun.word}.built_in`)}</span>
          <span className={styles.rowLine}>{t(`settings.${noun.word}.built_in_hint`)}</span>
        </button>
      )}
      {rows.length === 0 && <p className={styles.none}>{t(`settings.${noun.word}.none`)}</p>}
      {rows.length > 0 && shown.length === 0 && (
        <p className={styles.none}>{t("settings.nothing_found")}</p>
      )}
    </nav>
  );
}

interface EditorProps<Body extends object> {
  noun: Noun<Body>;
  all: Catalogue;
  stored: (Body & { id: string; version: number }) | undefined;
  open: (id: string | undefined) => void;
}

function Editor<Body extends object>({ noun, all, stored, open }: EditorProps<Body>) {
  const { t } = useTranslation();
  const names = useNames();
  const may = useCan(noun.permission);
  const id = stored?.id ?? null;
  const draft = useDraft<Body>({
    path: noun.path,
    stored,
    fresh: noun.fresh,
    check: (body) => noun.check(body, all, id),
    onSaved: (saved) => {
      if (!stored) open(saved.id);
    },
  });
  useLeaveGuard(draft.dirty && !draft.saving);
  const { Form } = noun;
  return (
    <section className={styles.editor} aria-label={names(noun.name(draft.body)) || NEW}>
      <div className={styles.editorHead}>
        <h2>{names(noun.name(draft.body)) || t(`settings.${noun.word}.new`)}</h2>
        {stored && <Remove noun={noun} all={all} stored={stored} may={may} open={open} />}
      </div>
      {stored && USED.includes(noun.path) && <Uses uses={usesOf(noun.path, stored.id, all)} />}
      <Conflict draft={draft} noun={noun.word} />
      <ConfigProvider componentDisabled={!may}>
        <fieldset disabled={!may} className={styles.form}>
          <Form draft={draft} all={all} id={id} />
        </fieldset>
      </ConfigProvider>
      <SaveBar draft={draft} isNew={!stored} refused={may ? undefined : "settings.may_not"} />
    </section>
  );
}

/** Leaving with unsaved changes asks first, in the page and at the browser's door. */
export function useLeaveGuard(active: boolean): void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  useBlocker({
    disabled: !active,
    enableBeforeUnload: active,
    shouldBlockFn: () =>
      new Promise<boolean>((resolve) => {
        modal.confirm({
          title: t("settings.leave.title"),
          content: t("settings.leave.text"),
          okText: t("settings.leave.leave"),
          okButtonProps: { danger: true },
          cancelText: t("settings.leave.stay"),
          onOk: () => resolve(false),
          onCancel: () => resolve(true),
        });
      }),
  });
}

interface RemoveProps<Body extends object> extends EditorProps<Body> {
  stored: Body & { id: string; version: number };
  may: boolean;
}

function Remove<Body extends object>({ noun, all, stored, may, open }: RemoveProps<Body>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const uses = usesOf(noun.path, stored.id, all);
  const remove = useAction(
    () => api.delete(`/${noun.path}/${stored.id}`, { version: stored.version }),
    {
      done: "settings.removed",
      onDone: () => {
        open(undefined);
        void client.invalidateQueries({ queryKey: [noun.path] });
      },
    },
  );
  const why = may ? (uses.length ? "settings.in_use" : undefined) : "settings.may_not";
  return (
    <Popconfirm
      title={t("settings.remove_sure")}
      okText={t("settings.remove")}
      okButtonProps={{ danger: true }}
      onConfirm={() => remove.run(undefined)}
      disabled={why !== undefined}
    >
      <Tooltip title={why && t(why, { count: uses.length })}>
        <Button
          type="text"
          danger
          icon={<DeleteOutlined />}
          loading={remove.busy}
          disabled={why !== undefined}
        >
          {t("settings.remove")}
        </Button>
      </Tooltip>
    </Popconfirm>
  );
}
