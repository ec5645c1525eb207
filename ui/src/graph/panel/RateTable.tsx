import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { t } from '../../i18n';
import { decimal, percent } from '../format';
import { errorPercent, type RequestRates } from '../traffic';

export interface RateRow {
  readonly name: string;
  readonly rates: RequestRates;
}

interface Props {
  readonly title: string;
  readonly rows: readonly RateRow[];
  readonly isGrpc?: boolean;
}

/** Rates of requests with their shares of success and error, and a bar of the kinds of response below each. */
export function RateTable({ title, rows, isGrpc = false }: Props) {
  return (
    <section className="weft-panel__section">
      <h3 className="weft-panel__heading">{title}</h3>
      <Table variant="compact" borders={false} aria-label={title} className="weft-panel__table">
        <Thead>
          <Tr>
            {rows.length > 1 && <Th screenReaderText={title} width={15} />}
            <Th>{t('panel.col.total')}</Th>
            <Th>{t('panel.col.success')}</Th>
            <Th>{t('panel.col.error')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {rows.map(({ name, rates }) => (
            <Tr key={name}>
              {rows.length > 1 && <Td>{name}</Td>}
              <Td>{decimal(rates.total)}</Td>
              <Td>{rates.total === 0 ? '–' : percent(100 - errorPercent(rates))}</Td>
              <Td>{rates.total === 0 ? '–' : percent(errorPercent(rates))}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {rows
        .filter(({ rates }) => rates.total > 0)
        .map(({ name, rates }) => (
          <ResponseBar key={name} name={rows.length > 1 ? name : ''} rates={rates} isGrpc={isGrpc} />
        ))}
    </section>
  );
}

const kinds = [
  ['ok', 'panel.ok'],
  ['redirect', 'panel.redirect'],
  ['clientError', 'panel.clientError'],
  ['serverError', 'panel.serverError'],
  ['noResponse', 'panel.noResponse'],
] as const;

function ResponseBar({ name, rates, isGrpc }: { readonly name: string; readonly rates: RequestRates; readonly isGrpc: boolean }) {
  const parts = kinds
    .map(([key, text]) => ({ key, text: t(isGrpc && key === 'serverError' ? 'panel.grpcError' : text), share: (100 * rates[key]) / rates.total }))
    .filter((part) => part.share > 0);
  const summary = parts.map((part) => `${part.text} ${percent(part.share)}`).join(', ');
  return (
    <div className="weft-bar">
      {name !== '' && <span className="weft-bar__name">{name}</span>}
      <div className="weft-bar__track" role="img" aria-label={summary}>
        {parts.map((part) => (
          <span key={part.key} className={`weft-bar__part weft-bar__part--${part.key}`} style={{ width: `${part.share}%` }} />
        ))}
      </div>
      <ul className="weft-bar__legend">
        {parts.map((part) => (
          <li key={part.key}>
            <span className={`weft-bar__dot weft-bar__part--${part.key}`} aria-hidden="true" />
            {part.text} {percent(part.share)}
          </li>
        ))}
      </ul>
    </div>
  );
}
