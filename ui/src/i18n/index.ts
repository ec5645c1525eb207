import { en } from './en';

export type TextKey = keyof typeof en;

/** A language: its texts by key. What it lacks stands in English. */
export type Catalogue = Readonly<Partial<Record<TextKey, string>>>;

/** The languages of the console, by their own names. Those but English are files of their own. */
export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;

const loaders: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Catalogue>>> = {
  es: () => import('./es').then((module) => module.es),
};

const storageKey = 'weft.language';
let catalogue: Catalogue = en;
let present: Language = 'en';

/** The text of a key in the language of the console, `{name}` replaced by parameters. With a `count` of one, the text of `<key>.one` where there is such a key. */
export function t(key: TextKey, parameters: Readonly<Record<string, string | number>> = {}): string {
  const single = `${key}.one` as TextKey;
  const found = parameters.count === 1 && single in en ? single : key;
  return (catalogue[found] ?? en[found]).replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** The language in force, for what the browser formats. */
export function language(): Language {
  return present;
}

/** Takes the language of the last visit, before anything asks for a text: some are asked for as soon as their file is loaded. A file that does not come leaves English. */
export async function startLanguage(): Promise<void> {
  await use(parseLanguage(localStorage.getItem(storageKey))).catch(() => undefined);
  document.documentElement.lang = present;
}

/** Keeps the choice for this browser; it holds from the next start of the console on. */
export function chooseLanguage(choice: Language): void {
  if (choice === 'en') localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, choice);
}

async function use(wanted: Language): Promise<void> {
  catalogue = wanted === 'en' ? en : await loaders[wanted]();
  present = wanted;
}

function parseLanguage(text: string | null): Language {
  return (Object.keys(languages) as Language[]).find((name) => name === text) ?? 'en';
}
