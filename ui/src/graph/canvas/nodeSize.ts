import type { Scene, SceneNode, Shape } from '../scene';
import type { LayoutNode } from './layoutTypes';
import type { Palette } from './palette';
import type { Size } from './viewport';

export const nodeFontSize = 11;
export const edgeFontSize = 10;
/** Layouts leave room for text that has grown a little, as it does when the graph shrinks on the screen. */
const layoutTextScale = 1.3;

/** How large each shape is drawn; a box is as large as what it holds. */
export const shapeSizes: Readonly<Record<Shape, Size>> = {
  circle: { width: 34, height: 34 },
  square: { width: 32, height: 32 },
  hexagon: { width: 38, height: 34 },
  triangle: { width: 36, height: 34 },
  plate: { width: 40, height: 32 },
  box: { width: 34, height: 34 },
};

/** The rectangle that each node and its label below need. */
export function measureNodes(nodes: readonly SceneNode[], palette: Palette): ReadonlyMap<string, LayoutNode> {
  const context = document.createElement('canvas').getContext('2d');
  if (context) context.font = `500 ${nodeFontSize * layoutTextScale}px ${palette.font}`;
  const widthOf = (line: string) => context?.measureText(line).width ?? line.length * 6;
  return new Map(
    nodes.map(({ id, parent, shape, label }): [string, LayoutNode] => {
      const lines = label.split('\n');
      const { width, height } = shapeSizes[shape];
      return [
        id,
        {
          id,
          parent,
          isBox: shape === 'box',
          width: Math.max(width, 8 + Math.max(...lines.map(widthOf))),
          height: height + 8 + lines.length * 1.2 * nodeFontSize * layoutTextScale,
        },
      ];
    }),
  );
}

/** The centre of a node, given that of its rectangle, which holds the node above and its label below. */
export function nodeCentre(rectangle: { readonly x: number; readonly y: number }, size: LayoutNode, shape: Shape): { x: number; y: number } {
  return { x: rectangle.x, y: rectangle.y - (size.height - shapeSizes[shape].height) / 2 };
}

/** Room between two columns: the longest edge label, within reason. */
export function columnGap(edges: Scene['edges']): number {
  const characters = edges.flatMap((edge) => edge.label.split('\n')).reduce((most, line) => Math.max(most, line.length), 0);
  return Math.min(150, Math.max(56, 30 + characters * edgeFontSize * 0.55 * layoutTextScale));
}
