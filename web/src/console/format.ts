// How times, lengths of time, numbers and names of things are written in the console. Pure: it
// knows no screen, and what is null becomes a dash. English only; times in the reader's own zone.

const dash = "–";

const dateAndTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const toTheSecond = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const dateOnly = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const count = new Intl.NumberFormat("en-GB");

export type When = string | null | undefined;

function write(format: Intl.DateTimeFormat, at: When): string {
  if (!at) return dash;
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : format.format(time);
}

// In a table the year is told only where it is not this one.
const shortly = new Intl.DateTimeFormat("en-GB",
  { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
export const recent = (at: When, year = new Date().getFullYear()): string =>
  write(at && new Date(at).getFullYear() === year ? shortly : dateAndTime, at);

export const moment = (at: When): string => write(dateAndTime, at);
export const second = (at: When): string => write(toTheSecond, at);
export const day = (at: When): string => write(dateOnly, at);

// A day as a document states it, which is the same day in every zone. What is none stays as it is.
const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
export const dayOfDocument = (text: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? write(calendar, text) : text;

export const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? dash : count.format(value);

export function percent(part: number, whole: number): string {
  if (whole <= 0) return dash;
  const share = (100 * part) / whole;
  return `${share > 0 && share < 10 ? share.toFixed(1) : Math.round(share)} %`;
}

// The two largest units say enough: "1 d 4 h", "3 min 20 s".
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return dash;
  const units: [string, number][] = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let left = Math.round(seconds);
  const words: string[] = [];
  for (const [name, size] of units) {
    const many = Math.floor(left / size);
    if (many > 0) words.push(`${many} ${name}`);
    left -= many * size;
    if (words.length === 2 || (words.length === 1 && many === 0)) break;
  }
  return words.length > 0 ? words.join(" ") : "0 s";
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const kilo = size / 1000;
  return kilo < 1000 ? `${Math.round(kilo)} kB` : `${(kilo / 1000).toFixed(1)} MB`;
}

// document_front, dateOfBirth: "Document front", "Date of birth".
export function plain(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim();
  const low = words.toLowerCase();
  return low.charAt(0).toUpperCase() + low.slice(1);
}

// Secrets a person copies by eye, in groups of four.
export const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, "$1 ");

// Enough of a UUID to tell it from its neighbours: those made together begin alike.
export const shortId = (id: string): string =>
  id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-8)}` : id;

// Enough of an address to tell it from its neighbours; https goes without saying.
export function shortUrl(url: string): string {
  const text = url.replace(/^https:\/\//, "").replace(/\/$/, "");
  return text.length > 44 ? `${text.slice(0, 28)}…${text.slice(-15)}` : text;
}

export function value(answer: unknown): string {
  if (answer === null || answer === undefined || answer === "") return dash;
  if (typeof answer === "boolean") return answer ? "Yes" : "No";
  if (Array.isArray(answer)) return answer.map(value).join(", ");
  return typeof answer === "object" ? JSON.stringify(answer) : String(answer);
}

// The first that stands in it: many name their ancestors too ("Chrome/… Safari/… Edg/…").
type Names = readonly (readonly [string, string])[];
const browsers: Names = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"],
  ["FxiOS", "Firefox"], ["CriOS", "Chrome"], ["Chrome", "Chrome"], ["Safari", "Safari"]];
const systems: Names = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"],
  ["CrOS", "ChromeOS"], ["Windows", "Windows"], ["Mac OS X", "macOS"], ["Linux", "Linux"]];
const firstIn = (agent: string, names: Names): string | undefined =>
  names.find(([mark]) => agent.includes(mark))?.[1];

// Enough of a User-Agent for people to recognise their own: "Firefox on Linux".
export function browserOf(agent: string | null): string {
  if (!agent) return dash;
  const browser = firstIn(agent, browsers);
  const system = firstIn(agent, systems);
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent.length > 40 ? `${agent.slice(0, 39)}…` : agent;
}
