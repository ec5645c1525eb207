import '@patternfly/react-core/dist/styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { webRoot } from './api/http';
import { startLanguage } from './i18n';
import { startTheme } from './shell/theme';

startTheme();

// All pages live below <web root>/console; the bare root leads there.
const consoleRoot = `${webRoot()}console`;
if (!window.location.pathname.startsWith(consoleRoot)) {
  window.history.replaceState(null, '', consoleRoot + window.location.search);
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root"');
const host = createRoot(root);
void startLanguage()
  .then(() => import('./App'))
  .then(({ App }) =>
    host.render(
      <StrictMode>
        <App basename={consoleRoot} />
      </StrictMode>,
    ),
  );
