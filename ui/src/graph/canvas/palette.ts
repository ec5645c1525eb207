import type { EdgeTone } from '../traffic';
import type { NodeTone } from '../scene';

/** The canvas cannot use CSS classes: these are PatternFly's colours, resolved for the theme in force. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly subtle: string;
  readonly nodeFill: string;
  readonly boxFill: string;
  readonly boxFillInner: string;
  readonly boxBorder: string;
  readonly labelBackground: string;
  readonly selected: string;
  readonly found: string;
  readonly traced: string;
  readonly badge: string;
  readonly badgeInk: string;
  readonly node: Readonly<Record<NodeTone, string>>;
  readonly edge: Readonly<Record<EdgeTone, string>>;
  readonly font: string;
}

export function readPalette(element: Element, dark: boolean): Palette {
  const style = getComputedStyle(element);
  const token = (name: string, fallback: string) => style.getPropertyValue(`--pf-t--${name}`).trim() || fallback;
  const color = (name: string, fallback: string) => token(`color--${name}`, fallback);
  const green = dark ? color('green--40', '#87bb62') : color('green--50', '#63993d');
  const orange = dark ? color('orange--30', '#f8ae54') : color('orange--40', '#f5921b');
  const red = dark ? color('red--40', '#f56e6e') : '#c9190b';
  const blue = dark ? color('blue--40', '#4394e5') : color('blue--50', '#0066cc');
  const gray = dark ? color('gray--45', '#8c8c8c') : color('gray--45', '#8c8c8c');
  return {
    background: dark ? color('gray--90', '#1f1f1f') : '#ffffff',
    text: dark ? '#ffffff' : color('gray--95', '#151515'),
    subtle: dark ? color('gray--30', '#c7c7c7') : color('gray--60', '#4d4d4d'),
    nodeFill: dark ? color('gray--80', '#292929') : '#ffffff',
    boxFill: dark ? '#262626' : '#f7f8f9',
    boxFillInner: dark ? '#303030' : '#eef1f4',
    boxBorder: dark ? color('gray--60', '#4d4d4d') : color('gray--30', '#c7c7c7'),
    labelBackground: dark ? color('gray--90', '#1f1f1f') : '#ffffff',
    selected: dark ? color('blue--30', '#92c5f9') : color('blue--50', '#0066cc'),
    found: dark ? color('yellow--40', '#dca614') : color('yellow--30', '#ffcc17'),
    traced: dark ? color('purple--40', '#876fd4') : color('purple--40', '#876fd4'),
    badge: dark ? color('purple--40', '#876fd4') : color('purple--50', '#5e40be'),
    badgeInk: '#ffffff',
    node: { healthy: green, degraded: orange, failure: red, idle: gray, plain: gray },
    edge: { healthy: green, degraded: orange, failure: red, tcp: blue, idle: gray },
    font: '"Red Hat Text", "RedHatText", "Noto Sans", Helvetica, Arial, "pf-v6-pficon", sans-serif',
  };
}
