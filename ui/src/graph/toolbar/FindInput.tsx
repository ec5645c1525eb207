import {
  Button,
  FormHelperText,
  HelperText,
  HelperTextItem,
  MenuToggle,
  Select,
  SelectList,
  SelectOption,
  TextInputGroup,
  TextInputGroupMain,
  TextInputGroupUtilities,
} from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { Preset } from '../../api/config';
import { t } from '../../i18n';
import { completeOperand } from '../find/complete';

interface Props {
  readonly kind: 'find' | 'hide';
  /** The expression in force. */
  readonly value: string;
  readonly error: string | null;
  readonly matches: number | null;
  readonly presets: readonly Preset[];
  /** What Tab completes; the operands of the traffic graph, if nothing else is said. */
  readonly operands?: readonly { readonly name: string }[];
  readonly onApply: (text: string) => void;
}

/** A field of the find and hide language: Enter applies, Tab completes an operand, pasted text applies at once. */
export function FindInput({ kind, value, error, matches, presets, operands, onApply }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const apply = (expression: string) => {
    setDraft(null);
    onApply(expression.trim());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') apply(text);
    else if (event.key === 'Escape') setDraft(null);
    else if (event.key === 'Tab' && !event.shiftKey) {
      const completed = completeOperand(text, operands);
      if (completed === null) return;
      event.preventDefault();
      setDraft(completed);
    }
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    event.preventDefault();
    const [start, end] = [input.selectionStart ?? text.length, input.selectionEnd ?? text.length];
    apply(text.slice(0, start) + event.clipboardData.getData('text') + text.slice(end));
  };
  const errorId = `graph_${kind}_error`;
  return (
    <div className="weft-find">
      <TextInputGroup validated={error === null ? undefined! : 'error'}>
        <TextInputGroupMain
          inputId={`graph_${kind}`}
          aria-label={t(`graph.${kind}.label`)}
          placeholder={t(`graph.${kind}`)}
          value={text}
          inputProps={{
            'data-test': `graph-${kind}`,
            onKeyDown,
            onPaste,
            autoComplete: 'off',
            spellCheck: false,
            ...(error !== null && { 'aria-invalid': true, 'aria-describedby': errorId }),
          }}
          onChange={(_, next) => setDraft(next)}
          onBlur={() => draft !== null && draft !== value && apply(draft)}
        />
        {(text !== '' || matches !== null) && (
          <TextInputGroupUtilities>
            {matches !== null && error === null && <span className="weft-find__count" role="status">{t(`graph.${kind}.matches`, { count: matches })}</span>}
            <Button variant="plain" aria-label={t(`graph.${kind}.clear`)} icon={<TimesIcon />} onClick={() => apply('')} />
          </TextInputGroupUtilities>
        )}
      </TextInputGroup>
      <PresetMenu kind={kind} presets={presets} value={value} onApply={apply} />
      {error !== null && (
        <FormHelperText className="weft-find__error">
          <HelperText>
            <HelperTextItem id={errorId} variant="error">
              {error}
            </HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </div>
  );
}

function PresetMenu({ kind, presets, value, onApply }: Pick<Props, 'kind' | 'presets' | 'value'> & { readonly onApply: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  if (presets.length === 0) return null;
  return (
    <Select
      isOpen={open}
      selected={value}
      onOpenChange={setOpen}
      onSelect={(_, chosen) => {
        setOpen(false);
        onApply(String(chosen));
      }}
      popperProps={{ position: 'end' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          id={`graph_${kind}_presets`}
          className="weft-find__presets"
          aria-label={t(`graph.${kind}.presets`)}
          isExpanded={open}
          onClick={() => setOpen(!open)}
        />
      )}
    >
      <SelectList aria-label={t(`graph.${kind}.presets`)}>
        {presets.map((preset) => (
          <SelectOption key={preset.expression} value={preset.expression} description={preset.expression}>
            {preset.description}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
