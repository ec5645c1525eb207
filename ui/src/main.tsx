import '@patternfly/react-core/dist/styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { webRoot } from './api/http';
import { App } from './App';
import { startTheme } from './shell/theme';
import './console.css';
import './shell/shell.css';
import './shell/layout.css';

startTheme();

// All pages live below <web root>/console; the bare root leads there.
const consoleRoot = `${webRoot()}console`;
if (!window.location.pathname.startsWith(consoleRoot)) {
  window.history.replaceState(null, '', consoleRoot + window.location.search);
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root"');
createRoot(root).render(
  <StrictMode>
    <App basename={consoleRoot} />
  </StrictMode>,
);
