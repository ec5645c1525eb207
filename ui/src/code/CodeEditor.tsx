import 'monaco-editor/esm/vs/editor/contrib/find/browser/findController.js';
import 'monaco-editor/esm/vs/editor/contrib/folding/browser/folding.js';
import 'monaco-editor/esm/vs/editor/contrib/hover/browser/hoverContribution.js';
import 'monaco-editor/esm/vs/basic-languages/yaml/yaml.contribution.js';
import * as monaco from 'monaco-editor/esm/vs/editor/editor.api.js';
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTheme } from '../shell/theme';
import type { CodeMarker } from './CodeView';
import './code.css';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

// Keys of YAML in a teal that can be read on marked lines too.
monaco.editor.defineTheme('weft-light', { base: 'vs', inherit: true, rules: [{ token: 'type', foreground: '005f63' }], colors: {} });

interface Props {
  readonly text: string;
  readonly label: string;
  readonly markers?: readonly CodeMarker[];
  readonly onLine?: (line: number) => void;
}

const severities = { error: monaco.MarkerSeverity.Error, warning: monaco.MarkerSeverity.Warning, info: monaco.MarkerSeverity.Info } as const;

/** Monaco, to read. JSON is coloured as YAML, which contains it. */
export default function CodeEditor({ text, label, markers = [], onLine }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const [theme] = useTheme();
  const tellLine = useEffectEvent((line: number) => onLine?.(line));

  useEffect(() => {
    if (host.current === null) return;
    const created = monaco.editor.create(host.current, {
      language: 'yaml',
      readOnly: true,
      domReadOnly: true,
      ariaLabel: label,
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fontSize: 13,
      renderLineHighlight: 'all',
      wordWrap: 'on',
      glyphMargin: true,
      stickyScroll: { enabled: false },
      // The last line's number would be too pale to read.
      renderFinalNewline: 'on',
      unicodeHighlight: { ambiguousCharacters: false },
      // Tab leaves the editor: it is to read, and a keyboard must not be caught in it.
      tabFocusMode: true,
    });
    const moved = created.onDidChangeCursorPosition(({ position }) => tellLine(position.lineNumber));
    editor.current = created;
    return () => {
      moved.dispose();
      created.getModel()?.dispose();
      created.dispose();
      editor.current = null;
    };
  }, [label]);

  useEffect(() => monaco.editor.setTheme(theme === 'dark' ? 'vs-dark' : 'weft-light'), [theme]);
  useEffect(() => {
    const model = editor.current?.getModel();
    // A refresh with the same text moves nothing.
    if (model && model.getValue() !== text) {
      const view = editor.current?.saveViewState() ?? null;
      model.setValue(text);
      editor.current?.restoreViewState(view);
    }
  }, [text, label]);
  useEffect(() => {
    const current = editor.current;
    const model = current?.getModel();
    if (!current || !model) return;
    monaco.editor.setModelMarkers(
      model,
      'validation',
      markers.map(({ line, message, severity }) => ({ startLineNumber: line, endLineNumber: line, startColumn: Math.max(1, model.getLineFirstNonWhitespaceColumn(line)), endColumn: model.getLineMaxColumn(line), message, severity: severities[severity] })),
    );
    const bars = current.createDecorationsCollection(
      markers.map(({ line, severity, message }) => ({
        range: new monaco.Range(line, 1, line, 1),
        options: { isWholeLine: true, className: `weft-code__line--${severity}`, glyphMarginClassName: `weft-code__glyph weft-code__glyph--${severity}`, glyphMarginHoverMessage: { value: message } },
      })),
    );
    return () => bars.clear();
  }, [markers, text, label]);

  return <div ref={host} className="weft-code__editor" data-test="code-editor" />;
}
