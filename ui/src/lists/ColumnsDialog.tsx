import { Button, Checkbox, List, ListItem, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { ColumnsIcon } from '@patternfly/react-icons/dist/esm/icons/columns-icon';
import { useState, type ReactNode } from 'react';
import { t } from '../i18n';

interface Props {
  readonly columns: readonly { readonly id: string; readonly title: string; readonly isFixed?: boolean }[];
  readonly hidden: readonly string[];
  /** All columns as they stand. */
  readonly order: readonly string[];
  readonly onChange: (change: { readonly hidden?: readonly string[]; readonly order?: readonly string[] }) => void;
}

/** A button with the dialog that says which columns a list shows, and in which order. Changes apply at once. */
export function ColumnsDialog(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="plain" icon={<ColumnsIcon />} aria-label={t('list.columns')} aria-haspopup="dialog" data-test="list-columns" onClick={() => setOpen(true)} />
      {open && <Dialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function Dialog({ columns, hidden, order, onChange, onClose }: Props & { readonly onClose: () => void }) {
  const isUsual = hidden.length === 0 && order.every((id, i) => columns[i]?.id === id);
  const show = (id: string, isShown: boolean) => onChange({ hidden: isShown ? hidden.filter((other) => other !== id) : [...hidden, id] });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="list-columns-title" data-test="list-columns-dialog">
      <ModalHeader title={t('list.columns')} labelId="list-columns-title" description={t('list.columns.intro')} />
      <ModalBody>
        <List isPlain isBordered aria-labelledby="list-columns-title">
          {order.flatMap((id) => columns.filter((column) => column.id === id)).map(({ id, title, isFixed }, i) => (
            <ListItem key={id}>
              <div className="weft-columns__row">
                <Checkbox
                  id={`list-column-${id}`}
                  label={title}
                  isChecked={isFixed === true || !hidden.includes(id)}
                  isDisabled={isFixed === true}
                  onChange={(_, isShown) => show(id, isShown)}
                />
                <span>
                  <MoveButton icon={<ArrowUpIcon />} label={t('list.columns.up', { title })} isLast={i === 0} onMove={() => onChange({ order: moved(order, id, -1) })} />
                  <MoveButton icon={<ArrowDownIcon />} label={t('list.columns.down', { title })} isLast={i === order.length - 1} onMove={() => onChange({ order: moved(order, id, 1) })} />
                </span>
              </div>
            </ListItem>
          ))}
        </List>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('list.columns.close')}</Button>
        <Button variant="link" className="weft-quiet" isAriaDisabled={isUsual} onClick={() => onChange({ hidden: [], order: [] })}>
          {t('list.columns.reset')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

interface MoveProps {
  readonly icon: ReactNode;
  readonly label: string;
  /** The column is at the end that the button moves to. */
  readonly isLast: boolean;
  readonly onMove: () => void;
}

/** Stays focusable where it can do nothing: a user who moves a column to the end by keyboard keeps the place in the dialog. */
function MoveButton({ icon, label, isLast, onMove }: MoveProps) {
  return <Button variant="plain" icon={icon} aria-label={label} isAriaDisabled={isLast} onClick={onMove} />;
}

function moved(order: readonly string[], id: string, by: -1 | 1): readonly string[] {
  const at = order.indexOf(id);
  const rest = order.filter((other) => other !== id);
  return [...rest.slice(0, at + by), id, ...rest.slice(at + by)];
}
