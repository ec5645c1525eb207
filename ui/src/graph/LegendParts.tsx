import { Button, Title } from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import type { ReactNode } from 'react';
import { t, type TextKey } from '../i18n';
import type { Palette } from './canvas/palette';

/** The column at the left in which a legend stands. */
export function LegendFrame({ onClose, children }: { readonly onClose: () => void; readonly children: ReactNode }) {
  return (
    <aside className="weft-legend" aria-label={t('graph.legend')} data-test="graph-legend">
      <div className="weft-legend__head">
        <Title headingLevel="h2" size="md">
          {t('graph.legend')}
        </Title>
        <Button variant="plain" size="sm" aria-label={t('graph.legend.close')} icon={<TimesIcon />} onClick={onClose} />
      </div>
      {children}
    </aside>
  );
}

export function LegendGroup({ title, children }: { readonly title: TextKey; readonly children: ReactNode }) {
  return (
    <section>
      <Title headingLevel="h3" size="md" className="weft-legend__group">
        {t(title)}
      </Title>
      <ul className="weft-legend__items">{children}</ul>
    </section>
  );
}

export function LegendItem({ text, children }: { readonly text: TextKey; readonly children: ReactNode }) {
  return (
    <li className="weft-legend__item">
      <span className="weft-legend__sample">{children}</span>
      <span>{t(text)}</span>
    </li>
  );
}

/** A shape as the canvas draws it. */
export function legendShape(content: ReactNode, palette: Palette): ReactNode {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill={palette.nodeFill} stroke={palette.subtle} strokeWidth="2">
      {content}
    </svg>
  );
}
