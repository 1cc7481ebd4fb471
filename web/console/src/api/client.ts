/** HTTP to /api/v1: JSON in and out, the CSRF token on unsafe methods, failures as `Problem`. */
import { OFFLINE, Problem, problemOf } from "./problem";

type Scalar = string | number | boolean | null | undefined;
export type Query = Record<string, Scalar | readonly string[]>;

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

const PREFIX = "/api/v1";
const SAFE = new Set(["GET", "HEAD"]);

let csrf = "";
let onSignedOut: () => void = () => {};

export function setCsrf(token: string): void {
  csrf = token;
}

export function csrfToken(): string {
  return csrf;
}

/** Called once whenever the server says the session is over. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

export function url(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const each of value) params.append(name, each);
    else if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return `${PREFIX}${path}${text ? `?${text}` : ""}`;
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (!SAFE.has(method)) headers["X-CSRF-Token"] = csrf;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(url(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, OFFLINE, {}, true);
  }
}

export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && path !== "/session") onSignedOut();
    throw problem;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    request<T>("GET", path, { query, signal }),
  post: <T = unknown>(path: string, body: unknown = {}, query?: Query) =>
    request<T>("POST", path, { body, query }),
  put: <T = unknown>(path: string, body: unknown = {}) => request<T>("PUT", path, { body }),
  patch: <T = unknown>(path: string, body: unknown = {}) => request<T>("PATCH", path, { body }),
  delete: <T = unknown>(path: string, query?: Query) => request<T>("DELETE", path, { query }),
};

/** PUT a file; JSON comes back. */
export async function putFile<T>(path: string, file: File): Promise<T> {
  const form = new FormData();
  form.append("file", file, file.name);
  let response: Response;
  try {
    response = await fetch(url(path), {
      method: "PUT",
      headers: { Accept: "application/json", "X-CSRF-Token": csrf },
      credentials: "same-origin",
      body: form,
    });
  } catch {
    throw new Problem(0, OFFLINE, {}, true);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

/** POST a file with progress 0..1; the promise fails with `Problem`. */
export function upload<T>(
  path: string,
  file: File,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const line = new XMLHttpRequest();
    line.open("POST", url(path));
    line.setRequestHeader("X-CSRF-Token", csrf);
    line.setRequestHeader("Accept", "application/json");
    line.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    line.onerror = () => reject(new Problem(0, OFFLINE, {}, true));
    line.onabort = () => reject(new DOMException("aborted", "AbortError"));
    line.onload = () => {
      const response = new Response(line.responseText, { status: line.status });
      if (response.ok) resolve(JSON.parse(line.responseText) as T);
      else void problemOf(response).then(reject);
    };
    signal?.addEventListener("abort", () => line.abort());
    const form = new FormData();
    form.append("file", file, file.name);
    line.send(form);
  });
}
