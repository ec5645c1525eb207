import { useTheme } from '../shell/theme';
import { discUri, glyphUri, type IconName } from './canvas/icons';
import { readPalette, type Palette } from './canvas/palette';
import { LegendFrame, LegendGroup, LegendItem, legendShape } from './LegendParts';

/** What the shapes, colours and badges of the canvas mean, drawn with the canvas' own palette. */
export function Legend({ onClose }: { readonly onClose: () => void }) {
  const [theme] = useTheme();
  const palette = readPalette(document.documentElement, theme === 'dark');
  return (
    <LegendFrame onClose={onClose}>
      <LegendGroup title="graph.legend.nodes">
        <LegendItem text="graph.legend.workload">{legendShape(<circle cx="12" cy="12" r="9" />, palette)}</LegendItem>
        <LegendItem text="graph.legend.app">{legendShape(<rect x="3" y="3" width="18" height="18" rx="2" />, palette)}</LegendItem>
        <LegendItem text="graph.legend.service">{legendShape(<path d="M12 3 22 21H2z" strokeLinejoin="round" />, palette)}</LegendItem>
        <LegendItem text="graph.legend.operation">{legendShape(<path d="M7 4h10l5 8-5 8H7l-5-8z" />, palette)}</LegendItem>
        <LegendItem text="graph.legend.serviceEntry">{legendShape(<path d="M2 4h20l-3 8 3 8H2l3-8z" />, palette)}</LegendItem>
        <LegendItem text="graph.legend.box">
          {legendShape(<rect x="2" y="4" width="20" height="16" rx="4" fill={palette.boxFillInner} stroke={palette.boxBorder} />, palette)}
        </LegendItem>
      </LegendGroup>
      <LegendGroup title="graph.legend.colors">
        {(['healthy', 'degraded', 'failure', 'idle'] as const).map((tone) => (
          <LegendItem key={tone} text={`graph.legend.${tone}`}>
            {legendShape(<circle cx="12" cy="12" r="9" stroke={palette.node[tone]} strokeWidth="3" strokeDasharray={tone === 'idle' ? '4 3' : undefined} />, palette)}
          </LegendItem>
        ))}
      </LegendGroup>
      <LegendGroup title="graph.legend.edges">
        {(['failure', 'degraded', 'healthy', 'tcp', 'idle'] as const).map((tone) => (
          <LegendItem key={tone} text={`graph.legend.${tone}`}>
            <svg viewBox="0 0 32 12" width="32" height="12" aria-hidden="true">
              <path d="M1 6h24" stroke={palette.edge[tone]} strokeWidth="3" strokeDasharray={tone === 'idle' ? '4 3' : undefined} />
              <path d="m31 6-8-5v10z" fill={palette.edge[tone]} />
              {tone === 'tcp' && <path d="M20 1v10" stroke={palette.edge[tone]} strokeWidth="2" />}
            </svg>
          </LegendItem>
        ))}
        <LegendItem text="graph.legend.mtls">
          <span className="weft-legend__glyph" aria-hidden="true">
            {'\ue923'}
          </span>
        </LegendItem>
      </LegendGroup>
      <LegendGroup title="graph.legend.animation">
        <LegendItem text="graph.legend.request">
          {legendShape(<circle cx="12" cy="12" r="5" stroke={palette.edge.healthy} />, palette)}
        </LegendItem>
        <LegendItem text="graph.legend.error">
          {legendShape(<path d="m12 5 7 7-7 7-7-7z" fill={palette.edge.failure} stroke={palette.nodeFill} />, palette)}
        </LegendItem>
        <LegendItem text="graph.legend.tcp">{legendShape(<circle cx="12" cy="12" r="4" fill={palette.edge.tcp} stroke={palette.edge.tcp} />, palette)}</LegendItem>
      </LegendGroup>
      <LegendGroup title="graph.legend.badges">
        {(['circuitBreaker', 'virtualService', 'outOfMesh', 'workloadEntry', 'waypoint', 'gateway', 'root'] as const).map((icon) => (
          <LegendItem key={icon} text={`graph.legend.${icon}`}>
            <img src={discUri(icon, discColor(icon, palette), palette.badgeInk, palette.nodeFill)} width="20" height="20" alt="" />
          </LegendItem>
        ))}
        {(['outside', 'inaccessible'] as const).map((icon) => (
          <LegendItem key={icon} text={`graph.legend.${icon}`}>
            <img src={glyphUri(icon, palette.subtle)} width="20" height="20" alt="" />
          </LegendItem>
        ))}
      </LegendGroup>
    </LegendFrame>
  );
}

function discColor(icon: IconName, palette: Palette): string {
  if (icon === 'outOfMesh') return palette.node.failure;
  return icon === 'gateway' || icon === 'root' ? palette.subtle : palette.badge;
}
