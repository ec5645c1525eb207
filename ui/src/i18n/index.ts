import { en } from './en';

export type TextKey = keyof typeof en;

/** The text of a key in the language of the console, `{name}` replaced by parameters. */
export function t(key: TextKey, parameters: Readonly<Record<string, string | number>> = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}
