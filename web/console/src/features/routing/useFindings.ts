/** What the linter says of the policy as it stands on the screen, a moment after it changed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { isFinished } from "./conditions";
import { type Fact, type Finding, POLICIES, type Policy, type Rule } from "./model";

const PAUSE_MS = 500; // after the last change

export interface Checked {
  findings: readonly Finding[];
  /** Rules whose condition lacks a value, by place from 1. */
  unfinished: number[];
  checking: boolean;
  error: unknown;
  /** Look again now; resolves with what was found. */
  validate: () => Promise<readonly Finding[]>;
}

export function useFindings(policy: Policy, facts: readonly Fact[]): Checked {
  const [settled, setSettled] = useState(policy);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(policy), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [policy]);
  const unfinished = (policy.rules as Rule[]).flatMap((rule, at) =>
    isFinished(rule.when, facts) ? [] : [at + 1],
  );
  const query = useQuery({
    queryKey: [POLICIES, "lint", settled],
    queryFn: () => lint(settled),
    enabled: unfinished.length === 0,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return {
    findings: query.data ?? [],
    unfinished,
    checking: query.isFetching || settled !== policy,
    error: query.error,
    validate: () => lint(policy),
  };
}

function lint(policy: Policy): Promise<Finding[]> {
  return api.post<Finding[]>("/policy/lint", { policy });
}
