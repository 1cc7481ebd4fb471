/** A stand-in for the server while drawing screens: `npm run mock`. No rules, only rows. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Plugin } from "vite";
import { type WebSocket, WebSocketServer } from "ws";
import type { Work } from "../src/live/protocol.ts";
import * as fixture from "./fixtures.ts";

const OFFER_AFTER_MS = Number(process.env.PARLEY_MOCK_OFFER_MS ?? 4_000);
const NEXT_OFFER_MS = 20_000;
const BEAT_MS = 10_000;

// biome-ignore lint/suspicious/noExplicitAny: bodies of any kind pass here
type Body = any;
type Handler = (ids: string[], body: Body, query: URLSearchParams) => unknown;

class Company {
  work = new Map<string, Work>();
  messages = fixture.conversations();
  me = fixture.myRow();
  sockets = new Set<WebSocket>();
  signedIn = true;
  tickets = [...fixture.tickets];

  constructor() {
    const empty = process.env.PARLEY_MOCK_EMPTY === "1";
    for (const each of empty ? [] : fixture.works()) this.work.set(each.id, each);
    if (!empty) setTimeout(() => this.put(fixture.offer()), OFFER_AFTER_MS);
  }

  send(frame: object): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(frame));
  }

  put(work: Work): void {
    this.work.set(work.id, work);
    this.send({ type: "rows", seq: fixture.nextSeq(), work: { [work.id]: work } });
  }

  drop(id: string): void {
    this.work.delete(id);
    this.send({ type: "rows", seq: fixture.nextSeq(), work: { [id]: null } });
  }

  change(id: string, changes: Partial<Work>): void {
    const before = this.work.get(id);
    if (before) this.put({ ...before, ...changes });
  }

  say(id: string, more: Parameters<typeof fixture.message>[1]) {
    const message = fixture.message(id, more);
    this.messages[id] = [...(this.messages[id] ?? []), message];
    this.send({ type: "message", seq: message.seq, message });
    return message;
  }

  snapshot(socket: WebSocket): void {
    const at = new Date().toISOString();
    const board = { queues: fixture.queues(), agents: null, totals: null };
    const work = [...this.work.values()];
    socket.send(
      JSON.stringify({
        type: "snapshot",
        seq: 1,
        at,
        me: this.me,
        work,
        unread_notices: 1,
        ...board,
      }),
    );
  }
}

function routes(company: Company): [method: string, path: RegExp, handler: Handler][] {
  const ok = { ok: true };
  const on = (verb: string) => new RegExp(`^/interactions/([^/]+)/${verb}$`);
  return [
    ["GET", /^\/session$/, () => (company.signedIn ? fixture.me : problem(401, "not_signed_in"))],
    [
      "POST",
      /^\/session$/,
      (_, body) => {
        if (body.password !== "parley-demo") return problem(401, "wrong_credentials");
        company.signedIn = true;
        return fixture.me;
      },
    ],
    [
      "DELETE",
      /^\/session$/,
      () => {
        company.signedIn = false;
        return ok;
      },
    ],
    [
      "PUT",
      /^\/session\/language$/,
      (_, body) => {
        fixture.me.account.language = body.language;
        return fixture.me;
      },
    ],
    [
      "GET",
      /^\/presence\/reasons$/,
      () => [
        { id: "rest", names: { "zh-CN": "小休", "en-US": "Short break" } },
        { id: "lunch", names: { "zh-CN": "午餐", "en-US": "Lunch" } },
        { id: "training", names: { "zh-CN": "培训", "en-US": "Training" } },
      ],
    ],
    [
      "PUT",
      /^\/presence$/,
      (_, body) => {
        company.me = {
          ...company.me,
          status: body.status,
          reason: body.reason ?? null,
          since: fixture.ago(0),
        };
        company.send({ type: "rows", seq: fixture.nextSeq(), me: company.me });
        return ok;
      },
    ],
    ["GET", /^\/agents$/, () => fixture.colleagues],
    ["GET", /^\/queues$/, () => fixture.queues().map(({ id, names }) => ({ id, names }))],
    ["GET", /^\/dispositions$/, () => fixture.dispositions],
    ["GET", /^\/canned-replies\/render$/, () => fixture.replies],
    [
      "GET",
      /^\/notices$/,
      () => ({
        items: [
          {
            id: "ntc_1",
            at: fixture.ago(300),
            kind: "mention",
            interaction_id: "int_1",
            ticket_id: null,
            by: "agt_chen",
            by_name: "陈静",
            text: "收到，已排张师傅，周六上午。",
            read: false,
          },
        ],
        unread: 1,
      }),
    ],
    ["POST", /^\/notices\/read$/, () => ok],
    [
      "GET",
      /^\/search$/,
      () => ({
        customers: Object.values(fixture.customers).slice(0, 2),
        interactions: [...company.work.values()].slice(0, 2).map((each) => fixture.row(each)),
        tickets: company.tickets,
      }),
    ],
    [
      "GET",
      /^\/interactions$/,
      () => ({
        items: [
          fixture.row(
            fixture.work("int_8", "cus_3", {
              arrived_at: fixture.ago(80),
              queued_at: fixture.ago(80),
            }),
            { last_message: "滤芯多久换一次？" },
          ),
        ],
        next_cursor: null,
        total: 1,
      }),
    ],
    [
      "GET",
      /^\/interactions\/([^/]+)\/messages$/,
      ([id = ""], _, query) => {
        const after = Number(query.get("after_seq") ?? 0);
        return { items: (company.messages[id] ?? []).filter((each) => each.seq > after) };
      },
    ],
    [
      "POST",
      on("messages"),
      ([id = ""], body) => {
        if (String(body.text).includes("/fail")) return problem(503, "rebuilding", true);
        const message = company.say(id, {
          client_id: body.client_id,
          sender: "agent",
          agent_id: fixture.ME,
          agent_name: "林晓",
          text: body.text,
          visibility: body.internal ? "internal" : "public",
          mentions: body.mentions,
          attachments: (body.attachments as string[]).map((file) => ({
            id: file,
            name: `${file}.png`,
            media_type: "image/png",
            size: 1000,
            url: "/icon.svg",
          })),
        });
        if (!body.internal) {
          company.change(id, {
            unread: 0,
            unanswered_since: null,
            last_message: { text: body.text, sender: "agent", at: message.at },
          });
          setTimeout(() => company.change(id, { customer_delivered_to: message.id }), 600);
          setTimeout(() => company.change(id, { customer_read_to: message.id }), 1500);
          setTimeout(
            () =>
              company.send({
                type: "hint",
                interaction_id: id,
                hint: "typing",
                who: { kind: "customer" },
                text: "那我周六上午在家，你们",
              }),
            2500,
          );
        }
        return { message_id: message.id };
      },
    ],
    [
      "POST",
      on("read"),
      ([id = ""]) => {
        company.change(id, { unread: 0 });
        return ok;
      },
    ],
    [
      "POST",
      on("accept"),
      ([id = ""]) => {
        company.change(id, {
          role: "owner",
          phase: "connected",
          offer: null,
          owner: fixture.ME,
          connected_at: fixture.ago(0),
        });
        company.say(id, { sender: "system", key: "connected", values: { agent: "林晓" } });
        return ok;
      },
    ],
    [
      "POST",
      on("decline"),
      ([id = ""]) => {
        company.drop(id);
        setTimeout(() => company.put(fixture.offer()), NEXT_OFFER_MS);
        return ok;
      },
    ],
    [
      "POST",
      on("close"),
      ([id = ""]) => {
        company.say(id, { sender: "system", key: "ended_by_agent" });
        company.change(id, {
          role: "wrap_up",
          phase: "wrap_up",
          conversation_ended: true,
          ended_by: "agent",
          wrap_up: {
            since: fixture.ago(0),
            until: fixture.ahead(120),
            blocking: true,
            disposition_required: true,
            dispositions: [],
          },
        });
        return ok;
      },
    ],
    [
      "POST",
      on("resume"),
      ([id = ""]) => {
        company.change(id, {
          role: "owner",
          phase: "connected",
          conversation_ended: false,
          wrap_up: null,
        });
        return ok;
      },
    ],
    [
      "POST",
      on("wrap-up"),
      ([id = ""]) => {
        company.drop(id);
        return ok;
      },
    ],
    [
      "POST",
      on("transfer"),
      ([id = ""]) => {
        company.drop(id);
        return ok;
      },
    ],
    [
      "POST",
      on("leave"),
      ([id = ""]) => {
        company.drop(id);
        return ok;
      },
    ],
    ["POST", on("consult"), () => ok],
    [
      "POST",
      on("take-over"),
      ([id = ""]) => {
        company.change(id, { role: "owner", owner: fixture.ME });
        return ok;
      },
    ],
    [
      "GET",
      /^\/customers\/([^/]+)$/,
      ([id = ""]) => fixture.customers[id] ?? problem(404, "customer_not_found"),
    ],
    [
      "PATCH",
      /^\/customers\/([^/]+)$/,
      ([id = ""], body) => {
        const saved = { ...fixture.customers[id], ...body, version: body.version + 1 };
        fixture.customers[id] = saved;
        return saved;
      },
    ],
    [
      "GET",
      /^\/customers\/([^/]+)\/orders$/,
      ([id]) => ({ items: fixture.orders.filter((each) => each.customer_id === id) }),
    ],
    [
      "GET",
      /^\/customers\/([^/]+)\/timeline$/,
      ([id]) => ({
        items: [
          ...[...company.work.values()]
            .filter((each) => each.customer.id === id)
            .map((each) => ({
              kind: "interaction",
              at: each.arrived_at,
              interaction: fixture.row(each),
            })),
          ...company.tickets
            .filter((each) => each.customer_id === id)
            .map((ticket) => ({ kind: "ticket", at: ticket.created_at, ticket })),
          {
            kind: "interaction",
            at: fixture.ago(900_000),
            interaction: fixture.row(fixture.work("int_2", String(id)), {
              id: "int_9",
              outcome: "served",
              phase: "ended",
              rating: 5,
              wrap_up_note: "已补寄遥控器",
              arrived_at: fixture.ago(900_000),
            }),
          },
        ],
        next_cursor: null,
      }),
    ],
    [
      "GET",
      /^\/tickets$/,
      (_, __, query) => ({
        items: company.tickets.filter(
          (each) => !query.get("customer_id") || each.customer_id === query.get("customer_id"),
        ),
        next_cursor: null,
        total: 1,
      }),
    ],
    [
      "POST",
      /^\/tickets$/,
      (_, body) => {
        const ticket = {
          ...fixture.tickets[0],
          ...body,
          id: `tkt_${fixture.nextSeq()}`,
          number: 1100,
          status: "open",
          assignee_name: null,
          created_at: fixture.ago(0),
          updated_at: fixture.ago(0),
        };
        company.tickets.unshift(ticket);
        return ticket;
      },
    ],
    [
      "POST",
      /^\/attachments$/,
      () => ({
        id: `att_${fixture.nextSeq()}`,
        name: "图片.png",
        media_type: "image/png",
        size: 1000,
        url: "/icon.svg",
      }),
    ],
  ];
}

class Refused {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retry: boolean,
  ) {}
}

function problem(status: number, code: string, retry = false): Refused {
  return new Refused(status, code, retry);
}

export function mock(): Plugin {
  const company = new Company();
  const table = routes(company);
  return {
    name: "parley-mock",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith("/api/v1")) return next();
        void answer(table, request, response);
      });
      const live = new WebSocketServer({ noServer: true });
      server.httpServer?.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (!request.url?.startsWith("/api/v1/live")) return;
        live.handleUpgrade(request, socket, head, (line) => connect(company, line));
      });
    },
  };
}

function connect(company: Company, line: WebSocket): void {
  company.sockets.add(line);
  company.snapshot(line);
  const beat = setInterval(
    () => line.send(JSON.stringify({ type: "beat", seq: 1, at: new Date().toISOString() })),
    BEAT_MS,
  );
  const viewing = {
    type: "hint",
    interaction_id: "int_1",
    hint: "viewing",
    who: { kind: "agent", id: "agt_zhou", name: "周敏" },
  };
  const typing = {
    type: "hint",
    interaction_id: "int_1",
    hint: "typing",
    who: { kind: "customer" },
    text: "能不能周末",
  };
  line.send(JSON.stringify(viewing));
  line.send(JSON.stringify(typing));
  line.on("close", () => {
    clearInterval(beat);
    company.sockets.delete(line);
  });
}

async function answer(
  table: ReturnType<typeof routes>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "", "http://mock");
  const path = url.pathname.replace("/api/v1", "");
  const text = await read(request);
  const json = request.headers["content-type"]?.includes("json") && text !== "";
  for (const [method, pattern, handler] of table) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (!match) continue;
    const result = handler(match.slice(1), json ? JSON.parse(text) : {}, url.searchParams);
    if (result instanceof Refused)
      reply(response, result.status, { ...result, values: {}, errors: [] });
    else reply(response, 200, result);
    return;
  }
  reply(response, 404, { status: 404, code: "not_found", values: {} });
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader(
    "content-type",
    status < 400 ? "application/json" : "application/problem+json",
  );
  response.end(JSON.stringify(body));
}
