/** The queues by name, so that each row has its place whatever came first over the line. */
import { useMemo } from "react";
import { pick, useLanguage } from "../../i18n";
import { useQueues } from "../../live/hooks";
import type { QueueRow } from "../../live/protocol";

export function useSortedQueues(): QueueRow[] {
  const queues = useQueues();
  const language = useLanguage();
  return useMemo(
    () =>
      [...queues].sort((a, b) =>
        pick(a.names, language).localeCompare(pick(b.names, language), language),
      ),
    [queues, language],
  );
}
