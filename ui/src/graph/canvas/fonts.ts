/** What is written on a canvas, in its fonts: names, and the lock of mTLS. */
const used = [
  ['500 12px "Red Hat Text"', 'a'],
  ['400 12px "Red Hat Text"', 'a'],
  ['12px "pf-v6-pficon"', '\ue923'],
] as const;

/** A font that does not come keeps nobody from seeing the graph. */
const patience = 1500;

let loaded = false;

/** Whether text can be drawn as it will stay: what is drawn in another font is kept as a picture by Cytoscape, and stays wrong. */
export function areFontsLoaded(): boolean {
  return loaded || typeof document.fonts?.load !== 'function';
}

/** Resolves when the fonts are there, or will not come soon. */
export async function loadFonts(): Promise<void> {
  if (areFontsLoaded()) return;
  const fonts = Promise.allSettled(used.map(([font, text]) => document.fonts.load(font, text)));
  await Promise.race([fonts, new Promise((resolve) => setTimeout(resolve, patience))]);
  loaded = true;
}
