/** Files on their way up: chosen, pasted or dropped; with progress, preview, and a second try. */
import { CloseOutlined, FileOutlined, ReloadOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { type ClipboardEvent, type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../../api/problem";
import { bytes } from "../../ui/format";
import styles from "./Composer.module.css";
import { addFiles, arrived, removeFile, takeFiles, tryAgain, useFilesOf } from "./files";

export type Files = ReturnType<typeof useFiles>;

export function useFiles(interactionId: string) {
  const all = useFilesOf(interactionId);
  const [dragging, setDragging] = useState(false);
  const add = (files: Iterable<File>) => addFiles(interactionId, files);

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
    ready: arrived(all),
    choose,
    remove: (key: string) => removeFile(interactionId, key),
    again: (key: string) => tryAgain(interactionId, key),
    clear: () => void takeFiles(interactionId),
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
