import { describe, expect, it } from 'vitest';
import { t } from '.';
import { en } from './en';

describe('texts', () => {
  it('fill in parameters, and have a form for one', () => {
    expect(t('traces.spans', { count: 18 })).toBe('18 Spans');
    expect(t('traces.spans', { count: 1 })).toBe('1 Span');
    expect(t('graph.find.matches', { count: 1 })).toBe('1 found');
    expect(t('time.every', {})).toBe('Every {duration}');
  });

  it('of one have a text of many, with no parameters that it lacks', () => {
    const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    for (const [key, text] of Object.entries(en).filter(([name]) => name.endsWith('.one') && name !== 'namespaces.one')) {
      const many = en[key.slice(0, -4) as keyof typeof en];
      expect(many, key).toBeTypeOf('string');
      expect(parameters(many), key).toEqual(expect.arrayContaining(parameters(text)));
    }
  });
});
