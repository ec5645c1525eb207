import { afterEach, describe, expect, it } from 'vitest';
import { chooseLanguage, language, startLanguage, t } from '.';
import { en } from './en';
import { es } from './es';

const parametersOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('texts', () => {
  it('fill in parameters, and have a form for one', () => {
    expect(t('traces.spans', { count: 18 })).toBe('18 Spans');
    expect(t('traces.spans', { count: 1 })).toBe('1 Span');
    expect(t('graph.find.matches', { count: 1 })).toBe('1 found');
    expect(t('time.every', {})).toBe('Every {duration}');
  });

  it('of one have a text of many, with no parameters that it lacks', () => {
    for (const [key, text] of Object.entries(en).filter(([name]) => name.endsWith('.one') && name !== 'namespaces.one')) {
      const many = en[key.slice(0, -4) as keyof typeof en];
      expect(many, key).toBeTypeOf('string');
      expect(parametersOf(many), key).toEqual(expect.arrayContaining(parametersOf(text)));
    }
  });
});

describe('another language', () => {
  afterEach(async () => {
    chooseLanguage('en');
    await startLanguage();
  });

  it('has nearly all texts, with the parameters of the English ones', () => {
    const missing = Object.keys(en).filter((key) => !(key in es));
    expect(missing.length, missing.join(', ')).toBeLessThan(Object.keys(en).length / 20);
    for (const [key, text] of Object.entries(es)) expect(parametersOf(text), key).toEqual(parametersOf(en[key as keyof typeof en]));
  });

  it('is taken at the start, and falls back to English', async () => {
    chooseLanguage('es');
    await startLanguage();
    expect(t('traces.spans', { count: 1 })).toBe('1 span');
    expect(t('nav.namespaces')).toBe('Espacios de nombres');
    expect([language(), document.documentElement.lang]).toEqual(['es', 'es']);
    localStorage.setItem('weft.language', 'tlh');
    await startLanguage();
    expect(t('nav.namespaces')).toBe('Namespaces');
  });
});
