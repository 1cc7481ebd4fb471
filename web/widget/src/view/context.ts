// What every part of the view needs: the chat, its present state and the words.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../chat";
import { fill, type Language, WORDS, type Word } from "../i18n/words";
import type { ChatState } from "../model/state";
import type { Values } from "../model/types";

export interface Given {
  chat: Chat;
  state: ChatState;
}

export const Shared = createContext<Given | null>(null);

export function useChat(): Given & {
  language: Language;
  say: (word: Word, values?: Values) => string;
} {
  const given = useContext(Shared);
  if (!given) throw new Error("no chat");
  const language = given.chat.options.language;
  return { ...given, language, say: (word, values) => fill(WORDS[language][word], values) };
}
