import { en } from './en';

export type TextKey = keyof typeof en;

/** The text of a key in the language of the console, `{name}` replaced by parameters. With a `count` of one, the text of `<key>.one` where there is such a key. */
export function t(key: TextKey, parameters: Readonly<Record<string, string | number>> = {}): string {
  const single = `${key}.one`;
  const text = parameters.count === 1 && single in en ? en[single as TextKey] : en[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}
