import { Tooltip } from '@patternfly/react-core';
import { t } from '../i18n';
import { statLabel } from '../metrics/series';
import { formatSeconds } from '../metrics/units';
import { heat, heatmapIntervals, heatmapStats, type HeatmapCell } from './heatmap';
import './traces.css';

/** How a duration compares with what was usual: green is faster, red is slower. */
export function Heatmap({ cells, name }: { readonly cells: readonly HeatmapCell[]; readonly name: string }) {
  if (cells.every(({ difference }) => difference === null)) return <span className="weft-subtle">{t('traces.heatmap.none')}</span>;
  return (
    <table className="weft-heatmap" aria-label={t('traces.heatmap', { name })}>
      <thead>
        <tr>
          <td />
          {heatmapStats.map((stat) => (
            <th key={stat} scope="col">
              {statLabel(stat)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {heatmapIntervals.map((interval) => (
          <tr key={interval}>
            <th scope="row">{interval}</th>
            {heatmapStats.map((stat) => (
              <Cell key={stat} cell={cells.find((item) => item.stat === stat && item.interval === interval)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ cell }: { readonly cell: HeatmapCell | undefined }) {
  const difference = cell?.difference ?? null;
  if (cell === undefined || difference === null) return <td className="weft-subtle">–</td>;
  const strength = heat(difference);
  const text = `${difference >= 0 ? '+' : '−'}${formatSeconds(Math.abs(difference) / 1000)}`;
  const hint = t(difference >= 0 ? 'traces.heatmap.slower' : 'traces.heatmap.faster', { by: formatSeconds(Math.abs(difference) / 1000), stat: statLabel(cell.stat), interval: cell.interval });
  return (
    <Tooltip content={hint}>
      <td style={{ background: `color-mix(in srgb, var(--pf-t--global--color--status--${strength > 0 ? 'danger' : 'success'}--default) ${Math.round(10 + 50 * Math.abs(strength))}%, transparent)` }}>{text}</td>
    </Tooltip>
  );
}
