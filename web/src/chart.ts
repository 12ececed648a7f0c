// Charts are drawn from data the page carries in data-chart; the same figures
// stand beside them as a table. Colours are those of the sheet.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

type Series = { name: string; values: (number | null)[]; tone?: string; line?: boolean; low?: number[]; high?: number[] };
type Spec = { names: string[]; series: Series[]; across?: boolean; percent?: boolean; stack?: boolean; links?: string[] };

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// resolved lets the browser turn light-dark() into one colour.
function resolved(name: string) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function draw(el: HTMLElement) {
  if (el.dataset.drawn) return;
  el.dataset.drawn = "1";
  const spec = JSON.parse(el.dataset.chart!) as Spec;
  const ink = resolved("--ink"), soft = resolved("--soft"), line = resolved("--line");
  const tones: Record<string, string> = {
    accent: resolved("--accent"), good: resolved("--good"), yellow: resolved("--yellow-mark"), red: resolved("--red-mark"), grey: resolved("--edge"), blue: resolved("--blue"),
  };
  const palette = ["accent", "yellow", "good", "red", "grey", "blue"];
  const chart = echarts.init(el, null, { renderer: "canvas" });
  const names = { type: "category" as const, data: spec.names, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft } };
  const amounts = {
    type: "value" as const, splitLine: { lineStyle: { color: line } }, minInterval: spec.percent ? undefined : 1,
    axisLabel: { color: soft, formatter: spec.percent ? (v: number) => `${Math.round(100 * v)}%` : undefined }, ...(spec.percent ? { max: 1, min: 0 } : {}),
  };
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { color: ink, fontFamily: token("--font") },
    grid: { left: 8, right: 16, top: spec.series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
    legend: spec.series.length > 1 ? { top: 0, left: 0, textStyle: { color: soft }, itemHeight: 10 } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v: unknown) => (typeof v !== "number" ? "–" : spec.percent ? `${(100 * v).toFixed(1)}%` : String(v)) },
    xAxis: spec.across ? amounts : names,
    yAxis: spec.across ? { ...names, inverse: true } : amounts,
    series: spec.series.map((s, i) => ({
      name: s.name, type: s.line ? ("line" as const) : ("bar" as const), data: s.values, stack: spec.stack ? "all" : undefined, barMaxWidth: 22,
      symbol: "circle", symbolSize: 5, itemStyle: { color: tones[s.tone ?? palette[i % palette.length]!] }, lineStyle: { width: 2 },
    })),
  });
  chart.on("click", (p) => {
    const to = spec.links?.[p.dataIndex as number];
    if (to) location.href = to;
  });
  new ResizeObserver(() => chart.resize()).observe(el);
}

const all = (root: ParentNode) => root.querySelectorAll<HTMLElement>("[data-chart]").forEach(draw);
all(document);
document.body.addEventListener("htmx:load", (e) => {
  const el = (e as CustomEvent).detail.elt as HTMLElement;
  if (el.matches("[data-chart]")) draw(el);
  all(el);
});
