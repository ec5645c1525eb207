import { readPalette } from '../graph/canvas/palette';
import { LegendFrame, LegendGroup, LegendItem, legendShape } from '../graph/LegendParts';
import { useTheme } from '../shell/theme';

/** What shapes and colours of the mesh mean, drawn with the canvas' own palette. */
export function MeshLegend({ onClose }: { readonly onClose: () => void }) {
  const [theme] = useTheme();
  const palette = readPalette(document.documentElement, theme === 'dark');
  return (
    <LegendFrame onClose={onClose}>
      <LegendGroup title="graph.legend.nodes">
        <LegendItem text="mesh.legend.controlPlane">{legendShape(<rect x="3" y="3" width="18" height="18" rx="2" />, palette)}</LegendItem>
        <LegendItem text="mesh.legend.dataPlane">{legendShape(<path d="M7 4h10l5 8-5 8H7l-5-8z" />, palette)}</LegendItem>
        <LegendItem text="mesh.legend.component">{legendShape(<circle cx="12" cy="12" r="9" />, palette)}</LegendItem>
        <LegendItem text="mesh.legend.external">{legendShape(<circle cx="12" cy="12" r="9" strokeDasharray="4 3" />, palette)}</LegendItem>
        <LegendItem text="mesh.legend.box">{legendShape(<rect x="2" y="4" width="20" height="16" rx="4" fill={palette.boxFillInner} stroke={palette.boxBorder} />, palette)}</LegendItem>
      </LegendGroup>
      <LegendGroup title="graph.legend.colors">
        {(['healthy', 'degraded', 'failure', 'plain'] as const).map((tone) => (
          <LegendItem key={tone} text={`mesh.legend.${tone}`}>
            {legendShape(<circle cx="12" cy="12" r="9" stroke={palette.node[tone]} strokeWidth="3" />, palette)}
          </LegendItem>
        ))}
      </LegendGroup>
      <LegendGroup title="graph.legend.edges">
        {(['healthy', 'degraded', 'failure', 'idle'] as const).map((tone) => (
          <LegendItem key={tone} text={`mesh.legend.edge.${tone}`}>
            <svg viewBox="0 0 32 12" width="32" height="12" aria-hidden="true">
              <path d="M1 6h24" stroke={palette.edge[tone]} strokeWidth="3" strokeDasharray={tone === 'idle' ? '4 3' : undefined} />
              <path d="m31 6-8-5v10z" fill={palette.edge[tone]} />
            </svg>
          </LegendItem>
        ))}
      </LegendGroup>
    </LegendFrame>
  );
}
