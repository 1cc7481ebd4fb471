// System messages come as keys, errors as codes: here they become sentences.

import type { Values } from "../model/types";
import { fill, type Language } from "./words";

const SYSTEM: Record<Language, Record<string, string>> = {
  "zh-CN": {
    queued: "已进入排队，请稍候",
    connected: "{agent} 为您服务",
    transferred: "正在为您转接",
    closed_hours: "现在是非服务时间，可以给我们留言",
    queue_full: "当前咨询人数较多，可以给我们留言",
    waited_too_long: "让您久等了，可以给我们留言或预约回电",
    agent_left: "客服暂时离开，正在为您重新安排",
    ended_by_agent: "客服结束了会话",
    ended_by_customer: "您结束了会话",
    ended_inactive: "长时间没有新消息，会话已结束",
    message_saved: "留言已收到，我们会尽快联系您",
    callback_saved: "已登记回电 {phone}，请保持电话畅通",
  },
  "en-US": {
    queued: "You are in the queue. One moment, please.",
    connected: "{agent} is with you",
    transferred: "You are being transferred",
    closed_hours: "We are closed at the moment. Please leave a message.",
    queue_full: "All our agents are busy. Please leave a message.",
    waited_too_long: "Sorry for the wait. You can leave a message or ask us to call you back.",
    agent_left: "Your agent had to leave; we are finding someone else for you",
    ended_by_agent: "The agent ended the conversation",
    ended_by_customer: "You ended the conversation",
    ended_inactive: "The conversation ended because nobody wrote for a while",
    message_saved: "We have your message and will get back to you",
    callback_saved: "We will call you back at {phone}",
  },
};

const ERRORS: Record<Language, Record<string, string>> = {
  "zh-CN": {
    offline: "网络连接失败，请检查网络后重试",
    origin_refused: "本网站未被允许使用此在线客服",
    entry_unknown: "此在线客服已停用",
    blocked: "暂时无法为您提供在线服务",
    too_many_messages: "消息发送过快，请 {retry_after_s} 秒后再试",
    too_many_sessions: "访问过于频繁，请稍后再试",
    too_many_sockets: "打开的窗口过多，请关闭一些再试",
    too_many_uploads: "上传过于频繁，请稍后再试",
    too_many_frames: "操作过于频繁，请稍后再试",
    file_too_large: "文件不能超过 {limit}",
    file_type_refused: "不支持这种文件",
    file_empty: "文件是空的",
    file_unknown: "文件已失效，请重新上传",
    message_empty: "消息是空的",
    frame_too_large: "消息太长",
    file_missing: "没有收到文件，请重新选择",
    frame_invalid: "消息太长或格式不对",
    phone_invalid: "电话号码不正确",
    callback_at_invalid: "回电时间不正确（最多 30 天内）",
    being_served: "客服已在为您服务，直接发消息即可",
    already_rated: "您已评价过",
    too_late_to_rate: "已超过评价时间",
    not_ended: "会话还没有结束",
    other: "暂时无法完成，请稍后再试",
  },
  "en-US": {
    offline: "No connection. Check your network and try again.",
    origin_refused: "This site may not use this chat",
    entry_unknown: "This chat is switched off",
    blocked: "Chat is not available to you at the moment",
    too_many_messages: "That was fast. Try again in {retry_after_s} s.",
    too_many_sessions: "Too many visits. Please try again later.",
    too_many_sockets: "Too many windows are open. Close some and try again.",
    too_many_uploads: "Too many uploads. Please try again later.",
    too_many_frames: "Too fast. Please try again later.",
    file_too_large: "Files may have at most {limit}",
    file_type_refused: "This kind of file can't be sent",
    file_empty: "The file is empty",
    file_unknown: "The file expired. Please upload it again.",
    message_empty: "The message is empty",
    frame_too_large: "The message is too long",
    file_missing: "No file arrived. Please choose it again.",
    frame_invalid: "The message is too long or malformed",
    phone_invalid: "This phone number is not valid",
    callback_at_invalid: "This time is not possible (at most 30 days ahead)",
    being_served: "An agent is with you already: just write",
    already_rated: "You rated this already",
    too_late_to_rate: "It is too late to rate this",
    not_ended: "The conversation is not over yet",
    other: "That did not work. Please try again later.",
  },
};

export function systemText(
  language: Language,
  key: string,
  values: Values | null | undefined,
): string {
  return fill(SYSTEM[language][key] ?? key, values ?? {});
}

export function errorText(language: Language, code: string, values: Values): string {
  const texts = ERRORS[language];
  const shown = { ...values };
  if (typeof shown.limit === "number") shown.limit = bytes(shown.limit);
  return fill(texts[code] ?? texts.other ?? code, shown);
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} kB`;
  return `${(count / 1024 / 1024).toFixed(count % (1024 * 1024) ? 1 : 0)} MB`;
}
