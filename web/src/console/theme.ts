// What a theme is while it is being edited: where it begins, its languages, its own texts. Pure.
import type { Colours, Theme, ThemeInput, Wording } from "./wire";

// Where a new theme begins: the colours of the pages' own style sheet.
export const begin: ThemeInput = {
  colours: {
    ink: "#17212b", paper: "#f1f4f7", card: "#ffffff", line: "#727e8c", act: "#0b5d9e",
    act_ink: "#ffffff", bad: "#b3221b",
  },
  radius: 12,
  wording: {},
};

// What the pages wear where no theme is named. Ours, until an organisation makes its own.
export const defaultTheme = "default";
export const defaultMeans = "Worn wherever no theme is named: on the pages of invitations and "
  + "devices, and of enrolments that name none.";

export const colourNames: Record<keyof Colours, string> = {
  ink: "Text", paper: "Page", card: "Card", line: "Lines and frames", act: "Buttons and links",
  act_ink: "Text on buttons", bad: "Errors",
};

export function pairName(pair: string): string {
  const [one, other] = pair.split(" on ");
  const name = (word: string | undefined) =>
    colourNames[word as keyof Colours]?.toLowerCase() ?? word ?? "";
  const text = `${name(one)} on ${name(other)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const languages: readonly [string, string][] = [
  ["ar-SA", "Arabic"], ["cs-CZ", "Czech"], ["da-DK", "Danish"], ["de-DE", "German"],
  ["en-US", "English"], ["es-ES", "Spanish"], ["fi-FI", "Finnish"], ["fr-CA", "French (Canada)"],
  ["fr-FR", "French"], ["hu-HU", "Hungarian"], ["jp-JP", "Japanese"], ["lv-LV", "Latvian"],
  ["pt-PT", "Portuguese"], ["ro-RO", "Romanian"], ["sk-SK", "Slovak"], ["sv-SE", "Swedish"],
  ["uk-UA", "Ukrainian"],
];

export const inputOf = (theme: Theme): ThemeInput =>
  ({ colours: theme.colours, radius: theme.radius, wording: theme.wording });

// One text of one language; an empty one goes back to ours.
export function withText(wording: Wording, language: string, key: string, text: string): Wording {
  const texts = { ...wording[language] };
  if (text) texts[key] = text;
  else delete texts[key];
  const out = { ...wording, [language]: texts };
  if (Object.keys(texts).length === 0) delete out[language];
  return out;
}
