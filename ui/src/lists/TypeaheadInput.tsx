import { MenuToggle, Select, SelectList, SelectOption, TextInputGroup, TextInputGroupMain } from '@patternfly/react-core';
import { useState, type KeyboardEvent } from 'react';
import { t } from '../i18n';
import type { Choice } from '../shell/SimpleMenu';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly choices: readonly Choice<string>[];
  readonly onChoose: (value: string) => void;
}

/** One of many: what is typed narrows them down, arrow keys and Enter choose. */
export function TypeaheadInput({ id, label, placeholder, choices, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim().toLowerCase();
  const shown = choices.filter((choice) => choice.text.toLowerCase().includes(wanted));
  const active = open ? shown[Math.min(at, shown.length - 1)] : undefined;
  const optionId = (value: string) => `${id}-${value.replace(/\W/g, '-')}`;
  const choose = (value: string) => {
    setText('');
    setOpen(false);
    setAt(0);
    onChoose(value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) setOpen(false);
    else if (event.key === 'Enter' && active) choose(active.value);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (open && shown.length > 0) setAt((Math.min(at, shown.length - 1) + step + shown.length) % shown.length);
    } else return;
    event.preventDefault();
  };
  return (
    <Select
      isOpen={open}
      isScrollable
      variant="typeahead"
      onOpenChange={(isOpen) => !isOpen && setOpen(false)}
      onSelect={(_, value) => value !== undefined && value !== '' && choose(String(value))}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="typeahead" isFullWidth isExpanded={open} aria-label={label} onClick={() => setOpen(!open)} data-test={id}>
          <TextInputGroup isPlain>
            <TextInputGroupMain
              value={text}
              placeholder={placeholder}
              aria-label={label}
              autoComplete="off"
              role="combobox"
              isExpanded={open}
              aria-controls={`${id}-list`}
              {...(active && { 'aria-activedescendant': optionId(active.value) })}
              onClick={() => setOpen(true)}
              onChange={(_, value) => {
                setText(value);
                setAt(0);
                setOpen(true);
              }}
              onKeyDown={onKeyDown}
            />
          </TextInputGroup>
        </MenuToggle>
      )}
    >
      <SelectList id={`${id}-list`} aria-label={label}>
        {shown.map((choice) => (
          <SelectOption key={choice.value} id={optionId(choice.value)} value={choice.value} isFocused={choice === active}>
            {choice.text}
          </SelectOption>
        ))}
        {shown.length === 0 && (
          <SelectOption value="" isDisabled>
            {t('list.typeahead.none', { text })}
          </SelectOption>
        )}
      </SelectList>
    </Select>
  );
}
