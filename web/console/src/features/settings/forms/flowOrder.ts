/** In what order a flow's steps are listed: as somebody put them, the others as callers come to them. Pure. */
import { inOrder } from "../check";
import type { FlowBody } from "../model";

export function listed(body: FlowBody): string[] {
  const put = body.order.filter((id) => id in body.nodes);
  return [...put, ...inOrder(body).filter((id) => !put.includes(id))];
}

/** One place up (-1) or down (1); as it was at either end. */
export function moved(body: FlowBody, id: string, by: -1 | 1): string[] {
  const ids = listed(body);
  const at = ids.indexOf(id);
  const other = ids[at + by];
  if (at < 0 || other === undefined) return ids;
  return ids.map((each) => (each === id ? other : each === other ? id : each));
}
