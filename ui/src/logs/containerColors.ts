/** A colour per container, by its place; those of the charts, so that light and dark are legible. The proxy and spans have their own. */
export function containerColor(name: string, containers: readonly string[], isDark: boolean): string {
  if (name === 'istio-proxy') return isDark ? '#f5d76e' : '#6b5400';
  if (name === 'spans') return isDark ? '#b6a6e9' : '#5e40be';
  const colors = isDark ? ['#73bcf7', '#a2d149', '#ff8fb1', '#63d4d4'] : ['#004d99', '#3d7317', '#a30049', '#005f63'];
  return colors[Math.max(0, containers.indexOf(name)) % colors.length] ?? 'inherit';
}
