// A dark look of an organisation's own, with a logo and a word of its own, and how it becomes the
// `default`: what is worn wherever no theme is named. The logo is drawn by Chromium itself.
export const NIGHT = { radius: 20, wording: { "en-US": {
  "arrive.lead": "Welcome to the night desk.", "invite.agree": "Yes, share it with the night" } },
  colours: { ink: "#f4ecff", paper: "#1a1026", card: "#261a36", line: "#8f7fa8", act: "#d7a6ff",
    act_ink: "#1a1026", bad: "#ff9a9c" } };
export const PAPER = "rgb(26, 16, 38)";

const LOGO = `<style>body{margin:0;background:none}svg{display:block}</style>
<svg width="300" height="72" viewBox="0 0 300 72" xmlns="http://www.w3.org/2000/svg">
<path d="M44 8a28 28 0 1 0 20 48A24 24 0 0 1 44 8z" fill="#d7a6ff"/>
<text x="80" y="48" font-family="DejaVu Sans" font-size="36" font-weight="bold" fill="#f4ecff">
Nightbank</text></svg>`;

async function logo(chrome) {
  const page = await (await chrome.browser()).newPage({ viewport: { width: 300, height: 72 } });
  await page.setContent(LOGO);
  const picture = await page.screenshot({ omitBackground: true });
  await page.close();
  return new Blob([picture], { type: "image/png" });
}

/** The organisation keeps it under `default` from here on. */
export async function wearNight({ server, chrome }) {
  const auth = server.basic("operator");
  await server.ask("PUT", "/operator/v1/themes/default", { auth, json: NIGHT });
  const body = new FormData();
  body.set("file", await logo(chrome), "logo.png");
  await server.ask("PUT", "/operator/v1/themes/default/logo", { auth, body });
}

export const unwear = ({ server }) => server.ask("DELETE", "/operator/v1/themes/default", {
  auth: server.basic("operator") });
