/** Ctrl-K: one place to find a customer, a phone, a ticket, an interaction, or to do something. */
import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input, type InputRef, Modal } from "antd";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { problemText } from "../api/problem";
import type { SearchResult } from "../api/types";
import { useNames } from "../i18n";
import { useMe } from "../session/session";
import { phone } from "../ui/format";
import { useKeys } from "../ui/keys";
import { ChannelMark, Keys } from "../ui/Marks";
import { Ago } from "../ui/Time";
import styles from "./Frame.module.css";
import { setPresence } from "./PresenceControl";
import { placesOf } from "./places";
import own from "./Search.module.css";

const PAUSE_MS = 180;
const MIN_LETTERS = 2;

interface Found {
  key: string;
  group: "do" | "customers" | "tickets" | "interactions";
  label: React.ReactNode;
  side?: React.ReactNode;
  go: () => void;
}

export function Search() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useKeys({ "Ctrl+K": () => setOpen(true), "/": () => setOpen(true) });
  return (
    <>
      <button type="button" className={styles.search} onClick={() => setOpen(true)}>
        <SearchOutlined />
        <span>{t("search.hint")}</span>
        <Keys name="Ctrl+K" />
      </button>
      <Modal
        open={open}
        onCancel={() => setOpen(false)}
        footer={null}
        closable={false}
        width={600}
        style={{ top: 72 }}
        destroyOnHidden
        title={<span className="sr-only">{t("search.title")}</span>}
        classNames={{ header: own.header }}
      >
        <Palette onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const input = useRef<InputRef>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const query = useSearchQuery(text.trim());
  const found = useFound(text.trim(), query.data);
  useEffect(() => input.current?.focus(), []);

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    }
    if (event.key === "Enter" && !event.nativeEvent.isComposing) run(found[at]);
  }

  function run(item: Found | undefined) {
    if (!item) return;
    onClose();
    item.go();
  }

  return (
    <div className={own.palette}>
      <Input
        ref={input}
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={t("search.hint")}
        aria-label={t("search.title")}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="search-found"
        aria-activedescendant={found[at] ? `search-${found[at].key}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="search-found" role="listbox" aria-label={t("search.results")} className={own.found}>
        {found.map((item, index) => (
          <div key={item.key} role="presentation">
            {item.group !== found[index - 1]?.group && (
              <div className={own.group}>{t(`search.${item.group}`)}</div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above handles the keys */}
            <div
              id={`search-${item.key}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={own.item}
              onMouseMove={() => setAt(index)}
              onClick={() => run(item)}
            >
              <span className={own.label}>{item.label}</span>
              <span className="muted">{item.side}</span>
            </div>
          </div>
        ))}
        {found.length === 0 && (
          <div className={own.none}>
            {query.isError
              ? problemText(t, query.error)
              : query.isFetching
                ? t("common.loading")
                : t("search.none")}
          </div>
        )}
      </div>
    </div>
  );
}

function useSearchQuery(text: string) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return useQuery({
    queryKey: ["search", settled],
    queryFn: ({ signal }) => api.get<SearchResult>("/search", { q: settled }, signal),
    enabled: settled.length >= MIN_LETTERS,
    placeholderData: keepPreviousData,
  });
}

function useFound(text: string, result: SearchResult | undefined): Found[] {
  const { t } = useTranslation();
  const me = useMe();
  const names = useNames();
  const navigate = useNavigate();
  const commands: Found[] = [
    ...placesOf(me).map((place) => ({
      key: place.name,
      group: "do" as const,
      label: t("search.open", { name: t(`place.${place.name}`) }),
      go: () => void navigate({ to: place.path }),
    })),
    ...(["ready", "not_ready"] as const).map((status) => ({
      key: status,
      group: "do" as const,
      label: t("search.become", { status: t(`presence.${status}`) }),
      go: () => void setPresence({ status }),
    })),
  ];
  const words = text.toLowerCase();
  const matching = commands.filter((each) => String(each.label).toLowerCase().includes(words));
  if (text.length < MIN_LETTERS || !result) return matching;
  return [
    ...result.customers.map((each) => ({
      key: each.id,
      group: "customers" as const,
      label: [each.name, each.tier].filter(Boolean).join(" · "),
      side: [each.phone && phone(each.phone), each.city].filter(Boolean).join(" · "),
      go: () => void navigate({ to: "/customers/$id", params: { id: each.id } }),
    })),
    ...result.tickets.map((each) => ({
      key: each.id,
      group: "tickets" as const,
      label: `#${each.number} ${each.subject}`,
      side: t(`ticket_status.${each.status}`),
      go: () => void navigate({ to: "/tickets/$id", params: { id: each.id } }),
    })),
    ...result.interactions.map((each) => ({
      key: each.id,
      group: "interactions" as const,
      label: (
        <>
          <ChannelMark channel={each.channel} />{" "}
          {each.last_message
            ? t("common.pair", { name: each.customer.name, value: each.last_message })
            : each.customer.name}
        </>
      ),
      side: (
        <>
          {names(each.queue_names)} <Ago at={each.arrived_at} />
        </>
      ),
      go: () => void navigate({ to: "/interactions/$id", params: { id: each.id } }),
    })),
    ...matching,
  ];
}
