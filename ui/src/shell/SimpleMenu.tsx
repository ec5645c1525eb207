import { MenuToggle, Select, SelectList, SelectOption } from '@patternfly/react-core';
import { useState } from 'react';

export interface Choice<T extends string | number> {
  readonly value: T;
  readonly text: string;
  readonly description?: string;
}

interface Props<T extends string | number> {
  readonly id: string;
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly isDisabled?: boolean;
  /** Shown while `value` is none of the choices. */
  readonly placeholder?: string;
  readonly isScrollable?: boolean;
  readonly icon?: React.ReactNode;
  readonly onChange: (value: T) => void;
}

/** One of several, as a menu that shows the present choice. */
export function SimpleMenu<T extends string | number>({ id, label, value, choices, isDisabled = false, placeholder, isScrollable = false, icon, onChange }: Props<T>) {
  const [open, setOpen] = useState(false);
  const present = choices.find((choice) => choice.value === value)?.text ?? placeholder ?? String(value);
  return (
    <Select
      isOpen={open}
      isScrollable={isScrollable}
      selected={value}
      onOpenChange={setOpen}
      onSelect={(_, chosen) => {
        setOpen(false);
        onChange(chosen as T);
      }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          id={`${id}-toggle`}
          data-test={id}
          aria-label={`${label}: ${present}`}
          isExpanded={open}
          isDisabled={isDisabled}
          icon={icon}
          onClick={() => setOpen(!open)}
        >
          {present}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={label}>
        {choices.map((choice) => (
          <SelectOption key={choice.value} value={choice.value} id={String(choice.value)} description={choice.description}>
            {choice.text}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
