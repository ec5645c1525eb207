/** Colours of lines that are told apart in either theme, also by those who see red and green alike. */
const light = ['#0066cc', '#d2691e', '#4f8a10', '#8a3ffc', '#c2185b', '#00797d', '#9a7400', '#5c5f66'];
const dark = ['#73bcf7', '#f4a259', '#a2d149', '#b6a6e9', '#ff8fb1', '#63d4d4', '#f5d76e', '#b8bbbe'];

export function chartColors(isDark: boolean): readonly string[] {
  return isDark ? dark : light;
}

/** That of the page. */
const font = '11px "Red Hat Text", RedHatText, "Noto Sans", Helvetica, Arial, sans-serif';

/** Text, grid and spans of a chart. The canvas cannot use CSS classes. */
export function chartInk(isDark: boolean) {
  return isDark
    ? { text: '#c7c7c7', grid: 'rgba(255,255,255,0.09)', span: '#b6a6e9', error: '#f56e6e', font }
    : { text: '#4d4d4d', grid: 'rgba(0,0,0,0.08)', span: '#5e40be', error: '#c9190b', font };
}
