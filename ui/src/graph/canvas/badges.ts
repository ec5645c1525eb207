import type { BadgePlace, SceneNode } from '../scene';
import { discUri, glyphUri } from './icons';
import type { Palette } from './palette';

const discSize = 16;
const glyphSize = 16;

/** Offsets of a badge's upper left corner from that of its node's box, as the canvas wants them. */
const offsets: Readonly<Record<BadgePlace, readonly [x: string, y: string]>> = {
  upperLeft: ['-7px', '-5px'],
  lowerLeft: ['-7px', '23px'],
  lowerRight: ['25px', '23px'],
  upperRight: ['25px', '-5px'],
  label: ['9px', '-15px'],
};

/** The images of a node as parallel lists, absent when it has none. */
export function badgeData(node: SceneNode, palette: Palette): Record<string, unknown> {
  const images: { uri: string; size: number; x: string; y: string }[] = [];
  if (node.icon !== null) images.push({ uri: glyphUri(node.icon, palette.subtle), size: glyphSize, x: '50%', y: '50%' });
  for (const badge of node.badges) {
    const [x, y] = offsets[badge.place];
    const color = badge.icon === 'outOfMesh' ? palette.node.failure : badge.place === 'label' ? palette.subtle : palette.badge;
    images.push({ uri: discUri(badge.icon, color, palette.badgeInk, palette.nodeFill), size: discSize, x, y });
  }
  if (images.length === 0) return {};
  return {
    images: images.map((image) => image.uri),
    imageSize: images.map((image) => `${image.size}px`),
    imageX: images.map((image) => image.x),
    imageY: images.map((image) => image.y),
  };
}
