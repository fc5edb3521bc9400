// What the operator's surface answers, as docs/wire/console.md and operator.md say. Types only.

export interface Page<T> { items: T[]; next: string | null }

export type Role = "owner" | "reviewer" | "read_only";
export type Level = "HIGH" | "MEDIUM" | "LOW";

export interface Me {
  staff: { id: string; email: string; name: string; role: Role };
  organisation: { id: string; handle: string; name: string };
  session: string;
  createdAt: string;
  expiresAt: string;
  idleSeconds: number;
  confirmedUntil: string | null;
  recoveryCodesLeft: number;
  isDev: boolean;
}
export interface Ticket { next: "code"; ticket: string }
export interface SignUp {
  email: string;
  name: string;
  role: Role;
  organisation: string;
  expiresAt: string;
  totp: { secret: string; uri: string };
}
export type SignedUp = Me & { recoveryCodes: string[] };

export interface Overview {
  from: string;
  to: string;
  bucketSeconds: number;
  isPartial: boolean;
  invitations: Record<"invited" | "opened" | "agreed" | "expired" | "revoked" | "locked", number>;
  sessions: {
    begun: number;
    completed: number;
    levels: Record<Level | "NONE", number>;
    waitingForReview: number;
    skills: SkillFigures[];
  };
  rate: { at: string; invited: number; begun: number; completed: number }[];
  secondsToFinish: { p50: number | null; p90: number | null; p99: number | null; count: number };
  letters: { queued: number; sent: number; dead: number; bounced: number | null };
  alarms: number;
}
export interface SkillFigures {
  skill: string;
  begun: number;
  steps: { step: string; reached: number }[];
  completed: number;
}
export interface Alarm {
  id: string;
  at: string;
  what: string;
  about: string;
  detail: string | null;
}

export type InvitationState = "Issued" | "Used" | "Expired" | "Revoked" | "Locked";
export interface Invitation {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  state: InvitationState;
  createdAt: string;
  expiresAt: string | null;
  usedAt: string | null;
  wrongGuesses: number;
}
export interface InvitationEvent {
  at: string | null;
  what: string;
  by?: string | null;
  letter?: Letter;
}
export type InvitationWithTimeline = Invitation & {
  timeline: InvitationEvent[];
  session: string | null;  // what the person went on with
};
export type NewInvitation = Invitation & { onboarding_token: string };
export interface ImportReport {
  dryRun: boolean;
  rows: number;
  invited: number;
  refused: { line: number; email: string; errors: { field: string; rule: string }[] }[];
}

export type LetterState = "queued" | "sent" | "dead";
export interface Letter {
  id: string;
  invitationId: string;
  to: string;
  state: LetterState;
  attempts: number;
  createdAt: string;
  dueAt: string;
  error: string | null;
}

export type WebhookState = "active" | "paused" | "gone";
export interface Webhook {
  id: string;
  url: string;
  events: string[];
  state: WebhookState;
  signsWithPassword: boolean;
  previousSecretUntil: string | null;
  failures: number; // one after the other
  error: string | null;
  createdAt: string;
}
export type NewWebhook = Webhook & { secret: string }; // shown once
export interface WebhookWish {
  url?: string;
  events?: string[]; // of a new one, absent: every one
  username?: string;
  password?: string;
  state?: "active" | "paused";
}
export type NoticeState = "queued" | "sent" | "dead";
export interface Notice {
  id: string;
  webhookId: string;
  session: string;
  event: string;
  state: NoticeState;
  attempts: number;
  createdAt: string;
  dueAt: string;
  endedAt: string | null;
  error: string | null;
}

export interface Session {
  id: string;
  sessionId: string;
  door: "skills" | "device" | "enrolment";
  skill: string;
  status: number;
  statusText: string;
  level: Level | null;
  externalId: string | null;
  person: string | null;
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
}
export interface Factor {
  name: string;
  level: Level | "UNAVAILABLE" | "UNKNOWN";
  score: number | null;
  explanation: string;
}
// Another person's session with the same in it.
export interface Coincidence { id: string; what: "document" | "picture" }
export interface Check { name: string; ok: boolean }
export interface Reading {
  readable: boolean;
  width: number;
  height: number;
  quality: (Check & { score: number })[];
  zone: { lines: string[]; certain: boolean } | null;
}
export interface Upload {
  uploadId: string;
  type: string;
  step: string;
  stepId: string;
  bytes: number;
  sha256: string;
  mediaType: string;
  shows?: "picture" | "document" | "face" | null;
  reading?: Reading | null; // absent for who does not see pictures; null when nobody looked
}
export type Likeness = "same" | "spelling" | "slip" | "part" | "order" | "different"
  | "unreadable" | "unstated";
export interface Stated { name: string; value: string; likeness: Likeness | null }
export interface Statement {
  source: "form" | "answers" | "sent" | "zone" | "licence";
  uploadId: string | null;
  certain: boolean;
  counts: boolean;
  fields: Stated[];
  checks: Check[];
}
export type WholeSession = Session & {
  hasReceipt: boolean;
  expiresAt: string;
  files: Upload[];
  duplicates: Coincidence[];
  statements?: Statement[]; // absent for who does not see pictures
  properties: { steps: Record<string, Record<string, unknown>>; metadata?: unknown };
  decision: { level: Level; rulesVersion: string; trustFactors: Factor[]; at: string } | null;
  review: { by: string; reason: string; at: string } | null;
  rules: { version: string; sha256: string; text: string } | null;
};

export interface SkillRow {
  skill: string;
  title: string;
  registered: boolean;
  afterInvitation: boolean;  // what invited people go on with
}
export interface SkillField {
  name: string;
  type: string;
  required: boolean;
  label?: string;
  one_of?: string[];
}
export interface SkillStep {
  name: string;
  title?: string;
  fields: SkillField[];
  uploads: { type: string; required: boolean }[];
}
export type Skill = SkillRow & { required_factors: string[]; steps: SkillStep[] };

export interface Client {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt?: string | null;
}
export type Key = Client & { client_id: string; permissions: string[] };
export type ClientKind = "oauth" | "skills" | "enrolment" | "operator";
// What a new client or key answers differs by kind; each text beyond these is a secret to show.
export type Made = Record<string, unknown>;

export interface Colours {
  ink: string;
  paper: string;
  card: string;
  line: string;
  act: string;
  act_ink: string;
  bad: string;
}
export type Wording = Record<string, Record<string, string>>;
export interface ThemeInput { colours: Colours; radius: number; wording: Wording }
export interface Contrast { pair: string; ratio: number; least: number; ok: boolean }
export type Theme = ThemeInput & {
  name: string;
  logo: string | null;
  updatedAt: string;
  contrast: Contrast[];
};

export interface AuditRow {
  id: string;
  at: string;
  who: { kind: string; id: string | null; name: string | null };
  what: string;
  about: string | null;
  detail: string | null;
  hash: string;
}

export interface Staff {
  id: string;
  email: string;
  name: string;
  role: Role;
  state: "invited" | "active" | "disabled";
  createdAt: string;
  lastSignInAt: string | null;
}
export interface StaffLink { staff: Staff; link: string; expiresAt: string }
export interface SignedIn {
  id: string;
  staff: { id: string; email: string; name: string };
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  userAgent: string;
  isThis: boolean;
}
export interface Organisation {
  id: string;
  handle: string;
  name: string;
  prefix: string;
  skills: string[];
  returnHosts: string[];
  invitedSkill: string | null;
  createdAt: string;
}
