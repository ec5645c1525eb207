import { isMap, isPair, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

/**
 * The line (from 1) at which a field of an object stands in its YAML. `path` is Kiali's: `spec/http[0]/route[1]/weight`.
 * Where a part of it is missing, the line of the deepest part that exists; 1 when there is none.
 */
export function fieldLine(text: string, path: string): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of steps(path)) {
    if (isMap(node) && typeof step === 'string') {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === step);
      if (pair === undefined) break;
      offset = startOf(pair.key as Node) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      const item = node.items[step];
      if (item === undefined) break;
      offset = startOf(item as Node) ?? offset;
      node = item;
    } else break;
  }
  return lines.linePos(offset).line;
}

function startOf(node: Node | null): number | null {
  return node?.range?.[0] ?? null;
}

/** `spec/http[0]/match` as `spec`, `http`, 0, `match`. Dots part steps as well. */
function steps(path: string): (string | number)[] {
  return path
    .split(/[/.]/)
    .filter((part) => part !== '')
    .flatMap((part) => {
      const name = part.replace(/\[.*$/, '');
      const indexes = [...part.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
      return [...(name === '' ? [] : [name]), ...indexes];
    });
}
