import { Button, Content, Modal, ModalBody, ModalHeader } from '@patternfly/react-core';
import { QuestionCircleIcon } from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { t } from '../../i18n';
import { operands } from '../find/operands';

const examples = [
  ['http > 0.5', 'findHelp.example.1'],
  ['rt > 1000', 'findHelp.example.2'],
  ['%httperr > 5 or tcp > 0', 'findHelp.example.3'],
  ['! healthy and namespace = bookinfo', 'findHelp.example.4'],
  ['app = reviews and not (version = v1)', 'findHelp.example.5'],
  ['outofmesh or name = unknown', 'findHelp.example.6'],
] as const;

const operators = '=  !=  >  >=  <  <=  contains (*=)  not contains (!*=)  startswith (^=)  not startswith (!^=)  endswith ($=)  not endswith (!$=)';

/** A button with the help on the find and hide language, made from the language's own table. */
export function FindHelp() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="plain" aria-label={t('graph.find.help')} icon={<QuestionCircleIcon />} onClick={() => setOpen(true)} data-test="graph-find-hide-help-button" />
      {open && (
        <Modal isOpen variant="medium" onClose={() => setOpen(false)} aria-labelledby="find-help-title">
          <ModalHeader title={t('findHelp.title')} labelId="find-help-title" description={t('findHelp.intro')} />
          <ModalBody tabIndex={0} aria-label={t('findHelp.title')}>
            <Content component="p">{t('findHelp.grammar')}</Content>
            <Content component="h2">{t('findHelp.examples')}</Content>
            <Table variant="compact" borders={false} aria-label={t('findHelp.examples')}>
              <Thead>
                <Tr>
                  <Th>{t('findHelp.expression')}</Th>
                  <Th>{t('findHelp.finds')}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {examples.map(([expression, text]) => (
                  <Tr key={expression}>
                    <Td>
                      <code>{expression}</code>
                    </Td>
                    <Td>{t(text)}</Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
            <Content component="h2">{t('findHelp.operators')}</Content>
            <Content component="p">
              <code>{operators}</code>
            </Content>
            <OperandTable on="node" />
            <OperandTable on="edge" />
          </ModalBody>
        </Modal>
      )}
    </>
  );
}

function OperandTable({ on }: { readonly on: 'node' | 'edge' }) {
  const title = t(on === 'node' ? 'findHelp.nodes' : 'findHelp.edges');
  const kinds = ['string', 'number', 'unary'] as const;
  return (
    <>
      <Content component="h2">{title}</Content>
      <Table variant="compact" borders={false} aria-label={title}>
        <Thead>
          <Tr>
            <Th width={20}>{t('findHelp.kind')}</Th>
            <Th>{t('findHelp.operand')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {kinds.map((kind) => (
            <Tr key={kind}>
              <Td>{t(`findHelp.kind.${kind}`)}</Td>
              <Td>
                <code>
                  {operands
                    .filter((operand) => operand.on === on && operand.type === kind)
                    .map((operand) => (operand.aliases.length > 0 ? `${operand.name} (${operand.aliases.join(', ')})` : operand.name))
                    .concat(on === 'node' && kind === 'string' ? ['label:<key>'] : [])
                    .join(', ')}
                </code>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}
