// Messages not yet confirmed, kept over reloads; one key per message, so that two tabs never
// overwrite each other's.

import type { Storage } from "../host/storage";
import type { Pending } from "./types";

const MAX_AGE_MS = 7 * 24 * 3600_000; // older ones are no longer what the visitor means

export class Outbox {
  constructor(
    private readonly storage: Storage,
    private readonly visitorId: string,
  ) {}

  all(now: number): Pending[] {
    const found: Pending[] = [];
    for (const key of this.storage.keys(this.prefix())) {
      const pending = parsed(this.storage.get(key));
      if (pending && now - Date.parse(pending.at) < MAX_AGE_MS) found.push(pending);
      else this.storage.remove(key);
    }
    return found.sort((a, b) => a.at.localeCompare(b.at));
  }

  put(pending: Pending): void {
    this.storage.set(this.prefix() + pending.clientId, JSON.stringify(pending));
  }

  remove(clientId: string): void {
    this.storage.remove(this.prefix() + clientId);
  }

  private prefix(): string {
    return `out.${this.visitorId}.`;
  }
}

function parsed(text: string | null): Pending | null {
  try {
    const value = JSON.parse(text ?? "null") as Pending | null;
    return value && typeof value.clientId === "string" && typeof value.text === "string"
      ? { ...value, files: value.files ?? [], tried: true, acked: false }
      : null;
  } catch {
    return null;
  }
}
