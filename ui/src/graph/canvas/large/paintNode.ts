import { badgeData } from '../badges';
import { shapeSizes } from '../nodeSize';
import type { Palette } from '../palette';
import type { FieldNode } from './field';

/** A picture by its address, `null` while it is being loaded. */
export type ImageSource = (uri: string) => CanvasImageSource | null;

/** Corners of the shapes that have some, in halves of their size. */
const corners = {
  triangle: [[0, -1], [1, 1], [-1, 1]],
  hexagon: [[-1, 0], [-0.55, -1], [0.55, -1], [1, 0], [0.55, 1], [-0.55, 1]],
  plate: [[-1, -1], [1, -1], [0.75, 0], [1, 1], [-1, 1], [-0.75, 0]],
} as const;

/** Adds the outline of a node to the path. */
export function traceShape(context: CanvasRenderingContext2D, { x, y, node }: FieldNode): void {
  const { width, height } = shapeSizes[node.shape];
  switch (node.shape) {
    case 'triangle':
    case 'hexagon':
    case 'plate':
      corners[node.shape].forEach(([dx, dy], i) => {
        const at = [x + (dx * width) / 2, y + (dy * height) / 2] as const;
        if (i === 0) context.moveTo(...at);
        else context.lineTo(...at);
      });
      context.closePath();
      return;
    case 'square':
      context.roundRect(x - width / 2, y - height / 2, width, height, 3);
      return;
    default:
      context.moveTo(x + width / 2, y);
      context.arc(x, y, width / 2, 0, 2 * Math.PI);
  }
}

/** Icons in and badges at nodes. */
export function paintImages(context: CanvasRenderingContext2D, nodes: readonly FieldNode[], palette: Palette, images: ImageSource): void {
  for (const { x, y, node } of nodes) {
    if (node.icon === null && node.badges.length === 0) continue;
    const { images: uris = [], imageSize = [], imageX = [], imageY = [] } = badgeData(node, palette) as Partial<Record<'images' | 'imageSize' | 'imageX' | 'imageY', string[]>>;
    const { width, height } = shapeSizes[node.shape];
    uris.forEach((uri, i) => {
      const image = images(uri);
      if (image === null) return;
      const size = Number.parseFloat(imageSize[i] ?? '16');
      const place = (text: string | undefined, extent: number) => (text === '50%' ? (extent - size) / 2 : Number.parseFloat(text ?? '0'));
      context.drawImage(image, x - width / 2 + place(imageX[i], width), y - height / 2 + place(imageY[i], height), size, size);
    });
  }
}
