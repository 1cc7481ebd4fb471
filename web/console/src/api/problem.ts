/** What went wrong, as the server says it (RFC 9457), and how to tell a person. */
import type { TFunction } from "i18next";
import { clock } from "../ui/format";

export interface FieldProblem {
  field: string;
  code: string;
  values?: Record<string, string | number>;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly values: Record<string, string | number> = {},
    readonly retry = false,
    readonly errors: FieldProblem[] = [],
  ) {
    super(code);
    this.name = "Problem";
  }
}

export const OFFLINE = "offline";

export async function problemOf(response: Response): Promise<Problem> {
  const fallback = response.status >= 500 ? "server_error" : `http_${response.status}`;
  try {
    const body = await response.json();
    return new Problem(
      response.status,
      body.code ?? fallback,
      body.values ?? {},
      body.retry ?? response.status >= 500,
      body.errors ?? [],
    );
  } catch {
    return new Problem(response.status, fallback, {}, response.status >= 500);
  }
}

/** One sentence for people: by code, else by status; it says what to do next. */
export function problemText(t: TFunction, error: unknown): string {
  if (!(error instanceof Problem)) return t("problem.unknown");
  return t([`problem.${error.code}`, `problem.http_${error.status}`, "problem.unknown"], {
    ...error.values,
    wait: clock(Number(error.values.retry_after_s ?? 0)),
  });
}

/** The sentence of one field, e.g. under its input; undefined when the field is right. */
export function fieldText(t: TFunction, error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  const found = error.errors.find((each) => each.field === field);
  if (!found) return undefined;
  return t([`problem.field.${found.code}`, `problem.${found.code}`, "problem.field.invalid"], {
    ...found.values,
  });
}
