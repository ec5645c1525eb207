import type { LayoutName } from '../graphState';

/** A node as the layouts see it: the rectangle that it and its label need. Boxes have no size of their own. */
export interface LayoutNode {
  readonly id: string;
  readonly parent: string | null;
  readonly isBox: boolean;
  readonly width: number;
  readonly height: number;
}

export interface LayoutInput {
  readonly layout: LayoutName;
  /** Room between two columns: what the edge labels need. */
  readonly columnGap: number;
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly { readonly id: string; readonly source: string; readonly target: string }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Centres of the nodes' rectangles, by id; none for boxes. */
export type Positions = Readonly<Record<string, Point>>;

/** Only these keep the members of a box together. */
export function layoutKeepsBoxes(layout: LayoutName): boolean {
  return layout === 'kiali-dagre' || layout === 'kiali-fcose' || layout === 'kiali-elk';
}
