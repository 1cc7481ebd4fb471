// The visitor's HTTP: entry point, session, history, files, transcript.

import type { Entry, FileInfo, Message, Session, Values } from "../model/types";

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly values: Values = {},
  ) {
    super(code);
  }
}

const PREFIX = "/chat/v1";
const REQUEST_MS = 20_000;

export class Client {
  token: string | null = null;

  /** `base`: origin of the server that gave out the script. */
  constructor(readonly base: string) {}

  entry(id: string, language: string): Promise<Entry> {
    return this.ask(`/entry/${encodeURIComponent(id)}?lang=${language}`);
  }

  session(body: Record<string, unknown>): Promise<Session> {
    return this.ask("/session", { method: "POST", body: JSON.stringify(body) });
  }

  history(before: number): Promise<{ messages: Message[]; history_before: number | null }> {
    return this.ask(`/messages?before_seq=${before}`);
  }

  async transcript(interactionId: string, language: string): Promise<Blob> {
    const answer = await this.fetch(
      `/transcript?interaction_id=${encodeURIComponent(interactionId)}&lang=${language}`,
    );
    return answer.blob();
  }

  /** Only XMLHttpRequest tells how far an upload is. */
  upload(file: File, progress: (share: number) => void): Promise<FileInfo> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}${PREFIX}/attachments`);
      request.setRequestHeader("Authorization", `Bearer ${this.token}`);
      request.upload.onprogress = (event) => progress(event.loaded / Math.max(1, event.total));
      request.onerror = () => reject(new Problem("offline", 0));
      request.onload = () => {
        const body = parsed(request.responseText);
        if (request.status < 300) resolve(body as unknown as FileInfo);
        else reject(problem(request.status, body));
      };
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  liveUrl(): string {
    return `${this.base.replace(/^http/, "ws")}${PREFIX}/live`;
  }

  private async ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await this.fetch(path, init)).json() as Promise<T>;
  }

  private async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers: Record<string, string> = {};
    if (init.body) headers["Content-Type"] = "application/json";
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    let answer: Response;
    try {
      answer = await fetch(this.base + PREFIX + path, {
        ...init,
        headers,
        credentials: "omit",
        signal: AbortSignal.timeout(REQUEST_MS),
      });
    } catch {
      throw new Problem("offline", 0);
    }
    if (!answer.ok) throw problem(answer.status, parsed(await answer.text()));
    return answer;
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function problem(status: number, body: Record<string, unknown>): Problem {
  return new Problem(String(body.code ?? "unavailable"), status, (body.values ?? {}) as Values);
}
