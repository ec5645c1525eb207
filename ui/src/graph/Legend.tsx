import { Button, Title } from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import type { ReactNode } from 'react';
import { t, type TextKey } from '../i18n';
import { useTheme } from '../shell/theme';
import { discUri, glyphUri, type IconName } from './canvas/icons';
import { readPalette, type Palette } from './canvas/palette';

/** What the shapes, colours and badges of the canvas mean, drawn with the canvas' own palette. */
export function Legend({ onClose }: { readonly onClose: () => void }) {
  const [theme] = useTheme();
  const palette = readPalette(document.documentElement, theme === 'dark');
  return (
    <aside className="weft-legend" aria-label={t('graph.legend')} data-test="graph-legend">
      <div className="weft-legend__head">
        <Title headingLevel="h2" size="md">
          {t('graph.legend')}
        </Title>
        <Button variant="plain" size="sm" aria-label={t('graph.legend.close')} icon={<TimesIcon />} onClick={onClose} />
      </div>
      <Group title="graph.legend.nodes">
        <Item text="graph.legend.workload">{shape(<circle cx="12" cy="12" r="9" />, palette)}</Item>
        <Item text="graph.legend.app">{shape(<rect x="3" y="3" width="18" height="18" rx="2" />, palette)}</Item>
        <Item text="graph.legend.service">{shape(<path d="M12 3 22 21H2z" strokeLinejoin="round" />, palette)}</Item>
        <Item text="graph.legend.operation">{shape(<path d="M7 4h10l5 8-5 8H7l-5-8z" />, palette)}</Item>
        <Item text="graph.legend.serviceEntry">{shape(<path d="M2 4h20l-3 8 3 8H2l3-8z" />, palette)}</Item>
        <Item text="graph.legend.box">
          {shape(<rect x="2" y="4" width="20" height="16" rx="4" fill={palette.boxFillInner} stroke={palette.boxBorder} />, palette)}
        </Item>
      </Group>
      <Group title="graph.legend.colors">
        {(['healthy', 'degraded', 'failure', 'idle'] as const).map((tone) => (
          <Item key={tone} text={`graph.legend.${tone}`}>
            {shape(<circle cx="12" cy="12" r="9" stroke={palette.node[tone]} strokeWidth="3" strokeDasharray={tone === 'idle' ? '4 3' : undefined} />, palette)}
          </Item>
        ))}
      </Group>
      <Group title="graph.legend.edges">
        {(['failure', 'degraded', 'healthy', 'tcp', 'idle'] as const).map((tone) => (
          <Item key={tone} text={`graph.legend.${tone}`}>
            <svg viewBox="0 0 32 12" width="32" height="12" aria-hidden="true">
              <path d="M1 6h24" stroke={palette.edge[tone]} strokeWidth="3" strokeDasharray={tone === 'idle' ? '4 3' : undefined} />
              <path d="m31 6-8-5v10z" fill={palette.edge[tone]} />
              {tone === 'tcp' && <path d="M20 1v10" stroke={palette.edge[tone]} strokeWidth="2" />}
            </svg>
          </Item>
        ))}
        <Item text="graph.legend.mtls">
          <span className="weft-legend__glyph" aria-hidden="true">
            {'\ue923'}
          </span>
        </Item>
      </Group>
      <Group title="graph.legend.animation">
        <Item text="graph.legend.request">
          {shape(<circle cx="12" cy="12" r="5" stroke={palette.edge.healthy} />, palette)}
        </Item>
        <Item text="graph.legend.error">
          {shape(<path d="m12 5 7 7-7 7-7-7z" fill={palette.edge.failure} stroke={palette.nodeFill} />, palette)}
        </Item>
        <Item text="graph.legend.tcp">{shape(<circle cx="12" cy="12" r="4" fill={palette.edge.tcp} stroke={palette.edge.tcp} />, palette)}</Item>
      </Group>
      <Group title="graph.legend.badges">
        {(['circuitBreaker', 'virtualService', 'outOfMesh', 'workloadEntry', 'waypoint', 'gateway', 'root'] as const).map((icon) => (
          <Item key={icon} text={`graph.legend.${icon}`}>
            <img src={discUri(icon, discColor(icon, palette), palette.badgeInk, palette.nodeFill)} width="20" height="20" alt="" />
          </Item>
        ))}
        {(['outside', 'inaccessible'] as const).map((icon) => (
          <Item key={icon} text={`graph.legend.${icon}`}>
            <img src={glyphUri(icon, palette.subtle)} width="20" height="20" alt="" />
          </Item>
        ))}
      </Group>
    </aside>
  );
}

function Group({ title, children }: { readonly title: TextKey; readonly children: ReactNode }) {
  return (
    <section>
      <Title headingLevel="h3" size="md" className="weft-legend__group">
        {t(title)}
      </Title>
      <ul className="weft-legend__items">{children}</ul>
    </section>
  );
}

function Item({ text, children }: { readonly text: TextKey; readonly children: ReactNode }) {
  return (
    <li className="weft-legend__item">
      <span className="weft-legend__sample">{children}</span>
      <span>{t(text)}</span>
    </li>
  );
}

function shape(content: ReactNode, palette: Palette): ReactNode {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill={palette.nodeFill} stroke={palette.subtle} strokeWidth="2">
      {content}
    </svg>
  );
}

function discColor(icon: IconName, palette: Palette): string {
  if (icon === 'outOfMesh') return palette.node.failure;
  return icon === 'gateway' || icon === 'root' ? palette.subtle : palette.badge;
}
