import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { t } from '../i18n';
import { SpanFactsList } from '../traces/SpanFactsList';
import { accessLogFields, parseAccessLog, responseFlags } from './accessLog';
import { jsonOf, type LogLine } from './logLines';
import './logs.css';

/** What a line says, field by field: an access log line with the meaning of each field, a line in JSON, or a span. */
export function LineDialog({ line, onClose }: { readonly line: LogLine; readonly onClose: () => void }) {
  return (
    <Modal isOpen onClose={onClose} variant="large" aria-labelledby="line-title" data-test="log-line-dialog">
      <ModalHeader labelId="line-title" title={line.span ? line.span.operation : t(jsonOf(line.message) ? 'logs.json' : 'logs.accessLog')} description={new Date(line.time).toLocaleString()} />
      <ModalBody tabIndex={0}>
        {line.span ? <SpanFactsList span={line.span} /> : <Fields line={line} />}
        {line.span === null && <pre className="weft-log__raw">{line.message}</pre>}
      </ModalBody>
    </Modal>
  );
}

function Fields({ line }: { readonly line: LogLine }) {
  const json = jsonOf(line.message);
  const access = parseAccessLog(line.message);
  const rows = json
    ? Object.entries(json).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value), ''] as const)
    : access
      ? accessLogFields.map((field) => [t(`accessLog.${field}`), access[field], field === 'responseFlags' ? flagsText(access[field]) : t(`accessLog.${field}.text`)] as const)
      : [];
  return (
    <Table variant="compact" aria-label={t('logs.fields')}>
      <Thead>
        <Tr>
          <Th width={20}>{t('logs.field')}</Th>
          <Th width={40}>{t('logs.value')}</Th>
          {access && <Th>{t('logs.meaning')}</Th>}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map(([name, value, meaning]) => (
          <Tr key={name}>
            <Td>{name}</Td>
            <Td modifier="breakWord" className="weft-mono">
              {value}
            </Td>
            {access && <Td className="weft-subtle">{meaning}</Td>}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function flagsText(flags: string): string {
  if (flags === '-') return t('accessLog.noFlags');
  return flags.split(',').map((flag) => `${flag}: ${responseFlags[flag] ?? '?'}`).join('. ');
}
