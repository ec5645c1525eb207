import { Button, Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../../i18n';

/** A place on the page, and what is to be said of it. */
export interface TourStop {
  readonly selector: string;
  readonly title: string;
  readonly text: string;
}

interface Props {
  readonly label: string;
  readonly stops: readonly TourStop[];
  readonly onClose: () => void;
}

/** A walk over a page: what is where. Stops whose place is not on the page are passed over. */
export function Tour({ label, stops, onClose }: Props) {
  const [present] = useState(() => stops.filter(({ selector }) => document.querySelector(selector) !== null));
  const [at, setAt] = useState(0);
  const [place, setPlace] = useState({ x: 0, y: 0 });
  const card = useRef<HTMLDivElement>(null);
  const stop = present[at];
  useLayoutEffect(() => {
    const target = stop && document.querySelector(stop.selector);
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
    <div ref={card} className="weft-tour" style={{ insetInlineStart: place.x, insetBlockStart: place.y }} role="dialog" aria-label={label} data-test="tour">
      <Card isCompact>
        <CardTitle component="h2">
          {stop.title} <span className="weft-subtle">{t('graph.tour.step', { at: at + 1, count: present.length })}</span>
        </CardTitle>
        <CardBody>{stop.text}</CardBody>
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
