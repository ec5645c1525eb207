import type { HealthStatus } from '../api/graph';
import { t } from '../i18n';
import { ContextLink } from '../shell/ContextLink';
import '../metrics/metrics.css';

const order: readonly HealthStatus[] = ['Failure', 'Degraded', 'Not Ready', 'Healthy', 'NA'];
const [size, radius, thickness] = [120, 50, 16];

/** Applications by health: a ring, and each number a link to the list of them. */
export function HealthDonut({ counts, path }: { readonly counts: Readonly<Record<HealthStatus, number>>; readonly path: string }) {
  const total = order.reduce((sum, status) => sum + counts[status], 0);
  const circumference = 2 * Math.PI * radius;
  let turned = 0;
  return (
    <div className="weft-donut">
      <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={order.map((status) => `${t(`panel.health.${status}`)} ${counts[status]}`).join(', ')}>
        {order
          .filter((status) => counts[status] > 0)
          .map((status) => {
            const share = counts[status] / total;
            const dash = <circle key={status} cx={size / 2} cy={size / 2} r={radius} fill="none" strokeWidth={thickness} className={`weft-donut__part weft-donut__part--${status.replace(' ', '')}`} strokeDasharray={`${Math.max(0, share * circumference - 2)} ${circumference}`} strokeDashoffset={-turned * circumference} transform={`rotate(-90 ${size / 2} ${size / 2})`} />;
            turned += share;
            return dash;
          })}
        <text x={size / 2} y={size / 2 - 2} textAnchor="middle" className="weft-donut__total">
          {total}
        </text>
        <text x={size / 2} y={size / 2 + 15} textAnchor="middle" className="weft-donut__unit">
          {t('overview.apps')}
        </text>
      </svg>
      <ul className="weft-donut__legend">
        {order.map((status) => (
          <li key={status}>
            <span className={`weft-chart__dot weft-donut__dot--${status.replace(' ', '')}`} />
            {counts[status] === 0 ? (
              <span className="weft-subtle">
                {counts[status]} {t(`panel.health.${status}`)}
              </span>
            ) : (
              <ContextLink to={`${path}?health=${encodeURIComponent(status)}`}>
                {counts[status]} {t(`panel.health.${status}`)}
              </ContextLink>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
