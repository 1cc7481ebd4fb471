/** Before and after as bars with their 95 % bands. Loaded when a trial is shown. */

import { Segmented } from "antd";
import type { CustomSeriesRenderItemAPI as RenderApi } from "echarts";
import { BarChart, CustomChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { figureText, isShare } from "./figures";
import styles from "./Routing.module.css";
import type { Group } from "./TrialDrawer";

echarts.use([
  BarChart,
  CustomChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  CanvasRenderer,
]);

const HEIGHT_PX = 280;
const CAP_PX = 5; // half the width of a whisker's ends

interface Props {
  groups: Group[];
  figures: string[];
}

export default function TrialChart({ groups, figures }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState("");
  const figure = figures.includes(chosen) ? chosen : (figures[0] ?? "");
  const box = useRef<HTMLDivElement>(null);
  const name = t(`routing.figure.${figure}`, { defaultValue: figure });
  useEffect(() => {
    if (!box.current) return;
    const chart = echarts.init(box.current);
    chart.setOption(
      option(groups, figure, { before: t("routing.try.before"), after: t("routing.try.after") }),
    );
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [groups, figure, t]);
  return (
    <figure className={styles.chart}>
      <figcaption>
        {t("routing.try.chart", { figure: name })}
        <Segmented
          size="small"
          value={figure}
          options={figures.map((value) => ({
            value,
            label: t(`routing.figure.${value}`, { defaultValue: value }),
          }))}
          onChange={setChosen}
        />
      </figcaption>
      <div
        ref={box}
        style={{ height: HEIGHT_PX }}
        role="img"
        aria-label={t("routing.try.chart", { figure: name })}
      />
    </figure>
  );
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function option(groups: Group[], figure: string, words: { before: string; after: string }) {
  const rows = groups.map((group) => group.figures[figure]);
  const text = (value: unknown) => figureText(figure, typeof value === "number" ? value : null);
  const muted = colour("--muted");
  const bars = (name: string, side: "before" | "after", fill: string) => ({
    type: "bar" as const,
    name,
    barMaxWidth: 36,
    itemStyle: { color: fill, borderRadius: [3, 3, 0, 0] as [number, number, number, number] },
    data: rows.map((row) => row?.[side] ?? null),
  });
  return {
    animation: false,
    grid: { left: 56, right: 12, top: 36, bottom: 36 },
    legend: { top: 0, textStyle: { color: colour("--text") }, data: [words.before, words.after] },
    tooltip: { trigger: "axis" as const, valueFormatter: text, confine: true },
    xAxis: {
      type: "category" as const,
      data: groups.map((group) => group.name),
      axisLabel: { color: muted, interval: 0, width: 96, overflow: "truncate" as const },
    },
    yAxis: {
      type: "value" as const,
      max: isShare(figure) ? 1 : undefined,
      axisLabel: { color: muted, formatter: text },
      splitLine: { lineStyle: { color: colour("--line") } },
    },
    series: [
      bars(words.before, "before", colour("--muted")),
      bars(words.after, "after", colour("--accent")),
      whiskers(rows, colour("--text")),
    ],
  };
}

/** The band of the difference, drawn on the bar of `after`. */
function whiskers(rows: (Group["figures"][string] | undefined)[], stroke: string) {
  return {
    type: "custom" as const,
    silent: true,
    tooltip: { show: false },
    data: rows.flatMap((row, at) =>
      row && row.after !== null && row.half_width !== null
        ? [[at, row.after - row.half_width, row.after + row.half_width]]
        : [],
    ),
    renderItem: (_: unknown, api: RenderApi) => {
      const layout = api.barLayout({ count: 2, barMaxWidth: 36 });
      const shift = layout?.[1]?.offsetCenter ?? 0;
      const at = (value: number) => {
        const [x = 0, y = 0] = api.coord([api.value(0), value]);
        return [x + shift, y] as const;
      };
      const [x, low] = at(Number(api.value(1)));
      const [, high] = at(Number(api.value(2)));
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: "line" as const,
        shape: { x1, y1, x2, y2 },
        style: { stroke, lineWidth: 1.5 },
      });
      return {
        type: "group" as const,
        children: [
          line(x, low, x, high),
          line(x - CAP_PX, low, x + CAP_PX, low),
          line(x - CAP_PX, high, x + CAP_PX, high),
        ],
      };
    },
  };
}
