import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { en } from './en';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.startsWith(join('i18n', 'e')) && !name.startsWith('test'))
  .map((name) => ts.createSourceFile(name, readFileSync(join('src', name), 'utf8'), ts.ScriptTarget.Latest, true, name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS));

/** Attributes whose text a user reads or hears. */
const spoken = new Set(['aria-label', 'aria-description', 'alt', 'title', 'titleText', 'label', 'placeholder', 'content', 'description', 'headerContent', 'screenReaderText', 'screenreaderText', 'categoryName', 'term', 'text', 'failure']);

/** The field's own names are the same in every language. */
const names = new Set(['WorkloadEntry', 'istio.io', 'Weft']);

describe('texts of the console', () => {
  it('stand in the catalogue, so that another language needs no change of the pages', () => {
    expect(sources.flatMap(hardCoded)).toEqual([]);
  });

  it('are all in use', () => {
    const used = sources.flatMap(keysIn);
    const exact = new Set(used.filter((key) => typeof key === 'string'));
    const patterns = used.filter((key) => key instanceof RegExp);
    const unused = Object.keys(en).filter((key) => !exact.has(key.replace(/\.one$/, '')) && !exact.has(key) && !patterns.some((pattern) => pattern.test(key.replace(/\.one$/, ''))));
    expect(unused).toEqual([]);
  });
});

/** Words that stand in the page itself. */
function hardCoded(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const note = (node: ts.Node, text: string) => {
    const words = text.trim();
    if (/\p{L}{2}/u.test(words) && !names.has(words) && !(words in en)) found.push(`${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${words}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && !isCommand(node)) note(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && ts.isStringLiteralLike(node.expression) && ts.isJsxElement(node.parent)) note(node, node.expression.text);
    if (ts.isJsxAttribute(node) && spoken.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer)) note(node, node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What is to be typed into a shell is no text. */
function isCommand(node: ts.JsxText): boolean {
  const tag = ts.isJsxElement(node.parent) ? node.parent.openingElement.tagName.getText() : '';
  return tag === 'code' || tag === 'ClipboardCopy';
}

/** Keys as they stand, and patterns of those that are put together. */
function keysIn(source: ts.SourceFile): (string | RegExp)[] {
  const found: (string | RegExp)[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) {
      const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const pattern = quote(node.head.text) + node.templateSpans.map((span) => `.+${quote(span.literal.text)}`).join('');
      if (/^[a-z]+\\\./i.test(pattern)) found.push(new RegExp(`^${pattern}$`));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
