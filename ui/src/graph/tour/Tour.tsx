import { Button, Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../../i18n';

const stops = [
  ['namespaces', '[data-test="namespace-dropdown"]'],
  ['traffic', '#graph-traffic-dropdown'],
  ['type', '#graph_type_dropdown-toggle'],
  ['time', '#time_range_duration-toggle'],
  ['replay', '[data-test="graph-replay-start"]'],
  ['display', '#display-settings'],
  ['find', '#graph_find'],
  ['canvas', '[data-test="graph-canvas"]'],
  ['menu', '[data-test="graph-canvas"]'],
  ['panel', '[data-test="graph-side-panel"]'],
  ['layout', '#toolbar_layout-toggle'],
  ['legend', '#toolbar_toggle_legend'],
] as const;

/** A walk over the graph page: what is where. Stops whose place is not on the page are passed over. */
export function Tour({ onClose }: { readonly onClose: () => void }) {
  const [present] = useState(() => stops.filter(([, selector]) => document.querySelector(selector) !== null));
  const [at, setAt] = useState(0);
  const [place, setPlace] = useState({ x: 0, y: 0 });
  const card = useRef<HTMLDivElement>(null);
  const stop = present[at];
  useLayoutEffect(() => {
    const target = stop && document.querySelector(stop[1]);
    if (!target || !card.current) return;
    const [box, own] = [target.getBoundingClientRect(), card.current.getBoundingClientRect()];
    const below = box.bottom + own.height + 12 < window.innerHeight;
    const large = box.height > window.innerHeight / 2;
    setPlace({
      x: Math.max(8, Math.min(window.innerWidth - own.width - 8, large ? box.left + box.width / 2 - own.width / 2 : box.left)),
      y: large ? box.top + box.height / 2 - own.height / 2 : below ? box.bottom + 8 : Math.max(8, box.top - own.height - 8),
    });
    target.classList.add('weft-tour__target');
    card.current.querySelector<HTMLButtonElement>('[data-next]')?.focus();
    return () => target.classList.remove('weft-tour__target');
  }, [stop]);
  useEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === 'Escape' && onClose();
    window.addEventListener('keydown', escape);
    return () => window.removeEventListener('keydown', escape);
  }, [onClose]);
  if (stop === undefined) return null;
  const isLast = at === present.length - 1;
  return (
    <div ref={card} className="weft-tour" style={{ insetInlineStart: place.x, insetBlockStart: place.y }} role="dialog" aria-label={t('graph.tour')} data-test="graph-tour">
      <Card isCompact>
        <CardTitle component="h2">
          {t(`graph.tour.${stop[0]}`)} <span className="weft-subtle">{t('graph.tour.step', { at: at + 1, count: present.length })}</span>
        </CardTitle>
        <CardBody>{t(`graph.tour.${stop[0]}.text`)}</CardBody>
        <CardFooter>
          <div className="weft-row">
            {at > 0 && (
              <Button variant="secondary" size="sm" onClick={() => setAt(at - 1)}>
                {t('graph.tour.back')}
              </Button>
            )}
            <Button size="sm" data-next onClick={() => (isLast ? onClose() : setAt(at + 1))}>
              {t(isLast ? 'graph.tour.done' : 'graph.tour.next')}
            </Button>
            <Button variant="link" size="sm" onClick={onClose}>
              {t('action.close')}
            </Button>
          </div>
        </CardFooter>
      </Card>
    </div>
  );
}
