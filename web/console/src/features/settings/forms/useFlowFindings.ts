/** What the server finds wrong with the flow as it stands on the screen, a moment after it changed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useEffect, useState } from "react";
import { api } from "../../../api/client";
import { type FieldProblem, Problem } from "../../../api/problem";
import { useNames } from "../../../i18n";
import type { Catalogue } from "../catalogue";
import type { FlowBody } from "../model";

const PAUSE_MS = 500; // after the last change

export interface FlowFindings {
  found: readonly FieldProblem[];
  checking: boolean;
  error: unknown;
}

export function useFlowFindings(body: FlowBody): FlowFindings {
  const [settled, setSettled] = useState(body);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(body), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [body]);
  const query = useQuery({
    queryKey: ["flows", "check", settled],
    queryFn: () => check(settled),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return {
    found: query.data ?? [],
    checking: query.isFetching || settled !== body,
    error: query.error,
  };
}

/** A flow that can't even be read as one is found wrong, too; its missing name is the name field's matter. */
async function check(body: FlowBody): Promise<FieldProblem[]> {
  try {
    return await api.post<FieldProblem[]>("/flows/check", {
      ...body,
      name: body.name.trim() || "–",
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return error.errors;
    throw error;
  }
}

/** The step a finding is about; empty: the flow as a whole. */
export function nodeOf(finding: FieldProblem): string {
  return /^nodes\.([A-Za-z0-9_-]+)/.exec(finding.field)?.[1] ?? "";
}

/** Its sentence. */
export function useFindingText(all: Catalogue): (t: TFunction, finding: FieldProblem) => string {
  const names = useNames();
  return (t, { field, code, values = {} }) => {
    if (code === "required" && field.endsWith(".say")) return t("settings.flow.finding.silent");
    const prompt = all.prompts.find((each) => each.id === values.id);
    const language = values.language && t(`settings.language.${values.language}`);
    return t(
      [
        `settings.flow.finding.${code}`,
        `problem.field.${code}`,
        `settings.problem.${code}`,
        "settings.problem.invalid",
      ],
      { ...values, name: prompt ? names(prompt.names) : values.id, language },
    );
  };
}
