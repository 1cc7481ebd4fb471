/** The look of the console in one place: colours, type, density; light and dark. */
import { theme as antd, type ThemeConfig } from "antd";

export type Mode = "light" | "dark";

const FONT =
  'Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** `accent` is the one colour of the product; good, warn and bad are kept for meaning. */
interface Palette {
  accent: string;
  accentSoft: string;
  /** The accent as text, readable on all grounds. */
  link: string;
  onAccent: string;
  good: string;
  goodSoft: string;
  warn: string;
  warnSoft: string;
  bad: string;
  badSoft: string;
  text: string;
  muted: string;
  ground: string;
  panel: string;
  raised: string;
  line: string;
  hover: string;
  note: string;
  noteLine: string;
  shadow: string;
}

export const palettes: Record<Mode, Palette> = {
  light: {
    accent: "#3b5bdb",
    accentSoft: "#e9edfc",
    link: "#2f4dcb",
    onAccent: "#ffffff",
    good: "#237b4b",
    goodSoft: "#e3f4ea",
    warn: "#9a5b00",
    warnSoft: "#fdf0d8",
    bad: "#c4314b",
    badSoft: "#fce8eb",
    text: "#1c2230",
    muted: "#5b6475",
    ground: "#f3f5f8",
    panel: "#ffffff",
    raised: "#ffffff",
    line: "#e1e5ec",
    hover: "#f0f3f9",
    note: "#fff8e1",
    noteLine: "#e6c65c",
    shadow: "0 8px 28px rgba(22, 30, 50, 0.18)",
  },
  dark: {
    accent: "#6f8cff",
    accentSoft: "#1f2a4d",
    link: "#a9bbff",
    onAccent: "#0d1224",
    good: "#4cc383",
    goodSoft: "#15301f",
    warn: "#e6a23c",
    warnSoft: "#352811",
    bad: "#ff7b8b",
    badSoft: "#3a1a20",
    text: "#e6e9f0",
    muted: "#a0a8b8",
    ground: "#0f131b",
    panel: "#161b25",
    raised: "#1d2431",
    line: "#29313f",
    hover: "#1e2532",
    note: "#2c2614",
    noteLine: "#7a6425",
    shadow: "0 8px 28px rgba(0, 0, 0, 0.5)",
  },
};

/** The person asked their system for less motion. */
function stillWished(): boolean {
  return window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

export function themeConfig(mode: Mode): ThemeConfig {
  const colour = palettes[mode];
  return {
    algorithm: mode === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: colour.accent,
      colorInfo: colour.accent,
      colorLink: colour.link,
      colorSuccess: colour.good,
      colorWarning: colour.warn,
      colorError: colour.bad,
      colorWarningBg: colour.warnSoft,
      colorErrorBg: colour.badSoft,
      colorSuccessBg: colour.goodSoft,
      colorInfoBg: colour.accentSoft,
      colorTextBase: colour.text,
      colorTextSecondary: colour.muted,
      colorTextTertiary: colour.muted,
      colorTextDescription: colour.muted,
      colorTextPlaceholder: colour.muted,
      colorBgLayout: colour.ground,
      colorBgContainer: colour.panel,
      colorBgElevated: colour.raised,
      colorBorderSecondary: colour.line,
      fontFamily: FONT,
      fontSize: 13,
      controlHeight: 32,
      borderRadius: 6,
      wireframe: false,
      motion: !stillWished(),
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", primaryColor: colour.onAccent },
      Table: { cellPaddingBlock: 6, cellPaddingInline: 8, cellFontSize: 13 },
      Tabs: {
        itemSelectedColor: colour.link,
        itemHoverColor: colour.link,
        horizontalItemPadding: "8px 0",
        horizontalMargin: "0",
      },
    },
  };
}

/** The palette as CSS variables (`--accent-soft`), for our own style sheets. */
export function applyTheme(mode: Mode): void {
  const root = document.documentElement;
  root.dataset.theme = mode;
  root.style.colorScheme = mode;
  for (const [name, value] of Object.entries(palettes[mode])) {
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, value);
  }
}
