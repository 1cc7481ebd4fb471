/** Files on their way up: chosen, pasted or dropped; with progress, preview, and a second try. */
import { CloseOutlined, FileOutlined, ReloadOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { upload } from "../../api/client";
import { Problem, problemText } from "../../api/problem";
import type { Attachment } from "../../api/types";
import { bytes } from "../../ui/format";
import styles from "./Composer.module.css";

const MAX_FILES = 10;
/** The server's limit; it checks again. */
const MAX_BYTES = 20 * 1024 * 1024;

interface Rising {
  key: string;
  file: File;
  preview: string | null;
  share: number;
  state: "rising" | "there" | "failed";
  failure: unknown;
  result: Attachment | null;
  abort: AbortController;
}

export type Files = ReturnType<typeof useFiles>;

export function useFiles() {
  const [all, setAll] = useState<Rising[]>([]);
  const [dragging, setDragging] = useState(false);
  const latest = useRef(all);
  latest.current = all;
  useEffect(
    () => () => {
      for (const each of latest.current) forget(each);
    },
    [],
  );

  function patch(key: string, changes: Partial<Rising>) {
    setAll((now) => now.map((each) => (each.key === key ? { ...each, ...changes } : each)));
  }

  function start(rising: Rising) {
    if (rising.file.size > MAX_BYTES) {
      const limit_mb = MAX_BYTES / 1024 / 1024;
      patch(rising.key, {
        state: "failed",
        failure: new Problem(413, "file_too_large", { limit_mb }),
      });
      return;
    }
    upload<Attachment>(
      "/attachments",
      rising.file,
      (share) => patch(rising.key, { share }),
      rising.abort.signal,
    )
      .then((result) => patch(rising.key, { state: "there", share: 1, result }))
      .catch((failure) => patch(rising.key, { state: "failed", failure }));
  }

  function add(files: Iterable<File>) {
    const room = MAX_FILES - all.length;
    const fresh = [...files].slice(0, Math.max(0, room)).map(rising);
    setAll((now) => [...now, ...fresh]);
    for (const each of fresh) start(each);
  }

  function choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.onchange = () => add(input.files ?? []);
    input.click();
  }

  return {
    all,
    dragging,
    busy: all.some((each) => each.state === "rising"),
    ready: all.flatMap((each) => (each.result ? [each.result] : [])),
    choose,
    remove(key: string) {
      const gone = all.find((each) => each.key === key);
      if (gone) forget(gone);
      setAll((now) => now.filter((each) => each.key !== key));
    },
    again(key: string) {
      const failed = all.find((each) => each.key === key);
      if (!failed) return;
      patch(key, { state: "rising", share: 0, failure: null });
      start(failed);
    },
    clear() {
      for (const each of all) if (each.preview) URL.revokeObjectURL(each.preview);
      setAll([]);
    },
    paste(event: ClipboardEvent) {
      const files = [...event.clipboardData.files];
      if (files.length === 0) return;
      event.preventDefault();
      add(files);
    },
    drop: {
      onDragOver(event: DragEvent) {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDragging(true);
      },
      onDragLeave(event: DragEvent) {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false);
      },
      onDrop(event: DragEvent) {
        event.preventDefault();
        setDragging(false);
        add(event.dataTransfer.files);
      },
    },
  };
}

export function Attachments({ files }: { files: Files }) {
  const { t } = useTranslation();
  if (files.all.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t("desk.files")}>
      {files.all.map((each) => (
        <li key={each.key} className={styles.file} data-state={each.state}>
          {each.preview ? (
            <img src={each.preview} alt="" className={styles.thumb} />
          ) : (
            <FileOutlined style={{ fontSize: 24 }} />
          )}
          <div className={styles.about}>
            <div title={each.file.name}>{each.file.name}</div>
            {each.state === "failed" ? (
              <div
                style={{ color: "var(--bad)" }}
                role="alert"
                title={problemText(t, each.failure)}
              >
                {problemText(t, each.failure)}
              </div>
            ) : each.state === "there" ? (
              <div className="muted num">{bytes(each.file.size)}</div>
            ) : (
              <Progress
                percent={Math.round(each.share * 100)}
                size="small"
                aria-label={t("desk.uploading", { name: each.file.name })}
              />
            )}
          </div>
          {each.state === "failed" && (
            <Button
              type="text"
              size="small"
              icon={<ReloadOutlined />}
              aria-label={t("common.retry")}
              onClick={() => files.again(each.key)}
            />
          )}
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("desk.remove_file", { name: each.file.name })}
            onClick={() => files.remove(each.key)}
          />
        </li>
      ))}
    </ul>
  );
}

let count = 0;

function rising(file: File): Rising {
  const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
  count += 1;
  return {
    key: `file-${count}`,
    file,
    preview,
    share: 0,
    state: "rising",
    failure: null,
    result: null,
    abort: new AbortController(),
  };
}

function forget(file: Rising): void {
  file.abort.abort();
  if (file.preview) URL.revokeObjectURL(file.preview);
}
