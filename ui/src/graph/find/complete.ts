import { operands } from './operands';

/** The text with its last word completed to the only operand, or the longest start that several share; `null`: nothing to add. */
export function completeOperand(text: string, known: readonly { readonly name: string }[] = operands): string | null {
  const word = /(?:^|[\s(!])([%\w:]+)$/.exec(text)?.[1];
  if (word === undefined) return null;
  const names = [...known.map((operand) => operand.name), 'label:'].filter((name) => name.startsWith(word.toLowerCase()));
  const [first] = names;
  if (first === undefined || names.includes(word)) return null;
  const shared = names.reduce((start, name) => commonStart(start, name), first);
  return shared.length > word.length ? text.slice(0, text.length - word.length) + shared : null;
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
