/** What rotates on the wall: the day's figures, the queues a few at a time, the agents. Pure. */

export interface WallPage {
  kind: "figures" | "queues" | "agents";
  from: number;
  to: number;
}

export const QUEUES_A_PAGE = 6; // more could not be read from six metres

export function pagesOf(queues: readonly unknown[]): WallPage[] {
  const pages: WallPage[] = [{ kind: "figures", from: 0, to: 0 }];
  for (let from = 0; from < queues.length; from += QUEUES_A_PAGE) {
    pages.push({ kind: "queues", from, to: Math.min(queues.length, from + QUEUES_A_PAGE) });
  }
  pages.push({ kind: "agents", from: 0, to: 0 });
  return pages;
}
