import type { GraphNode } from '../api/graph';
import { t } from '../i18n';

/** What sets a node apart, in sentences: what the badges on it stand for. */
export function nodeFeatures(node: GraphNode): readonly string[] {
  const hosts = (text: string, names: readonly string[]) => (names.length === 0 ? text : `${text}. ${t('panel.hosts', { hosts: names.join(', ') })}`);
  return [
    node.isServiceEntry && hosts(t('panel.feature.serviceEntry', { location: node.serviceEntryLocation ?? '' }), node.hosts.serviceEntry),
    node.isGateway && hosts(t('panel.feature.gateway'), node.hosts.gateway),
    node.hasVirtualService && hosts(t('panel.feature.virtualService'), node.hosts.virtualService),
    node.hasRequestRouting && t('panel.feature.requestRouting'),
    node.hasTrafficShifting && t('panel.feature.trafficShifting'),
    node.hasTcpTrafficShifting && t('panel.feature.tcpTrafficShifting'),
    node.hasFaultInjection && t('panel.feature.faultInjection'),
    node.hasMirroring && t('panel.feature.mirroring'),
    node.hasRequestTimeout && t('panel.feature.requestTimeout'),
    node.hasCircuitBreaker && t('panel.feature.circuitBreaker'),
    node.isOutOfMesh && t('panel.feature.outOfMesh'),
    node.workloadEntries.length > 0 && t('panel.feature.workloadEntry', { names: node.workloadEntries.join(', ') }),
    node.isRoot && t('panel.feature.root'),
    node.isIdle && t('panel.feature.idle'),
    node.isDead && t('panel.feature.dead'),
    node.isOutside && t('panel.feature.outside'),
    node.isInaccessible && t('panel.feature.inaccessible'),
  ].filter((feature) => typeof feature === 'string');
}
