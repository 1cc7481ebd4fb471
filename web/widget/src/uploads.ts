// Files on their way: checked here for a quick answer, checked by the server for good.

import type { ChatState, News, Upload } from "./model/state";
import type { FileInfo } from "./model/types";
import { type Client, Problem } from "./net/client";

const MAX_FILES = 5; // per message

export interface Host {
  state: ChatState;
  dispatch(news: News): void;
}

export class Uploads {
  private count = 0;

  constructor(
    private readonly client: Client,
    private readonly host: Host,
  ) {}

  add(files: Iterable<File>): void {
    for (const file of files) {
      if (this.host.state.uploads.length >= MAX_FILES) return;
      this.count += 1;
      void this.send(`u${this.count}`, file);
    }
  }

  remove(id: string): void {
    this.host.dispatch({ kind: "uploads", keep: (upload) => upload.id !== id });
  }

  busy(): boolean {
    return this.host.state.uploads.some((upload) => !upload.file && !upload.failed);
  }

  /** The stored ones, for the next message. */
  take(): FileInfo[] {
    const stored = this.host.state.uploads.flatMap((upload) => upload.file ?? []);
    this.host.dispatch({
      kind: "uploads",
      keep: (upload) => upload.file === null && !upload.failed,
    });
    return stored;
  }

  private async send(id: string, file: File): Promise<void> {
    const upload: Upload = {
      id,
      name: file.name,
      size: file.size,
      progress: 0,
      file: null,
      failed: null,
    };
    const limits = this.host.state.entry?.limits;
    if (limits && file.size > limits.file_bytes) {
      const failed = { code: "file_too_large", values: { limit: limits.file_bytes } };
      this.show({ ...upload, failed });
      return;
    }
    this.show(upload);
    try {
      const stored = await this.client.upload(file, (progress) =>
        this.show({ ...upload, progress }),
      );
      this.show({ ...upload, progress: 1, file: stored });
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem("unavailable", 0);
      this.show({ ...upload, failed: { code: problem.code, values: problem.values } });
    }
  }

  private show(upload: Upload): void {
    const removed = upload.progress > 0 && !this.host.state.uploads.some((u) => u.id === upload.id);
    if (!removed) this.host.dispatch({ kind: "upload", upload });
  }
}
