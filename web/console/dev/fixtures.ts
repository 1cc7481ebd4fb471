/** A small company for looking at screens without a server. Made-up people, orders and words. */
import type {
  Attachment,
  Colleague,
  Customer,
  Disposition,
  InteractionRow,
  Me,
  Message,
  Order,
  RenderedReply,
  Ticket,
} from "../src/api/types.ts";
import type { AgentRow, QueueRow, Work } from "../src/live/protocol.ts";

export const ME = "agt_lin";

export const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
export const ahead = (seconds: number) => ago(-seconds);

export const me: Me = {
  account: {
    id: ME,
    name: "林晓",
    email: "lin@demo.parley",
    role: "supervisor",
    language: "zh-CN",
    must_change_password: false,
  },
  tenant: {
    id: "tnt_demo",
    names: { "zh-CN": "明远家电", "en-US": "Mingyuan Home" },
    zone: "Asia/Shanghai",
    languages: ["zh-CN", "en-US"],
  },
  permissions: [],
  csrf: "mock",
};

const QUEUES: [id: string, zh: string, en: string][] = [
  ["presales", "售前咨询", "Pre-sales"],
  ["aftersales", "售后服务", "After-sales"],
  ["complaints", "投诉处理", "Complaints"],
  ["english", "英文服务", "English"],
];

export const queueNames = Object.fromEntries(
  QUEUES.map(([id, zh, en]) => [id, { "zh-CN": zh, "en-US": en }]),
);

export function queues(): QueueRow[] {
  return QUEUES.map(([id, zh, en], index) => ({
    id,
    names: { "zh-CN": zh, "en-US": en },
    waiting: [3, 1, 0, 0][index] ?? 0,
    oldest_at: index < 2 ? ago(80 - index * 62) : null,
    waiting_since: index < 2 ? [ago(80 - index * 62)] : [],
    in_service: 2,
    agents: { ready: 3, free: index === 0 ? 0 : 2, busy: 2, not_ready: 1 },
    open: index !== 2,
    pull: index === 0,
    today: {
      offered: 128,
      answered: 117,
      abandoned: 7,
      short_abandoned: 2,
      messages_left: 4,
      answered_in_target: 101,
      service_level: 0.86,
      asa_s: 14,
      aht_s: 312,
      csat: 4.6,
    },
    estimated_wait_s: index < 2 ? 95 : null,
    service_level_s: 30,
  }));
}

export function myRow(): AgentRow {
  return {
    id: ME,
    name: "林晓",
    role: "agent",
    status: "ready",
    reason: null,
    since: ago(1264),
    online: true,
    busy: [],
    capacity: { chat: 4, task: 1 },
    queues: ["presales", "aftersales", "complaints"],
  };
}

export const colleagues: Colleague[] = [
  ["agt_chen", "陈静", "ready", true],
  ["agt_wang", "王磊", "ready", false],
  ["agt_emma", "Emma Clarke", "not_ready", false],
  ["agt_zhou", "周敏", "ready", true],
  ["agt_he", "何文", "offline", false],
].map(([id, name, status, free]) => ({
  id: String(id),
  name: String(name),
  role: id === "agt_zhou" ? "supervisor" : "agent",
  status: status as Colleague["status"],
  reason: null,
  since: ago(600),
  online: status !== "offline",
  busy: { chat: free ? 1 : 3 },
  capacity: { chat: 3 },
  queues: ["presales", "aftersales"],
  skills: {},
  languages: ["zh-CN"],
  free: Boolean(free),
}));

function customer(id: string, name: string, more: Partial<Customer> = {}): Customer {
  return {
    id,
    name,
    tier: null,
    priority: 0,
    phone: "+8613800138000",
    email: "guest@example.com",
    city: "杭州",
    language: "zh-CN",
    member_since: "2023-04-02",
    tags: [],
    fields: {},
    note: "",
    created_at: ago(90_000_000),
    updated_at: ago(86_400),
    version: 3,
    ...more,
  };
}

export const customers: Record<string, Customer> = Object.fromEntries(
  [
    customer("cus_1", "王晓燕", {
      tier: "VIP",
      tags: ["老客户", "偏好微信沟通"],
      fields: { 会员号: "MY-20388" },
      note: "两次提到安装师傅迟到，注意安抚。",
    }),
    customer("cus_2", "Robert Featherstonehaugh-Cholmondeley", {
      language: "en-US",
      city: "Shanghai",
      phone: "+442071234567",
    }),
    customer("cus_3", "刘志强", { tier: "Gold", phone: null, email: null }),
    customer("cus_4", "访客 8F2K", { phone: null, email: null, city: null, member_since: null }),
    customer("cus_5", "赵敏", { tier: "VIP" }),
  ].map((each) => [each.id, each]),
);

export function work(id: string, customerId: string, more: Partial<Work> = {}): Work {
  const who = customers[customerId];
  return {
    id,
    channel: "chat",
    phase: "connected",
    role: "owner",
    queue: "aftersales",
    customer: { id: customerId, name: who?.name ?? "", tier: who?.tier ?? null },
    language: who?.language ?? "zh-CN",
    topic: null,
    page: { url: "", title: "", context: {} },
    subject: "",
    ticket_id: null,
    arrived_at: ago(300),
    queued_at: ago(300),
    connected_at: ago(280),
    offer: null,
    wrap_up: null,
    owner: ME,
    participants: [],
    last_message: null,
    unread: 0,
    unanswered_since: null,
    customer_online: true,
    customer_delivered_to: null,
    customer_read_to: null,
    note: "",
    priority: 0,
    conversation_ended: false,
    ended_by: null,
    ...more,
  };
}

export function works(): Work[] {
  return [
    work("int_1", "cus_1", {
      queue: "presales",
      topic: "选购",
      arrived_at: ago(460),
      connected_at: ago(440),
      page: {
        url: "http://127.0.0.1:8080/demo/product/kfr-35",
        title: "明远 1.5 匹变频空调 KFR-35",
        context: { product: "KFR-35 白色", order: "MY202611180042" },
      },
      last_message: {
        text: "请问有白色吗？今天下单什么时候能装？",
        sender: "customer",
        at: ago(42),
      },
      unread: 2,
      unanswered_since: ago(42),
      customer_delivered_to: "msg_a",
      customer_read_to: "msg_a",
    }),
    work("int_2", "cus_2", {
      queue: "english",
      arrived_at: ago(1500),
      connected_at: ago(1490),
      last_message: { text: "Thanks, I'll check the manual.", sender: "customer", at: ago(190) },
      customer_online: false,
    }),
    work("int_3", "cus_3", {
      arrived_at: ago(900),
      connected_at: ago(880),
      phase: "wrap_up",
      role: "wrap_up",
      conversation_ended: true,
      ended_by: "customer",
      wrap_up: {
        since: ago(25),
        until: ahead(95),
        blocking: true,
        disposition_required: true,
        dispositions: [],
      },
      last_message: { text: "好的，谢谢，再见！", sender: "customer", at: ago(30) },
    }),
    work("int_4", "cus_4", {
      role: "monitor",
      owner: "agt_chen",
      arrived_at: ago(260),
      connected_at: ago(200),
      last_message: { text: "你们这个滤芯怎么换？", sender: "customer", at: ago(70) },
    }),
  ];
}

export function offer(): Work {
  return work("int_5", "cus_5", {
    phase: "offered",
    role: "offer",
    queue: "aftersales",
    owner: null,
    connected_at: null,
    arrived_at: ago(18),
    queued_at: ago(18),
    offer: {
      ring_until: ahead(30),
      ring_s: 30,
      why: {
        policy: "skills+level+priority+longest_idle",
        queue: "aftersales",
        level: 8,
        tier: 1,
        candidates: 3,
        priority: 2,
        idle_since: ago(252),
      },
    },
    page: {
      url: "http://127.0.0.1:8080/demo/orders",
      title: "我的订单",
      context: { order: "MY202611150017" },
    },
    last_message: { text: "快递停在中转站两天了，什么时候能到？", sender: "customer", at: ago(18) },
    unread: 1,
    unanswered_since: ago(18),
  });
}

let seq = 100;
export const nextSeq = () => {
  seq += 1;
  return seq;
};

export function message(interaction: string, more: Partial<Message>): Message {
  const n = nextSeq();
  return {
    id: `msg_${n}`,
    seq: n,
    interaction_id: interaction,
    at: ago(0),
    sender: "customer",
    visibility: "public",
    text: "",
    key: null,
    values: {},
    client_id: `c_${n}`,
    agent_id: null,
    agent_name: null,
    attachments: [],
    mentions: [],
    language: "zh-CN",
    failed: null,
    ...more,
  };
}

const mine = { sender: "agent", agent_id: ME, agent_name: "林晓" } as const;
const chen = { sender: "agent", agent_id: "agt_chen", agent_name: "陈静" } as const;

const picture: Attachment = {
  id: "att_1",
  name: "客厅照片.svg",
  media_type: "image/svg+xml",
  size: 48_212,
  url: "/icon.svg",
};
const manual: Attachment = {
  id: "att_2",
  name: "KFR-35 安装说明书（2026 版）.pdf",
  media_type: "application/pdf",
  size: 1_804_212,
  url: "/api/v1/attachments/att_2",
};

export function conversations(): Record<string, Message[]> {
  return {
    int_1: [
      message("int_1", { at: ago(90_000), text: "上次的发票收到了，谢谢" }),
      message("int_1", { at: ago(89_900), ...mine, text: "不客气，祝您使用愉快！" }),
      message("int_1", { at: ago(460), text: "你好，这款空调适合 18 平米的客厅吗？" }),
      message("int_1", {
        at: ago(440),
        sender: "system",
        key: "connected",
        values: { agent: "林晓" },
      }),
      message("int_1", {
        at: ago(430),
        ...mine,
        text: "王女士您好！KFR-35 适合 14–21 平米，18 平米的客厅正合适。",
      }),
      message("int_1", {
        at: ago(425),
        ...mine,
        text: "安装说明我也发给您，可以看看墙体要求：https://www.example.com/kfr-35",
        attachments: [manual],
      }),
      message("int_1", {
        at: ago(300),
        ...mine,
        visibility: "internal",
        text: "@陈静 她家是砖混墙，上次安装师傅迟到过，这次请排张师傅。",
        mentions: ["agt_chen"],
      }),
      message("int_1", {
        at: ago(260),
        ...chen,
        visibility: "internal",
        text: "收到，已排张师傅，周六上午。",
      }),
      message("int_1", { id: "msg_a", at: ago(240), ...mine, text: "方便发一张客厅的照片吗？" }),
      message("int_1", { at: ago(60), text: "这是客厅", attachments: [picture] }),
      message("int_1", { at: ago(42), text: "请问有白色吗？今天下单什么时候能装？" }),
    ],
    int_2: [
      message("int_2", { at: ago(1490), language: "en-US", text: "Hi, my purifier shows E4." }),
      message("int_2", {
        at: ago(1450),
        ...mine,
        text: "Hello! E4 means that the filter door is open.",
      }),
      message("int_2", { at: ago(190), language: "en-US", text: "Thanks, I'll check the manual." }),
    ],
    int_3: [
      message("int_3", { at: ago(880), text: "退货的钱什么时候到账？" }),
      message("int_3", { at: ago(860), ...mine, text: "已经审核通过，1–3 个工作日原路退回。" }),
      message("int_3", { at: ago(30), text: "好的，谢谢，再见！" }),
      message("int_3", { at: ago(25), sender: "system", key: "ended_by_customer" }),
    ],
    int_4: [
      message("int_4", { at: ago(200), text: "你们这个滤芯怎么换？" }),
      message("int_4", { at: ago(180), ...chen, text: "您好，请先关机断电，再按下两侧的卡扣。" }),
    ],
    int_5: [message("int_5", { at: ago(18), text: "快递停在中转站两天了，什么时候能到？" })],
  };
}

export const orders: Order[] = [
  {
    id: "MY202611180042",
    customer_id: "cus_1",
    placed_at: ago(200_000),
    status: "shipped",
    amount: "2899.00",
    currency: "CNY",
    items: [
      { sku: "KFR-35", name: "明远 1.5 匹变频空调 KFR-35 白色", quantity: "1", price: "2899.00" },
    ],
    logistics: [
      { at: ago(93_600), place: "杭州转运中心", text: "快件已到达转运中心" },
      { at: ago(130_000), place: "佛山", text: "快件已发出" },
      { at: ago(180_000), place: "佛山", text: "商家已发货" },
    ],
    carrier: "顺丰速运",
    waybill: "SF1042288817",
  },
  {
    id: "MY202603020117",
    customer_id: "cus_1",
    placed_at: ago(20_000_000),
    status: "delivered",
    amount: "459.00",
    currency: "CNY",
    items: [{ sku: "FL-2", name: "空气净化器滤芯 FL-2（两只装）", quantity: "1", price: "459.00" }],
    logistics: [],
    carrier: null,
    waybill: null,
  },
];

export const tickets: Ticket[] = [
  {
    id: "tkt_1",
    number: 1042,
    kind: "problem",
    subject: "安装师傅迟到，要求补偿",
    description: "",
    status: "in_progress",
    next_statuses: ["resolved", "closed"],
    priority: "high",
    customer_id: "cus_1",
    customer_name: "王晓燕",
    interaction_id: null,
    queue: "aftersales",
    queue_names: queueNames.aftersales ?? {},
    assignee: "agt_chen",
    assignee_name: "陈静",
    phone: null,
    callback_at: null,
    due_at: ahead(7200),
    fields: {},
    created_at: ago(300_000),
    updated_at: ago(2_000),
    resolved_at: null,
    created_by: ME,
    created_by_name: "林晓",
    version: 2,
  },
];

export function row(w: Work, more: Partial<InteractionRow> = {}): InteractionRow {
  return {
    id: w.id,
    channel: w.channel,
    address: "web:vis",
    entry_point: "demo-shop",
    customer: w.customer,
    language: w.language,
    arrived_at: w.arrived_at,
    phase: w.phase,
    topic: w.topic,
    subject: w.subject,
    page_url: w.page.url,
    page_title: w.page.title,
    queue: w.queue,
    queue_names: queueNames[w.queue ?? ""] ?? {},
    queued_at: w.queued_at,
    priority: 0,
    agent_id: w.owner,
    agent_name: "陈静",
    agents: [],
    connected_at: w.connected_at,
    waited_s: 20,
    first_reply_at: null,
    conversation_ended_at: null,
    ended_by: null,
    ended_at: null,
    outcome: null,
    offers: 1,
    transfers: 0,
    messages_in: 4,
    messages_out: 5,
    last_message: w.last_message?.text ?? "",
    last_message_at: null,
    disposition: null,
    wrap_up_note: "",
    resolved: null,
    ticket_id: null,
    rating: null,
    rating_comment: "",
    ...more,
  };
}

const DISPOSITIONS: [string, string, string, boolean | null][] = [
  ["咨询", "产品咨询", "Product question", true],
  ["咨询", "价格优惠", "Prices and offers", true],
  ["咨询", "安装预约", "Installation", null],
  ["订单", "物流查询", "Where is my order", null],
  ["订单", "修改订单", "Change an order", true],
  ["售后", "退换货", "Return or exchange", null],
  ["售后", "质量问题", "Defect", false],
  ["售后", "维修进度", "Repair progress", null],
  ["投诉", "服务投诉", "Complaint: service", false],
  ["其他", "发票", "Invoice", true],
];

export const dispositions: Disposition[] = DISPOSITIONS.map(([group, zh, en, resolved], index) => ({
  id: `dsp_${index}`,
  version: 1,
  updated_at: ago(1_000_000),
  names: { "zh-CN": zh, "en-US": en },
  group,
  resolved,
  active: true,
}));

const REPLIES: [string, string, string, string, string][] = [
  [
    "hi",
    "问候",
    "Greeting",
    "王晓燕您好，我是林晓，很高兴为您服务！",
    "Hello, this is Lin. How can I help?",
  ],
  ["wait", "请稍等", "One moment", "请稍等，我马上为您查询。", "One moment, I am checking."],
  [
    "wl",
    "物流进度",
    "Delivery",
    "您的订单 MY202611180042 已到达杭州转运中心，预计明天送达。",
    "Your order is on its way.",
  ],
  [
    "th",
    "退换政策",
    "Returns",
    "签收 7 天内可无理由退换，运费由我们承担。",
    "You can return within 7 days.",
  ],
  ["bye", "结束语", "Goodbye", "感谢您的咨询，祝您生活愉快！", "Thank you and goodbye!"],
];

export const replies: RenderedReply[] = REPLIES.map(([shortcut, zh, en, zhText, enText]) => ({
  id: `cnd_${shortcut}`,
  shortcut,
  names: { "zh-CN": zh, "en-US": en },
  group: "",
  language: "zh-CN",
  text: zhText,
  missing: enText.includes("order") ? ["order.id"] : [],
}));
