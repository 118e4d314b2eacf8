// Arrivals timeline: one lane per overlapping flight, hours across, labels on the marks themselves.
// The table twin stays in the page; `t` or the button switches between the two.

interface Flight {
  readonly id: string;
  readonly number: string;
  readonly origin: string;
  readonly destination: string;
  readonly scheduled_arrival: string;
  readonly travellers: number;
  readonly alerts: number;
  readonly status: string;
}

const SVG = "http://www.w3.org/2000/svg";
const HOUR = 3_600_000;
const LANE = 44;
const TOP = 36;
const CARD = 148;

type Attributes = Record<string, string | number>;

function mark<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes, text?: string): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Give each flight the first lane in which it overlaps nobody. */
export function lanes(starts: readonly number[], width: number): number[] {
  const ends: number[] = [];
  return starts.map((start) => {
    const free = ends.findIndex((end) => end <= start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = start + width;
    return lane;
  });
}

function hours(first: number, last: number, scale: (time: number) => number, height: number, step: number): SVGGElement {
  const group = mark("g", { "aria-hidden": "true" });
  for (let time = first; time <= last; time += HOUR * step) {
    const x = scale(time);
    group.append(mark("line", { class: "axis", x1: x, x2: x, y1: TOP - 16, y2: height }));
    group.append(mark("text", { class: "hour", x: x + 3, y: 12 }, `${new Date(time).toISOString().slice(11, 16)} UTC`));
  }
  return group;
}

function card(flight: Flight, x: number, y: number, words: DOMStringMap): SVGAElement {
  const alerting = flight.alerts > 0;
  const link = mark("a", { class: alerting ? "flight alerting" : "flight", href: `/flights/${flight.id}`, "data-row": "" });
  const time = flight.scheduled_arrival.slice(11, 16);
  const note = `${time} · ${flight.travellers} ${words["travellers"] ?? ""}`;
  if (alerting) link.setAttribute("aria-description", `${flight.alerts} ${words["alerts"] ?? ""}`);
  link.append(mark("rect", { class: "body", x, y, width: CARD - 6, height: LANE - 8, rx: 4 }));
  link.append(mark("text", { class: "number", x: x + 8, y: y + 15 }, `${flight.number} ${flight.origin}`));
  link.append(mark("text", { class: "note", x: x + 8, y: y + 29 }, note));
  if (alerting) {
    link.append(mark("path", { class: "flag", d: `M${x + CARD - 42} ${y + 6}h14l-4 4 4 4h-14z` }));
    link.append(mark("text", { class: "number", x: x + CARD - 24, y: y + 15 }, String(flight.alerts)));
  }
  return link;
}

export function draw(flights: readonly Flight[], width: number, words: DOMStringMap): SVGSVGElement {
  const sorted = [...flights].sort((a, b) => a.scheduled_arrival.localeCompare(b.scheduled_arrival));
  const times = sorted.map((flight) => Date.parse(flight.scheduled_arrival));
  const first = Math.floor(Math.min(...times) / HOUR) * HOUR;
  const last = Math.max(first + HOUR, Math.ceil(Math.max(...times) / HOUR) * HOUR);
  const room = Math.max(width - CARD, CARD);
  const scale = (time: number): number => ((time - first) / (last - first)) * room;
  const xs = times.map(scale);
  const rows = lanes(xs, CARD);
  const height = TOP + LANE * (Math.max(0, ...rows) + 1);
  const svg = mark("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-label": words["label"] ?? "" });
  svg.setAttribute("role", "group");
  const step = Math.max(1, Math.ceil((last - first) / HOUR / Math.max(1, room / 90)));
  svg.append(hours(first, last, scale, height, step));
  const now = Date.now();
  if (now >= first && now <= last) {
    svg.append(mark("line", { class: "now", x1: scale(now), x2: scale(now), y1: TOP - 16, y2: height }));
    svg.append(mark("text", { class: "now-label", x: scale(now) + 4, y: TOP - 8 }, words["now"] ?? ""));
  }
  sorted.forEach((flight, index) => svg.append(card(flight, xs[index] ?? 0, TOP + LANE * (rows[index] ?? 0), words)));
  return svg;
}

async function load(source: string): Promise<Flight[]> {
  try {
    const answer = await fetch(source, { headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as { flights: Flight[] }).flights : [];
  } catch {
    return []; // offline
  }
}

async function start(island: HTMLElement): Promise<void> {
  const chart = island.querySelector<HTMLElement>("[data-chart]");
  const table = island.querySelector<HTMLElement>("[data-table]");
  const toggle = island.querySelector<HTMLButtonElement>("[data-toggle]");
  if (!chart || !table || !toggle) return;
  const flights = await load(island.dataset["src"] ?? "");
  if (flights.length === 0) {
    island.classList.add("as-table"); // the table says what there is to say
    return;
  }
  const render = (): void => chart.replaceChildren(draw(flights, Math.max(chart.clientWidth, 320), island.dataset));
  const show = (asChart: boolean): void => {
    island.classList.toggle("as-table", !asChart);
    toggle.setAttribute("aria-pressed", String(!asChart));
    if (asChart) render();
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => show(island.classList.contains("as-table")));
  new ResizeObserver(() => {
    if (chart.clientWidth > 0) render();
  }).observe(chart);
  show(true);
}

for (const island of document.querySelectorAll<HTMLElement>('[data-island="timeline"]')) void start(island);
