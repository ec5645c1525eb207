import type { Catalogue } from '..';
import { details } from './details';
import { graph } from './graph';
import { lists } from './lists';
import { logs } from './logs';
import { main } from './main';
import { mesh } from './mesh';
import { metrics } from './metrics';
import { overview } from './overview';
import { pages } from './pages';
import { shell } from './shell';
import { traces } from './traces';

/** The console in Spanish. What is missing stands in English. */
export const es: Catalogue = { ...main, ...pages, ...lists, ...details, ...graph, ...logs, ...mesh, ...metrics, ...overview, ...shell, ...traces };
