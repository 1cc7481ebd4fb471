/** The index of the settings: groups in the words administrators use, and how it is searched. */
import {
  ApartmentOutlined,
  ApiOutlined,
  BankOutlined,
  CoffeeOutlined,
  CommentOutlined,
  FieldTimeOutlined,
  PartitionOutlined,
  PhoneOutlined,
  SoundOutlined,
  StarOutlined,
  TagsOutlined,
  TeamOutlined,
  UnorderedListOutlined,
} from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";

export interface SettingsSection {
  name: string; // in the address
  word: string; // `settings.<word>.title`
  group: "entry" | "routing" | "people" | "desk" | "company";
  icon: ReactNode;
  permission: string;
}

const READ = "settings.read";

export const SECTIONS: SettingsSection[] = [
  {
    name: "entry-points",
    word: "entry_point",
    group: "entry",
    icon: <ApiOutlined />,
    permission: READ,
  },
  { name: "flows", word: "flow", group: "entry", icon: <PartitionOutlined />, permission: READ },
  { name: "prompts", word: "prompt", group: "entry", icon: <SoundOutlined />, permission: READ },
  {
    name: "trunks",
    word: "trunk",
    group: "entry",
    icon: <PhoneOutlined />,
    permission: "trunks.read",
  },
  {
    name: "queues",
    word: "queue",
    group: "routing",
    icon: <UnorderedListOutlined />,
    permission: READ,
  },
  { name: "skills", word: "skill", group: "routing", icon: <StarOutlined />, permission: READ },
  {
    name: "routing",
    word: "routing",
    group: "routing",
    icon: <ApartmentOutlined />,
    permission: READ,
  },
  { name: "hours", word: "hours", group: "routing", icon: <FieldTimeOutlined />, permission: READ },
  {
    name: "people",
    word: "people",
    group: "people",
    icon: <TeamOutlined />,
    permission: "people.read",
  },
  { name: "reasons", word: "reason", group: "people", icon: <CoffeeOutlined />, permission: READ },
  {
    name: "dispositions",
    word: "disposition",
    group: "desk",
    icon: <TagsOutlined />,
    permission: READ,
  },
  {
    name: "canned-replies",
    word: "canned_reply",
    group: "desk",
    icon: <CommentOutlined />,
    permission: READ,
  },
  { name: "company", word: "company", group: "company", icon: <BankOutlined />, permission: READ },
];

export const GROUPS = ["entry", "routing", "people", "desk", "company"] as const;

/** A section is found by its title, its line, and the labels of its fields. */
export function found(section: SettingsSection, text: string, t: TFunction): string[] | null {
  const words = text.trim().toLowerCase();
  if (!words) return [];
  const texts = t(`settings.${section.word}`, { returnObjects: true }) as unknown;
  const entries = Object.entries((texts ?? {}) as Record<string, unknown>);
  const hits = entries.filter(
    ([key, value]) =>
      typeof value === "string" && !key.endsWith("_help") && value.toLowerCase().includes(words),
  );
  return hits.length ? hits.map(([, value]) => String(value)) : null;
}
