// Every call of the console, and the one way each of them can fail. An answer below 300 is the
// value; everything else is thrown as a Problem. Two refusals are answered here and not by the
// screens: 401 hands over to the sign-in, which leaves the address as it is, and a call that wants
// the second factor again is repeated once the code was given. It caches and retries nothing.
import type {
  Alarm, AuditRow, Client, ClientKind, Contrast, ImportReport, Invitation, InvitationWithTimeline,
  Key, Letter, Made, Me, NewInvitation, NewWebhook, Notice, Organisation, Overview, Page, Role,
  Session, SignedIn, SignedUp, SignUp, Skill, SkillRow, Staff, StaffLink, Theme, ThemeInput, Ticket,
  Webhook, WebhookWish, WholeSession,
} from "./wire";
import type { Query } from "./place";

const surface = "/operator/v1";

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: Record<string, string[]> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(detail || title);
  }
  // Nobody need be told: the person themself called it off.
  get isSilent(): boolean {
    return this.code === "cancelled";
  }
}

interface Guards {
  signedOut: () => void;
  confirm: () => Promise<boolean>;
}
let guards: Guards = { signedOut: () => {}, confirm: () => Promise.resolve(false) };
export function guardedBy(next: Guards): void {
  guards = next;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
interface Call {
  query?: Query | undefined;
  body?: unknown;
  form?: FormData;
  signal?: AbortSignal | undefined;
  // Before anybody is signed in: a 401 is a wrong password, not an ended session.
  isOpen?: boolean;
}

async function problemOf(method: Method, response: Response): Promise<Problem> {
  const after = Number(response.headers.get("Retry-After"));
  const retryAfter = response.headers.has("Retry-After") && after >= 0 ? after : null;
  let told: Record<string, unknown> = {};
  try {
    told = (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy's own page, perhaps: the status says enough.
  }
  const text = (name: string, other: string) =>
    typeof told[name] === "string" ? (told[name] as string) : other;
  const errors = told["errors"] && typeof told["errors"] === "object"
    ? (told["errors"] as Record<string, string[]>) : {};
  const title = text("title", response.statusText || `The server answered ${response.status}`);
  // Without a code it is not our own server's answer; looking changed nothing all the same.
  const other = method === "GET" ? "unread" : "http";
  return new Problem(response.status, text("code", other), title, text("detail", ""), errors,
    retryAfter);
}

async function ask(method: Method, path: string, call: Call): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Limen-Console"] = "1";
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (call.signal) init.signal = call.signal;
  if (call.form) init.body = call.form;
  else if (method !== "GET" && method !== "DELETE") {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(call.body ?? {});
  }
  const query = call.query ? new URLSearchParams(call.query).toString() : "";
  try {
    return await fetch(surface + path + (query ? `?${query}` : ""), init);
  } catch (error) {
    if (call.signal?.aborted) throw new Problem(0, "cancelled", "Called off", "");
    throw new Problem(0, "unreachable", "The server cannot be reached",
      "Nothing was changed as far as this page knows. Check the connection and try again.");
  }
}

async function send(method: Method, path: string, call: Call = {}): Promise<Response> {
  let response = await ask(method, path, call);
  if (response.ok) return response;
  let problem = await problemOf(method, response);
  if (problem.status === 403 && problem.code === "confirmation_needed") {
    if (!(await guards.confirm())) throw new Problem(403, "cancelled", "Called off", "");
    response = await ask(method, path, call);
    if (response.ok) return response;
    problem = await problemOf(method, response);
  }
  const isWrongCode = Object.keys(problem.errors).length > 0;
  if (problem.status === 401 && !call.isOpen && !isWrongCode) guards.signedOut();
  throw problem;
}

async function json<T>(method: Method, path: string, call?: Call): Promise<T> {
  const response = await send(method, path, call);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  json<T>("GET", path, { query, signal });
const post = <T>(path: string, body?: unknown): Promise<T> => json<T>("POST", path, { body });
const remove = (path: string): Promise<void> => json<void>("DELETE", path);
const part = encodeURIComponent;

type List<T> = (query: Query, signal?: AbortSignal) => Promise<Page<T>>;
const list = <T>(path: string): List<T> => (query, signal) => get<Page<T>>(path, query, signal);

function formWith(file: Blob, name: string): FormData {
  const form = new FormData();
  form.set("file", file, name);
  return form;
}

export type Second = { code: string } | { recovery_code: string };

export const session = {
  me: () => json<Me>("GET", "/session", { isOpen: true }),
  // An address that works for several organisations says for which: `organisation` is a handle.
  signIn: (body: { email: string; password: string; organisation?: string }) =>
    json<Ticket>("POST", "/session", { body, isOpen: true }),
  code: (body: { ticket: string } & Second) =>
    json<Me>("POST", "/session/code", { body, isOpen: true }),
  signOut: () => remove("/session"),
  confirm: (code: string) => post<Me>("/session/confirm", { code }),
  signUp: (token: string) =>
    json<SignUp>("POST", "/sign-up", { body: { token }, isOpen: true }),
  finish: (body: { token: string; password: string; code: string }) =>
    json<SignedUp>("POST", "/sign-up/finish", { body, isOpen: true }),
};

export const staff = {
  list: list<Staff>("/staff"),
  add: (body: { email: string; name: string; role: Role }) => post<StaffLink>("/staff", body),
  change: (id: string, body: { name?: string; role?: Role; state?: "active" | "disabled" }) =>
    json<Staff>("PATCH", `/staff/${part(id)}`, { body }),
  link: (id: string) => post<StaffLink>(`/staff/${part(id)}/link`),
  signedIn: list<SignedIn>("/signed-in"),
  end: (id: string) => remove(`/signed-in/${part(id)}`),
};

export const overview = (days: string, signal?: AbortSignal): Promise<Overview> =>
  get<Overview>("/overview", { days }, signal);
export const alarms = list<Alarm>("/alarms");
export const audit = list<AuditRow>("/audit");

export const invitations = {
  list: list<Invitation>("/invitations"),
  one: (id: string, signal?: AbortSignal) =>
    get<InvitationWithTimeline>(`/invitations/${part(id)}`, {}, signal),
  invite: (body: { email: string; first_name: string; last_name: string; language?: string }) =>
    post<NewInvitation>("/invitations", body),
  resend: (id: string) => post<Letter>(`/invitations/${part(id)}/resend`),
  revoke: (id: string) => remove(`/invitations/${part(id)}`),
  bring: (file: File, isDry: boolean) =>
    json<ImportReport>("POST", "/invitations/import", {
      query: isDry ? { dryRun: "true" } : {}, form: formWith(file, file.name),
    }),
  // One part of an export, and the cursor of the next when more follow.
  async export(body: Query): Promise<{ text: string; next: string | null }> {
    const response = await send("POST", "/invitations/export", { body });
    return { text: await response.text(), next: response.headers.get("Limen-Next") };
  },
};

export const sessions = {
  list: list<Session>("/sessions"),
  one: (id: string, signal?: AbortSignal) =>
    get<WholeSession>(`/sessions/${part(id)}`, {}, signal),
  review: (id: string, body: { verdict: "approve" | "reject"; reason: string }) =>
    post<Session>(`/sessions/${part(id)}/review`, body),
  erase: (id: string) => remove(`/sessions/${part(id)}`),
  // A picture, encoded anew.
  async copy(
    id: string, upload: string, size: "thumb" | "full", signal?: AbortSignal,
  ): Promise<Blob> {
    const path = `/sessions/${part(id)}/files/${part(upload)}/copy`;
    return (await send("GET", path, { query: { size }, signal })).blob();
  },
  // Addresses, not calls: the browser asks for them itself.
  receipt: (id: string) => `${surface}/sessions/${part(id)}/receipt`,
  original: (id: string, upload: string) =>
    `${surface}/sessions/${part(id)}/files/${part(upload)}`,
};

export const skills = {
  list: list<SkillRow>("/skills"),
  one: (name: string, signal?: AbortSignal) => get<Skill>(`/skills/${part(name)}`, {}, signal),
};

export const organisations = {
  list: list<Organisation>("/organisations"),
  change: (handle: string,
    body: { skills: string[] } | { returnHosts: string[] } | { invitedSkill: string }) =>
    json<Organisation>("PATCH", `/organisations/${part(handle)}`, { body }),
};

export interface NewClient { name: string; kind: ClientKind; ttl?: number; scopes?: string[] }
export interface NewKey { name: string; permissions: string[]; ttl?: number; client_id?: string }
export const credentials = {
  clients: list<Client>("/clients"),
  keys: list<Key>("/keys"),
  addClient: (body: NewClient) => post<Made>("/clients", body),
  addKey: (body: NewKey) => post<Made>("/keys", body),
  revokeClient: (id: string) => remove(`/clients/${part(id)}`),
  revokeKey: (id: string) => remove(`/keys/${part(id)}`),
  rotate: (id: string, body: { overlap: number; ttl?: number }) =>
    post<Made>(`/keys/${part(id)}/rotate`, body),
};

export const letters = {
  list: list<Letter>("/outbox"),
  retry: (id: string) => post<Letter>(`/outbox/${part(id)}/retry`),
};

export const webhooks = {
  list: list<Webhook>("/webhooks"),
  add: (body: WebhookWish) => post<NewWebhook>("/webhooks", body),
  change: (id: string, body: WebhookWish) =>
    json<Webhook>("PATCH", `/webhooks/${part(id)}`, { body }),
  rotate: (id: string, overlap: number) =>
    post<NewWebhook>(`/webhooks/${part(id)}/rotate`, { overlap }),
  remove: (id: string) => remove(`/webhooks/${part(id)}`),
};
export const notices = {
  list: list<Notice>("/notices"),
  retry: (id: string) => post<Notice>(`/notices/${part(id)}/retry`),
};

export const themes = {
  list: list<Theme>("/themes"),
  one: (name: string, signal?: AbortSignal) => get<Theme>(`/themes/${part(name)}`, {}, signal),
  check: (body: ThemeInput) =>
    post<{ contrast: Contrast[]; ok: boolean }>("/themes/check", body),
  save: (name: string, body: ThemeInput) =>
    json<Theme>("PUT", `/themes/${part(name)}`, { body }),
  remove: (name: string) => remove(`/themes/${part(name)}`),
  logo: (name: string, file: File) =>
    json<Theme>("PUT", `/themes/${part(name)}/logo`, { form: formWith(file, file.name) }),
  removeLogo: (name: string) => remove(`/themes/${part(name)}/logo`),
};
