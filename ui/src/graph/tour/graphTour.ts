import { t } from '../../i18n';
import type { TourStop } from './Tour';

const places = [
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

/** What there is on the graph page. */
export const graphTour = (): readonly TourStop[] => places.map(([name, selector]) => ({ selector, title: t(`graph.tour.${name}`), text: t(`graph.tour.${name}.text`) }));
