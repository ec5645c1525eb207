import type { TourStop } from '../graph/tour/Tour';
import { t } from '../i18n';

const places = [
  ['time', '#time_range_duration-toggle'],
  ['find', '#graph_find'],
  ['hide', '#graph_hide'],
  ['layout', '#mesh-layout-toggle'],
  ['parts', '.weft-mesh__parts'],
  ['canvas', '[data-test="graph-canvas"]'],
  ['panel', '[data-test="graph-side-panel"]'],
  ['legend', '#toolbar_toggle_legend'],
] as const;

/** What there is on the mesh page. */
export const meshTour = (): readonly TourStop[] => places.map(([name, selector]) => ({ selector, title: t(`mesh.tour.${name}`), text: t(`mesh.tour.${name}.text`) }));
