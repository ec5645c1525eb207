/// <reference types="vite/client" />

/** The version in package.json, written in by the build. */
declare const consoleVersion: string;

declare module 'cytoscape-dagre' {
  import type { Ext } from 'cytoscape';
  const register: Ext;
  export default register;
}

declare module 'cytoscape-fcose' {
  import type { Ext } from 'cytoscape';
  const register: Ext;
  export default register;
}

// Parts of Monaco that come without types.
declare module 'monaco-editor/esm/vs/editor/contrib/*';
declare module 'monaco-editor/esm/vs/basic-languages/*';

interface Window {
  MonacoEnvironment?: { getWorker: () => Worker };
}
