"use strict";
// One page for the services of an aggregator. Texts come from the aggregator and are set as text, never as HTML.

const byId = (id) => document.getElementById(id);
const make = (tag, words, name) => {
  const node = document.createElement(tag);
  if (words !== undefined) node.textContent = words;
  if (name) node.className = name;
  return node;
};
// Touches the document only where something changed.
const say = (node, words) => { if (node.textContent !== words) node.textContent = words; };
const number = (value, digits = 1) =>
  value === undefined || value === null ? "–" : String(Math.round(value * 10 ** digits) / 10 ** digits);
const span = (seconds) => seconds < 100 ? `${Math.round(seconds)} s`
  : seconds < 5400 ? `${Math.round(seconds / 60)} min`
  : seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });
const path = (key) => "/v1/services/" + key.split("/").map(encodeURIComponent).join("/");

const STATES = { ok: "fine", attention: "attention", paused: "paused", dryRun: "dry run", waiting: "waiting", missing: "missing" };
const TASKS = { serving: "serves", starting: "starts", draining: "drains", saturated: "saturated", down: "nginx is down", silent: "silent", stranger: "somebody else's" };
const STANDINGS = { owner: "owner", second: "second", former: "former owner" };
const SPANS = [["15 min", 900], ["1 h", 3600], ["6 h", 21600], ["2 days", 172800]];
const ROWS_MAX = 200, ENTRIES_MAX = 200;

const services = new Map();
let selected = null, entries = [], chart = null, signedIn = false, lastEventMs = 0, tasksTimer = 0, generation = 0;

async function get(url) {
  const answer = await fetch(url, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}: ${(await answer.text()).trim()}`);
  return answer.json();
}

// ---- What comes in

let source = null;
function listen() {
  if (source) source.close();
  source = new EventSource("/v1/events");
  source.addEventListener("services", (event) => take(JSON.parse(event.data)));
  source.onerror = () => {
    // Where the server said no, the browser does not come again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

function take(data) {
  const wasLost = lastEventMs > 0 && performance.now() - lastEventMs > 3500;
  lastEventMs = performance.now();
  for (const row of data.services) services.set(`${row.cluster}/${row.service}`, row);
  if (!selected && services.size > 0) select(location.hash.slice(1) || services.keys().next().value);
  if (wasLost && selected) loadHistory();
  const row = services.get(selected);
  if (row && chart) chart.add(data.time, row);
  if (row && row.decisions !== entriesKnown) loadEntries();
  requestAnimationFrame(draw);
}

setInterval(() => {
  const lost = lastEventMs > 0 && performance.now() - lastEventMs > 3500;
  const live = byId("live");
  live.classList.toggle("lost", lost);
  say(live, lost ? `No word from the aggregator for ${span((performance.now() - lastEventMs) / 1000)}: what is shown is that old. Connecting again …`
    : lastEventMs ? "live, each second" : "connecting …");
}, 1000);

// ---- The services

function draw() {
  const needle = byId("filter").value.toLowerCase();
  const all = [...services.keys()].filter((key) => key.toLowerCase().includes(needle));
  const rank = (key) => (services.get(key).attention.length ? 0 : 1);
  all.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  byId("filter-box").hidden = services.size < 10;
  const list = byId("services"), shown = all.slice(0, ROWS_MAX);
  while (list.children.length > shown.length) list.lastChild.remove();
  shown.forEach((key, index) => {
    let link = list.children[index]?.firstChild;
    if (!link) {
      const item = make("li");
      link = make("a");
      link.append(make("span", "", "state"), make("span", "", "words"));
      item.append(link);
      list.append(item);
    }
    const row = services.get(key);
    if (link.hash !== "#" + key) link.href = "#" + key;
    link.className = row.state;
    if (key === selected) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    say(link.children[0], STATES[row.state] ?? row.state);
    say(link.children[1], row.status);
  });
  byId("more").hidden = all.length <= ROWS_MAX;
  say(byId("more"), `${all.length - ROWS_MAX} more: name them above.`);
  drawAttention();
  drawService();
}

function drawAttention() {
  const lines = [];
  for (const [key, row] of services) for (const words of row.attention) lines.push(`${key}: ${words}`);
  const box = byId("attention"), list = byId("attention-list");
  box.hidden = lines.length === 0;
  while (list.children.length > lines.length) list.lastChild.remove();
  lines.slice(0, 50).forEach((line, index) => {
    if (!list.children[index]) list.append(make("li"));
    say(list.children[index], line);
  });
  document.title = lines.length ? `(${lines.length}) Autoscaler` : "Autoscaler";
}

function fact(name, value, note) {
  const list = byId("facts");
  let box = [...list.children].find((child) => child.dataset.name === name);
  if (!box) {
    box = make("div");
    box.dataset.name = name;
    const value = make("dd");
    value.append(make("span"), document.createTextNode(" "), make("small"));
    box.append(make("dt", name), value);
    list.append(box);
  }
  say(box.lastChild.children[0], value);
  say(box.lastChild.children[1], note ?? "");
}

function drawService() {
  const row = services.get(selected);
  byId("service").hidden = !row;
  if (!row) return;
  say(byId("service-title"), selected);
  const age = row.countsAgeSeconds === undefined ? "" : `${span(row.countsAgeSeconds)} old`;
  fact("desired", number(row.desired, 0), age);
  fact("running", number(row.running, 0), age);
  fact("pending", number(row.pending, 0), age);
  fact("load, in tasks", number(row.demand), "");
  fact("planned for", number(row.planned), "");
  fact("bounds", `${number(row.min, 0)} – ${number(row.max, 0)}`, "");
  fact("reporting", number(row.live, 0), [row.silent ? `${row.silent} silent` : "", row.saturated ? `${row.saturated} saturated` : ""].filter(Boolean).join(", "));
  if (row.standing !== "alone") fact("this aggregator", STANDINGS[row.standing] ?? row.standing, "");
  const scaled = entries.findLast((entry) => entry.event === "service.scaled");
  fact("last reaction", scaled ? `${number(scaled.reactionMs, 0)} ms` : "–", scaled ? `${span((Date.now() - Date.parse(scaled.time)) / 1000)} ago` : "");
  chart?.draw();
  drawOverrides(row);
}

/** What is missing here, be it after a loss. */
function loadHistory() {
  const turn = generation;
  for (const [name, step] of [["minutes", "minute"], ["seconds", "second"]]) {
    get(`${path(selected)}/history?step=${step}`).then((columns) => {
      if (turn === generation) chart.load(name, columns);
    }).catch(() => { /* Live points come all the same. */ });
  }
}

function select(key) {
  selected = key;
  entries = [];
  entriesKnown = -1;
  entriesLast = 0;
  const turn = ++generation;
  byId("facts").replaceChildren();
  byId("decisions").replaceChildren();
  drawStrip([]);
  byId("tasks").replaceChildren();
  chart = new Chart(byId("chart"));
  loadHistory();
  loadEntries();
  clearTimeout(tasksTimer);
  loadTasks(turn);
  requestAnimationFrame(draw);
}
window.addEventListener("hashchange", () => { if (location.hash.length > 1) select(decodeURIComponent(location.hash.slice(1))); });
byId("filter").addEventListener("input", draw);

// ---- What happened

let entriesKnown = -1, entriesLast = 0, isLoadingEntries = false;
async function loadEntries() {
  if (isLoadingEntries || !selected) return;
  isLoadingEntries = true;
  const turn = generation, key = selected, row = services.get(key);
  try {
    // An aggregator that was started again counts from 1.
    if (row && row.decisions < entriesLast) entriesLast = 0;
    const fresh = (await get(`${path(key)}/decisions?after=${entriesLast}&last=${ENTRIES_MAX}`)).decisions;
    if (turn !== generation) return;
    if (fresh.length) entriesLast = fresh[fresh.length - 1].number;
    entries = entries.concat(fresh).slice(-ENTRIES_MAX);
    entriesKnown = row ? row.decisions : -1;
    const list = byId("decisions");
    for (const entry of fresh) list.prepend(happened(entry));
    while (list.children.length > ENTRIES_MAX) list.lastChild.remove();
    chart?.draw();
  } catch { /* The next event asks again. */ } finally { isLoadingEntries = false; }
}

function words(entry) {
  const change = entry.from === undefined ? "" : `${entry.from} → ${entry.to}`;
  switch (entry.event) {
    case "service.decision": return [change, entry.reason];
    case "service.scaled": return [change, `ECS took it, ${number(entry.reactionMs, 0)} ms after the report that asked for it.`];
    case "service.scaleFailed": return [change, `It failed: ${entry.error}`];
    case "service.adopted": return [change, entry.reason];
    case "service.state": return ["", entry.reason];
    case "service.dryRun": return [change, `Dry run, not done: ${entry.reason}`];
    case "service.held": return ["held", `${entry.reason} ${entry.next}`];
    case "service.holdEnded": return ["hold over", `${entry.reason} ${entry.next}`];
    case "service.found": return ["found", `ECS has ${entry.desiredCount} desired, ${entry.runningCount} running.`];
    case "service.missing": return ["missing", `ECS says ${entry.status}.`];
    case "service.paused": case "service.overridden":
      return [override(entry), `${entry.reason}; until ${entry.until.slice(0, 16).replace("T", " ")} UTC.`];
    case "service.resumed": case "service.overrideEnded": return ["over", `${override(entry)}: ${entry.reason}`];
    default: return [entry.event, entry.reason ?? ""];
  }
}
const PAUSES = { both: "paused", out: "raises paused", in: "lowerings paused" };
const override = (entry) => entry.direction ? PAUSES[entry.direction] : entry.floor !== undefined ? `floor ${entry.floor}`
  : entry.ceiling !== undefined ? `ceiling ${entry.ceiling}` : `dry run ${entry.dryRun ? "on" : "off"}`;

function happened(entry) {
  const item = make("li"), [what, why] = words(entry);
  const time = make("time", clock(Date.parse(entry.time)));
  time.dateTime = entry.time;
  item.append(time, make("b", what), make("p", why));
  item.tabIndex = 0;
  const show = () => chart?.point(Date.parse(entry.time));
  item.addEventListener("focus", show);
  item.addEventListener("mouseenter", show);
  return item;
}

// ---- The tasks

async function loadTasks(turn) {
  if (turn !== generation) return;
  let wait = 1000;
  if (!document.hidden) {
    try { drawTasks((await get(`${path(selected)}/tasks`)).tasks, turn); } catch { wait = 3000; }
  }
  if (turn === generation) tasksTimer = setTimeout(() => loadTasks(turn), wait);
}

function drawTasks(tasks, turn) {
  if (turn !== generation) return;
  const count = {};
  for (const task of tasks) count[task.state] = (count[task.state] ?? 0) + 1;
  drawStrip(tasks);
  say(byId("tasks-words"), tasks.length ? `${tasks.length} known by their reports` : "none reports");
  const legend = byId("strip-legend"), states = Object.keys(TASKS).filter((state) => count[state]);
  while (legend.children.length > states.length) legend.lastChild.remove();
  states.forEach((state, index) => {
    const item = legend.children[index] ?? legend.appendChild(make("li"));
    item.className = state;
    say(item, `${count[state]} ${TASKS[state]}`);
  });
  if (byId("tasks-box").open) drawTaskTable(tasks);
}

// A canvas: a thousand elements that change each second would take longer than a frame.
const CELL = 15, PITCH = 18;
const LOOKS = { serving: ["run", true, []], starting: ["start", false, [3, 2]], draining: ["run", false, []], saturated: ["bad", true, []],
  down: ["bad", false, []], silent: ["start", true, []], stranger: ["warn", false, [1, 2]] };
let stripTasks = [];
function drawStrip(tasks) {
  stripTasks = tasks;
  const canvas = byId("strip"), width = canvas.clientWidth || 300, columns = Math.max(1, Math.floor(width / PITCH));
  const height = Math.ceil(tasks.length / columns) * PITCH;
  const draw = sized(canvas, width, height);
  if (canvas.style.height !== `${height}px`) canvas.style.height = `${height}px`;
  const style = getComputedStyle(document.documentElement), colours = {};
  tasks.forEach((task, index) => {
    const [name, isFull, dash] = LOOKS[task.state], x = index % columns * PITCH, y = Math.floor(index / columns) * PITCH;
    const colour = colours[name] ??= style.getPropertyValue("--" + name).trim();
    if (isFull) {
      draw.fillStyle = colour;
      draw.fillRect(x, y, CELL, CELL);
    } else {
      draw.strokeStyle = colour;
      draw.lineWidth = 2;
      draw.setLineDash(dash);
      draw.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
    }
  });
}
byId("strip").onpointermove = (event) => {
  const columns = Math.max(1, Math.floor(event.target.clientWidth / PITCH));
  const task = stripTasks[Math.floor(event.offsetY / PITCH) * columns + Math.floor(event.offsetX / PITCH)];
  event.target.title = task ? `${task.arn.split("/").pop()}: ${TASKS[task.state]}` : "";
};

/** A canvas of that size in the page, as sharp as the screen. */
function sized(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const draw = canvas.getContext("2d");
  draw.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw.clearRect(0, 0, width, height);
  return draw;
}

function drawTaskTable(tasks) {
  const body = byId("tasks");
  while (body.children.length > tasks.length) body.lastChild.remove();
  tasks.forEach((task, index) => {
    let row = body.children[index];
    if (!row) {
      row = body.appendChild(make("tr"));
      for (let cell = 0; cell < 7; cell++) row.append(make("td"));
    }
    const cells = [task.arn.split("/").pop(), TASKS[task.state], `${span(task.heardSecondsAgo)} ago`, span(task.knownSeconds),
      number(task.busy), number(task.requestsPerSecond), task.cpu === undefined ? "–" : `${number(task.cpu, 0)} %`];
    cells.forEach((cell, column) => say(row.children[column], cell));
  });
}

// ---- The chart

const COLUMNS = ["time", "desired", "running", "pending", "demand", "planned"];
const SERIES = [["run", "running", "tasks that run"], ["want", "desired", "desired count"], ["plan", "planned", "planned for"], ["load", "demand", "load, in tasks"]];

class Chart {
  constructor(canvas) {
    this.canvas = canvas;
    this.points = { seconds: [], minutes: [] };
    this.cursor = null;
    canvas.onpointermove = (event) => { this.cursor = event.offsetX; this.draw(); };
    canvas.onpointerleave = () => { this.cursor = null; this.draw(); };
  }

  load(name, columns) {
    const fresh = columns.time.map((_, index) => Object.fromEntries(COLUMNS.map((column) => [column, columns[column][index]])));
    if (fresh.length === 0) return;
    // What is known from before stays: an aggregator that was started again knows nothing of it.
    const first = fresh[0].time, last = fresh[fresh.length - 1].time, known = this.points[name];
    this.points[name] = known.filter((point) => point.time < first).concat(fresh, known.filter((point) => point.time > last));
    this.draw();
  }

  add(time, row) {
    const point = { time, desired: row.desired ?? null, running: row.running ?? null, pending: row.pending ?? null,
      demand: row.demand ?? null, planned: row.planned ?? null };
    const { seconds, minutes } = this.points;
    seconds.push(point);
    if (seconds.length > 3700) seconds.splice(0, 100);
    const last = minutes[minutes.length - 1];
    if (last && Math.floor(last.time / 60000) === Math.floor(time / 60000)) {
      minutes[minutes.length - 1] = { ...point, demand: Math.max(last.demand ?? 0, point.demand ?? 0), planned: Math.max(last.planned ?? 0, point.planned ?? 0) };
    } else minutes.push(point);
    if (minutes.length > 3000) minutes.splice(0, 100);
  }

  /** Shows the moment that an entry of the list is about. */
  point(ms) {
    const box = this.box;
    if (!box || ms < box.begin || ms > box.end) return;
    this.cursor = box.x(ms);
    this.draw();
  }

  draw() {
    const canvas = this.canvas, width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width) return;
    const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue("--" + name).trim();
    const draw = sized(canvas, width, height);
    const step = Chart.shown > 3600 ? 60 : 1, all = step === 60 ? this.points.minutes : this.points.seconds;
    const end = all.length ? all[all.length - 1].time : Date.now();
    // An aggregator that has just started has little to show: that fills the chart.
    const begin = Math.max(end - Chart.shown * 1000, Math.min(all.length ? all[0].time : end, end - 60000));
    const points = all.filter((point) => point.time >= begin);
    let top = 1;
    for (const point of points) for (const [, name] of SERIES) if (point[name] > top) top = point[name];
    const unit = nice(top / 4), rows = Math.ceil(top * 1.04 / unit);
    const left = 44, right = 12, upper = 12, lower = 40;
    const x = (ms) => left + (ms - begin) / (end - begin) * (width - left - right);
    const y = (value) => height - lower - value / (rows * unit) * (height - upper - lower);
    this.box = { begin, end, x };
    draw.font = "12px system-ui, sans-serif";
    draw.textBaseline = "middle";
    for (let row = 0; row <= rows; row++) {
      draw.strokeStyle = colour("line");
      line(draw, left, y(row * unit), width - right, y(row * unit));
      draw.fillStyle = colour("soft");
      draw.textAlign = "right";
      draw.fillText(number(row * unit), left - 8, y(row * unit));
    }
    draw.textAlign = "center";
    const ticks = width < 500 ? 3 : 6;
    for (let tick = 0; tick <= ticks; tick++) {
      const ms = begin + (end - begin) * tick / ticks;
      draw.textAlign = tick === 0 ? "left" : tick === ticks ? "right" : "center";
      draw.fillText(Chart.shown > 86400 ? new Date(ms).toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false }) : clock(ms), x(ms), height - 10);
    }
    this.gaps(draw, points, step, x, y, colour, upper, height - lower, begin, end);
    draw.lineJoin = "round";
    for (const [name, field] of SERIES) {
      draw.strokeStyle = colour(name);
      draw.lineWidth = name === "load" ? 2.2 : 1.8;
      draw.setLineDash(name === "plan" ? [5, 4] : []);
      curve(draw, points, field, step * 3500, x, y, name === "want" || name === "run");
    }
    draw.setLineDash([]);
    draw.lineWidth = 1;
    const marks = entries.filter((entry) => (entry.event === "service.scaled" || entry.event === "service.adopted") && Date.parse(entry.time) >= begin);
    for (const mark of marks) {
      const at = x(Date.parse(mark.time)), isUp = mark.to > mark.from, base = height - lower + 4;
      draw.fillStyle = colour("ink");
      draw.beginPath();
      draw.moveTo(at - 4, base + (isUp ? 8 : 0));
      draw.lineTo(at + 4, base + (isUp ? 8 : 0));
      draw.lineTo(at, base + (isUp ? 0 : 8));
      draw.fill();
    }
    this.tip(draw, points, marks, x, colour, upper, height - lower);
    this.describe(points);
  }

  gaps(draw, points, step, x, y, colour, upper, lower, begin, end) {
    draw.fillStyle = colour("line");
    let before = begin;
    for (const point of points) {
      if (point.time - before > step * 3500) {
        draw.globalAlpha = 0.5;
        draw.fillRect(x(before), upper, x(point.time) - x(before), lower - upper);
        draw.globalAlpha = 1;
        if (x(point.time) - x(before) > 60) {
          draw.fillStyle = colour("soft");
          draw.textAlign = "center";
          draw.fillText("no data", (x(before) + x(point.time)) / 2, upper + 10);
          draw.fillStyle = colour("line");
        }
      }
      before = point.time;
    }
  }

  tip(draw, points, marks, x, colour, upper, lower) {
    const tip = byId("tip");
    if (this.cursor === null || points.length === 0) { tip.hidden = true; return; }
    let nearest = points[0];
    for (const point of points) if (Math.abs(x(point.time) - this.cursor) < Math.abs(x(nearest.time) - this.cursor)) nearest = point;
    const mark = marks.findLast((mark) => Math.abs(x(Date.parse(mark.time)) - this.cursor) < 8);
    const decision = mark && entries.findLast((entry) => entry.event === "service.decision" && entry.number < mark.number && entry.to === mark.to);
    draw.strokeStyle = colour("soft");
    line(draw, x(nearest.time), upper, x(nearest.time), lower);
    const rows = [clock(nearest.time), ...SERIES.map(([, name, words]) => `${words}: ${number(nearest[name])}`)];
    if (mark) rows.push(`${mark.from} → ${mark.to}: ${(decision ?? mark).reason ?? ""}`);
    say(tip, rows.join("\n"));
    tip.hidden = false;
    const isRight = x(nearest.time) > this.canvas.clientWidth / 2;
    tip.style.left = isRight ? "" : `${x(nearest.time) + 10}px`;
    tip.style.right = isRight ? `${this.canvas.clientWidth - x(nearest.time) + 10}px` : "";
    tip.style.top = "12px";
  }

  describe(points) {
    const known = points.map((point) => point.demand).filter((value) => value !== null && value !== undefined);
    const last = points[points.length - 1];
    say(byId("chart-words"), known.length
      ? `Within the time shown the load was worth at most ${number(Math.max(...known))} tasks, now ${number(last.demand)}; ${number(last.running, 0)} run, ${number(last.desired, 0)} are desired.`
      : "The load is not known yet.");
  }
}
Chart.shown = 900;

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((unit) => unit >= value);
}
function line(draw, fromX, fromY, toX, toY) {
  draw.beginPath();
  draw.moveTo(fromX, fromY);
  draw.lineTo(toX, toY);
  draw.stroke();
}
function curve(draw, points, field, gapMs, x, y, isStep) {
  draw.beginPath();
  let before = null;
  for (const point of points) {
    const value = point[field];
    if (value === null || value === undefined) { before = null; continue; }
    if (!before || point.time - before.time > gapMs) draw.moveTo(x(point.time), y(value));
    else {
      if (isStep) draw.lineTo(x(point.time), y(before[field]));
      draw.lineTo(x(point.time), y(value));
    }
    before = point;
  }
  draw.stroke();
}

for (const [words, seconds] of SPANS) {
  const button = make("button", words);
  button.type = "button";
  button.setAttribute("aria-pressed", String(seconds === Chart.shown));
  button.onclick = () => {
    Chart.shown = seconds;
    for (const other of byId("spans").children) other.setAttribute("aria-pressed", String(other === button));
    chart?.draw();
  };
  byId("spans").append(button);
}
for (const [name, , words] of [...SERIES].reverse()) byId("legend").append(make("li", words, name));
byId("legend").append(make("li", "changes", "mark"));
window.addEventListener("resize", () => chart?.draw());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.draw());

// ---- Overrides, by an operator who signed in

function drawOverrides(row) {
  const list = byId("overrides");
  byId("overrides-none").hidden = row.overrides.length > 0;
  byId("override").hidden = !signedIn;
  while (list.children.length > row.overrides.length) list.lastChild.remove();
  row.overrides.forEach((entry, index) => {
    let item = list.children[index];
    if (!item) {
      item = list.appendChild(make("li"));
      item.append(make("span"), make("button", "End it"));
      item.lastChild.type = "button";
    }
    say(item.firstChild, `${override(entry)} until ${entry.until.slice(0, 16).replace("T", " ")} UTC: ${entry.reason}`);
    item.lastChild.hidden = !signedIn;
    item.lastChild.setAttribute("aria-label", `End: ${override(entry)}`);
    item.lastChild.onclick = () => entry.kind === "pause"
      ? order("resume", { direction: entry.direction }) : order("lift", { override: entry.kind });
  });
}

async function send(url, body, method = "POST") {
  return fetch(url, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "same-origin" });
}

async function order(action, body) {
  const note = byId("override-words");
  note.className = "";
  try {
    const answer = await send(`${path(selected)}/${action}`, body);
    if (answer.status === 401) setSignedIn(false);
    note.classList.toggle("wrong", !answer.ok);
    say(note, answer.ok ? "Done." : (await answer.text()).trim());
    return answer.ok;
  } catch {
    note.classList.add("wrong");
    say(note, "The aggregator does not answer: nothing was set, as far as is known.");
    return false;
  }
}

const action = byId("override-action");
action.addEventListener("change", () => {
  byId("override-direction-box").hidden = action.value !== "pause";
  byId("override-tasks-box").hidden = action.value !== "floor" && action.value !== "ceiling";
  byId("override-tasks").required = !byId("override-tasks-box").hidden;
  byId("override-on-box").hidden = action.value !== "dry-run";
});
byId("override").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { reason: byId("override-reason").value, forSeconds: Number(byId("override-for").value) };
  if (action.value === "pause") body.direction = byId("override-direction").value;
  else if (action.value === "dry-run") body.on = byId("override-on").value === "on";
  else body.tasks = Number(byId("override-tasks").value);
  if (await order(action.value, body)) byId("override-reason").value = "";
});

function setSignedIn(isIn) {
  signedIn = isIn;
  say(byId("session"), isIn ? "Sign out" : "Sign in");
  drawService();
}
async function askSession() {
  try {
    const session = await get("/v1/session");
    byId("session").hidden = !session.possible;
    if (session.signedIn !== signedIn) setSignedIn(session.signedIn);
  } catch { /* Asked again in a minute. */ }
}
byId("session").addEventListener("click", async () => {
  if (!signedIn) return byId("sign-in").showModal();
  await send("/v1/session", {}, "DELETE");
  setSignedIn(false);
  listen();
});
byId("sign-in-cancel").addEventListener("click", () => byId("sign-in").close());
byId("sign-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = byId("sign-in-words");
  try {
    const answer = await send("/v1/session", { token: byId("token").value });
    byId("token").value = "";
    if (!answer.ok) return say(words, (await answer.text()).trim());
    say(words, "");
    byId("sign-in").close();
    setSignedIn(true);
    listen();
  } catch { say(words, "The aggregator does not answer."); }
});

askSession();
setInterval(askSession, 60000);
listen();
