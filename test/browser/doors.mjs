// The calls a customer's back end makes before and after a person is at a page: invite, lend,
// initialize, read the result. Each secret they are answered with is remembered by the server
// object, which looks for it in the log at the end. What the doors must answer is test/e2e's.
import { randomUUID } from "node:crypto";

export const CARD = "card_kyc_sbx_#1.0";
export const PERSON = { first_name: "Alex", last_name: "Muster", date_of_birth: "2004-07-09" };
export const PASSPORT = { document_type: "passport", country: "AT" };
export const freshEmail = () => `alex.${randomUUID().slice(0, 13)}@example.com`;

// --- invitation ---
export async function bearer(server, org = "demo") {
  const { client_id, client_secret } = server.of("oauth", org);
  const answer = await server.ask("POST", "/v1/oauth/token", {
    json: { client_id, client_secret, grant_type: "client_credentials" } });
  return "Bearer " + server.keep(answer.access_token);
}

/** Invites somebody new; answers {email, code, link, letter} with the link of their letter. */
export async function invite(server, more = {}) {
  const email = freshEmail();
  const answer = await server.ask("POST", "/v1/onboarding-token", { auth: await bearer(server),
    json: { email, first_name: "Alex", last_name: "Muster", ...more } });
  const letter = await server.letter(email);
  const link = /https?:\/\/[^\s"<>]*\/invite[^\s"<>]*/.exec(letter.text)?.[0];
  if (!link) throw new Error(`no link in the letter: ${letter.text}`);
  return { email, code: server.keep(answer.onboarding_token), link, letter };
}

export async function connectionOf(server, email) {
  const { data } = await server.ask("POST", "/v1/user-status", { auth: await bearer(server),
    json: { filters: { email } } });
  return data[0];
}

// --- device ---
export async function lend(server, { ttl = 3600, workflow = "identity" } = {}) {
  const { authorization } = await server.ask("POST", "/api/device/ephemeral", {
    json: { ttl }, auth: server.of("device").api_key });
  server.keep(authorization);
  const session = await server.ask("POST", `/api/sessions?workflowId=${workflow}`, {
    json: {}, auth: authorization });
  return { token: authorization, id: session.id, link: session.handoffUrl };
}

export const wanted = (server, auth, id) => server.ask("GET", `/api/sessions/${id}/next`, { auth });

export const asOwner = (server, id) => server.ask("GET", `/api/sessions/${id}`, {
  auth: server.of("device").api_key_reader });

// --- enrolment ---
/** Initializes; answers {id, link, auth} with the webEnrolmentUrl and the accessToken's header. */
export async function initialize(server, returnUrl, more = {}) {
  const answer = await server.ask("POST", "/api/v1/enrolment/initialize", {
    auth: server.basic("enrolment"), json: { sessionId: randomUUID(), returnUrl, ...more } });
  server.keep(answer.accessToken);
  server.keep(new URL(answer.webEnrolmentUrl).searchParams.get("token"));
  return { id: answer.sessionId, link: answer.webEnrolmentUrl,
    auth: "Bearer " + answer.accessToken };
}

/** Walks an enrolment as an app does, without a page; answers its id. Pictures are stills. */
export async function enrol(server, returnUrl, { form, answers = PASSPORT, front, face }) {
  const { id, auth } = await initialize(server, returnUrl, form && { applicantForm: form });
  for (const [step, data, type, picture] of [["document", answers, "document_front", front],
    ["face", undefined, "face", face]]) {
    const { stepId } = await server.ask("POST", `/api/sessions/${id}/steps`, { auth,
      json: { step, data } });
    const body = new FormData();
    body.set("type", type);
    body.set("file", new Blob([picture.buffer], { type: picture.mimeType }), picture.name);
    await server.ask("POST", `/api/sessions/${id}/steps/${stepId}/files`, { auth, body });
  }
  return id;
}

export const statusOf = async (server, id) => (await server.ask("GET",
  `/api/v1/data/${id}/status`, { auth: server.basic("enrolment") })).status;

export const resultOf = (server, id) => server.ask("GET", `/api/v1/data/${id}/decision/results`, {
  auth: server.basic("enrolment") });

// --- skills: a door without a page, an app speaks it ---
export class App {
  constructor(server) {
    Object.assign(this, { server, client: server.of("skills") });
  }

  call(where, json) {
    return this.server.ask("POST", where, { json });
  }

  async begin(skill) {
    const { client_id, client_app_key } = this.client;
    this.skill = skill;
    const session = await this.call("/sessions", { client_id, client_app_key, skill });
    this.id = session.session_id;
    this.nonce = this.server.keep(session.nonce);
  }

  /** A nonce submits its step, and then still authorises that step's uploads. */
  async step(step, data) {
    this.spent = this.nonce;
    const answer = await this.call(`/sessions/${this.id}/steps`, {
      client_id: this.client.client_id, nonce: this.nonce, skill: this.skill, step, data });
    if (answer.nonce) this.nonce = this.server.keep(answer.nonce);
    return answer;
  }

  upload({ step_id }, type, file) {
    const form = new FormData();
    form.set("client_id", this.client.client_id);
    form.set("nonce", this.spent);
    form.set("type", type);
    form.set("file", new Blob([file.buffer], { type: file.mimeType }), file.name);
    return this.server.ask("POST", `/steps/${step_id}/upload`, { body: form });
  }

  exchange(temp_token) {
    const { client_id, client_secret } = this.client;
    return this.call("/token", { client_id, client_secret,
      temp_token: this.server.keep(temp_token) });
  }
}
