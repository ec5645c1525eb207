import { Content, DescriptionList } from '@patternfly/react-core';
import { t } from '../../i18n';
import { shortDuration } from '../../time/time';
import { byteRate } from '../format';
import type { TrafficSums } from '../traffic';
import { Fact } from './Fact';
import { RateTable } from './RateTable';

export interface NamedTraffic {
  readonly name: string;
  readonly sums: TrafficSums;
}

interface Props {
  readonly traffic: readonly NamedTraffic[];
  readonly duration: number;
  readonly countsMessages: boolean;
}

/** The traffic of one or more directions, a section per protocol that has any. */
export function TrafficSections({ traffic, duration, countsMessages }: Props) {
  const has = (of: (sums: TrafficSums) => number) => traffic.some(({ sums }) => of(sums) > 0);
  const [http, grpc, tcp] = [has((sums) => sums.http.total), has((sums) => sums.grpc.total), has((sums) => sums.tcp)];
  if (!http && !grpc && !tcp) {
    return (
      <section className="weft-panel__section">
        <h3 className="weft-panel__heading">{t('panel.noTraffic')}</h3>
        <Content component="small">{t('panel.noTraffic.text', { duration: shortDuration(duration) })}</Content>
      </section>
    );
  }
  return (
    <>
      {http && <RateTable title={t('panel.http')} rows={traffic.map(({ name, sums }) => ({ name, rates: sums.http }))} />}
      {grpc && (
        <RateTable
          title={t(countsMessages ? 'panel.grpc.messages' : 'panel.grpc')}
          rows={traffic.map(({ name, sums }) => ({ name, rates: sums.grpc }))}
          isGrpc
        />
      )}
      {tcp && (
        <section className="weft-panel__section">
          <h3 className="weft-panel__heading">{t('panel.tcp')}</h3>
          <DescriptionList isHorizontal isCompact>
            {traffic.map(({ name, sums }) => (
              <Fact key={name} term={name}>
                {byteRate(sums.tcp)}
              </Fact>
            ))}
          </DescriptionList>
        </section>
      )}
    </>
  );
}
