// Lines over time, drawn by uPlot, with the same figures as a table for who does not see lines. The
// colours are the page's; each line has a dash of its own, so that colour is not what tells them
// apart.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { number } from "../format";
import { Table } from "./table";

export interface Line { name: string; colour: string; dash: number[]; values: number[] }
interface PlotProps {
  title: string;
  times: readonly string[];
  lines: readonly Line[];
  write: (at: string) => string;
}

const height = 260;
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function tick(at: number): string {
  const time = new Date(at * 1000);
  return (time.getHours() + time.getMinutes() === 0 ? date : hour).format(time);
}

function optionsFor(box: HTMLElement, props: PlotProps, onCursor: (at: number | null) => void) {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--hair"), width: 1 },
    ticks: { stroke: colour("--hair"), width: 1 }, font: "12px system-ui, sans-serif" };
  return {
    width: Math.max(box.clientWidth, 200),
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: { y: { range: (_: uPlot, __: number, top: number): [number, number] =>
      [0, Math.max(4, Math.ceil(top * 1.1))] } },
    axes: [{ ...axis, space: 70, values: (_: uPlot, splits: number[]) => splits.map(tick) },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4, 1e5] }],
    series: [{}, ...props.lines.map((line) => ({
      label: line.name, stroke: colour(line.colour), width: 2, dash: line.dash,
      points: { show: false } }))],
    hooks: { setCursor: [(plot: uPlot) => onCursor(plot.cursor.idx ?? null)] },
  } satisfies uPlot.Options;
}

// Drawn anew when the figures, the width or the colour scheme change.
function useDrawing(props: PlotProps, onCursor: (at: number | null) => void) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      const times = props.times.map((at) => Date.parse(at) / 1000);
      const data: uPlot.AlignedData = [times, ...props.lines.map((line) => line.values)];
      plot = new uPlot(optionsFor(place, props, onCursor), data, place);
    };
    draw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    let width = place.clientWidth;
    const watch = new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      plot?.setSize({ width: Math.max(width, 200), height });
    });
    watch.observe(place);
    return () => {
      dark.removeEventListener("change", draw);
      watch.disconnect();
      plot?.destroy();
    };
  }, [props.times, props.lines]);
  return box;
}

function Legend(props: PlotProps & { at: number | null }) {
  const { at } = props;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return (
    <div class="legend">
      {props.lines.map((line) => (
        <span key={line.name}>
          <svg viewBox="0 0 28 4" aria-hidden="true" class={`swatch ${line.colour.slice(2)}`}>
            <path d="M0 2h28" stroke-dasharray={line.dash.join(" ")} />
          </svg>
          {line.name} <strong>
            {number(at === null ? sum(line.values) : line.values[at])}</strong>
        </span>
      ))}
      <span class="hint">{at === null ? "in all" : props.write(props.times[at] ?? "")}</span>
    </div>
  );
}

export default function Plot(props: PlotProps) {
  const [at, setAt] = useState<number | null>(null);
  const box = useDrawing(props, setAt);
  const rows = props.times.map((time, index) => ({ time, index }))
    .filter(({ index }) => props.lines.some((line) => line.values[index]));
  return (
    <figure class="plot">
      <Legend {...props} at={at} />
      <div ref={box} role="img" aria-label={`${props.title}; the table below has its figures`} />
      <details>
        <summary>The figures as a table</summary>
        <Table caption={props.title} isPlain rows={rows} keyOf={(row) => row.time}
          columns={[
            { name: "From", isHead: true, cell: (row) => props.write(row.time) },
            ...props.lines.map((line) => ({ name: line.name, isNumber: true,
              cell: (row: { index: number }) => number(line.values[row.index]) })),
          ]} />
        <p class="hint">Times at which nothing happened are left out.</p>
      </details>
    </figure>
  );
}
