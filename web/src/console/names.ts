// What the server's own words are called on the screen: states, roles, events, rules, permissions.
// A word that is not known here is shown as it is, only made readable: a newer server says more.
import { dayOfDocument, plain } from "./format";

export type Tone = "good" | "warn" | "bad" | "act" | "quiet";

const called: Record<string, [string, Tone]> = {
  // invitations
  Issued: ["Waiting", "act"], Used: ["Answered", "good"], Expired: ["Expired", "quiet"],
  Revoked: ["Revoked", "quiet"], Locked: ["Locked", "bad"],
  // letters
  queued: ["Queued", "act"], sent: ["Sent", "good"], dead: ["Not delivered", "bad"],
  // sessions
  PENDING: ["In progress", "act"], EXPIRED: ["Expired", "quiet"],
  WAITING_FOR_MANUAL_APPROVE: ["Waiting for review", "warn"],
  AUTO_APPROVED: ["Approved automatically", "good"], MANUAL_APPROVED: ["Approved", "good"],
  AUTO_REJECTED: ["Rejected automatically", "bad"], MANUAL_REJECTED: ["Rejected", "bad"],
  // webhooks, and what they are told beside the statuses of sessions
  paused: ["Paused", "warn"], gone: ["Gone", "bad"],
  INITIALIZED: ["Begun", "act"], STARTED: ["Opened", "act"],
  // levels of trust
  HIGH: ["High", "good"], MEDIUM: ["Medium", "warn"], LOW: ["Low", "bad"],
  NONE: ["Not decided", "quiet"],
  UNAVAILABLE: ["Not computed", "quiet"], UNKNOWN: ["Unknown", "warn"],
  // staff
  active: ["Active", "good"], invited: ["Invited", "act"], disabled: ["Disabled", "quiet"],
  // credentials
  live: ["Valid", "good"], over: ["Ended", "quiet"], revoked: ["Revoked", "quiet"],
};
export const wordOf = (state: string): string => called[state]?.[0] ?? plain(state);
export const toneOf = (state: string): Tone => called[state]?.[1] ?? "quiet";

export const statuses = [
  "WAITING_FOR_MANUAL_APPROVE", "PENDING", "AUTO_APPROVED", "MANUAL_APPROVED", "AUTO_REJECTED",
  "MANUAL_REJECTED", "EXPIRED",
] as const;
export const states = ["Issued", "Used", "Expired", "Revoked", "Locked"] as const;

// What webhooks are told, in the order it can come about, and by whom.
export const webhookEvents = [
  "INITIALIZED", "STARTED", "WAITING_FOR_MANUAL_APPROVE", "AUTO_APPROVED", "AUTO_REJECTED",
  "MANUAL_APPROVED", "MANUAL_REJECTED",
] as const;
const doers: Record<string, string> = {
  INITIALIZED: "by a back end", STARTED: "by the person", MANUAL_APPROVED: "by a reviewer",
  MANUAL_REJECTED: "by a reviewer",
};
export const toldAs = (event: string): string =>
  [wordOf(event), doers[event]].filter(Boolean).join(" ");

// Why a notice was not taken: a word of the server's, or what its library says of the connection.
const faults: Record<string, string> = {
  "not reachable": "Its name is unknown, or it leads where this server may not call",
  timeout: "No answer in time", "no status": "What answered speaks no HTTP",
  ours: "This server itself failed", withdrawn: "The person took consent back",
};
export const faultOf = (error: string): string =>
  faults[error] ?? error.replace(/^status (?=\d+$)/, "Answered with status ");

const doors: Record<string, string> = {
  skills: "Skills", device: "Device hand-over", enrolment: "Enrolment",
};
export const doorOf = (door: string): string => doors[door] ?? plain(door);

export const roles: Record<string, { name: string; may: string }> = {
  owner: { name: "Owner", may: "everything, also staff, credentials and appearance" },
  reviewer: { name: "Reviewer",
    may: "invites people, reviews sessions, sends letters and notices again" },
  read_only: { name: "Read only", may: "looks, and changes nothing" },
};
export const roleOf = (role: string): string => roles[role]?.name ?? plain(role);

// What each factor puts side by side, beside its own sentence.
const compared: Record<string, string> = {
  "Applicant integrity": "The applicant form with the document",
  "MRZ check digits": "The zone with its own check digits",
  "Document expiry": "The date of expiry with the day of the decision",
  "Document type and country": "What the person chose with the document",
  "Cross-check": "What was answered, sent and seen in other pictures, with the document",
  Age: "The date of birth with the least age of the skill",
  "Image quality": "Each picture of the document with what reading needs",
  "Document reading": "Whether a picture shows a zone or a bar code that can be read",
  "Face verification": "The person with the portrait of the document",
  "Face liveness": "Whether a live person stood before the camera",
  "Face presence": "Whether the picture shows exactly one face of a person",
};
export const comparedBy = (factor: string): string | undefined => compared[factor];

const sources: Record<string, string> = {
  form: "Applicant form", answers: "Answers", sent: "Zone as sent", zone: "Zone",
  licence: "Bar code",
};
export const sourceOf = (source: string): string => sources[source] ?? plain(source);

export interface Verdict { word: string; tone: Tone }
const likenesses: Record<string, Verdict> = {
  same: { word: "agrees", tone: "good" },
  spelling: { word: "maybe another spelling", tone: "warn" },
  slip: { word: "one letter differs", tone: "warn" },
  part: { word: "agrees in part", tone: "warn" },
  order: { word: "in another order", tone: "warn" },
  different: { word: "differs", tone: "bad" },
  unreadable: { word: "cannot be compared", tone: "warn" },
  unstated: { word: "not in the document", tone: "quiet" },
};
export const likenessOf = (likeness: string): Verdict =>
  likenesses[likeness] ?? { word: plain(likeness), tone: "warn" };

// Of a picture: what it is called when it is good, and when it is not.
const measures: Record<string, [string, string]> = {
  dark: ["Light enough", "Too dark"], bright: ["Not too bright", "Too bright"],
  blurred: ["Sharp", "Blurred"], glare: ["No glare", "Glare"],
  far: ["Close enough", "Too far away"],
  cut: ["Whole", "Edges cut"],
};
export const measureOf = (name: string, isGood: boolean): string =>
  measures[name]?.[isGood ? 0 : 1] ?? `${plain(name)}: ${isGood ? "good" : "bad"}`;

// A choice of a person, or the first letter of a document's own code (ICAO Doc 9303).
const documents: Record<string, string> = {
  P: "Passport", I: "Identity card", A: "Identity card", C: "Identity card", V: "Visa",
  D: "Driving licence", passport: "Passport", id_card: "Identity card",
  driving_licence: "Driving licence",
};
const sexes: Record<string, string> = { F: "Female", M: "Male", X: "Neither (X)" };

// What a source states, as people write it.
export function statedAs(name: string, text: string): string {
  if (name === "document type") {
    const key = /^[A-Z]{1,2}$/.test(text) ? text.charAt(0) : text;
    return documents[key] ?? plain(text);
  }
  if (name === "sex") return sexes[text] ?? text;
  return name.startsWith("date of") ? dayOfDocument(text) : text;
}

const events: Record<string, string> = {
  created: "Invited", letter: "Letter", opened: "Opened by the person",
  agreed: "Agreed to share data", withdrawn: "Refused, or took consent back",
  resent: "Sent again", expired: "Expired", revoked: "Revoked",
  locked: "Locked after too many wrong codes",
};
export const eventOf = (what: string): string => events[what] ?? plain(what);

const alarms: Record<string, string> = {
  notice_dead: "A webhook could not be told", webhook_gone: "A webhook said that it is gone",
  onward_refused: "An invited person could not go on",
  nonce_replayed: "One-time secret used twice", temp_token_replayed: "Hand-over token used twice",
};
export const alarmOf = (what: string): string => alarms[what] ?? plain(what);

export const audited = [
  "signed_in", "sign_in_failed", "signed_out", "session_ended", "staff_added", "staff_changed",
  "staff_linked", "staff_signed_up", "recovery_code_used", "client_made", "client_revoked",
  "key_made", "key_rotated", "key_revoked", "invitation_revoked", "invitation_resent",
  "invitations_imported", "invitations_exported", "session_decided", "session_reviewed",
  "session_erased", "person_erased", "letter_retried", "webhook_made", "webhook_changed",
  "webhook_rotated", "webhook_removed", "notice_retried", "theme_saved", "theme_removed",
  "organisation_made", "organisation_changed", "signing_key_made", "receipt_key_made",
  "receipt_key_disowned",
] as const;

const rules: Record<string, string> = {
  isEmail: "This is not an e-mail address", isNotEmpty: "This is empty",
  isString: "This must be text", isName: "A name has no links, markup or control characters",
  maxLength: "This is too long (at most 64 characters)", already_invited: "Already invited",
  duplicate: "The same address stands earlier in the file",
  isIn: "This is none of our languages, as de-DE",
  too_many_letters: "Too many letters today",
  columns: "Too few or too many cells in this row",
};
export const ruleOf = (rule: string): string => rules[rule] ?? plain(rule);

// "email breaks the rule isEmail" names a rule; the reader need not know its name.
export function sentence(text: string): string {
  const rule = /breaks the rule (\w+)/.exec(text)?.[1];
  if (rule) return `${ruleOf(rule)}.`;
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

export const permissions: Record<string, string> = {
  "onboarding:write": "invite people",
  "user-status:read": "read who agreed, and their data",
  "session:open": "open sessions of skills",
  "session:settle": "exchange finished sessions for results",
  "ephemeral_device:write": "lend a device a token of its own",
  "session_all:read": "read every session",
  "session:read": "read sessions it owns",
  "enrolment:write": "start enrolments",
  operator: "operate this organisation",
};
