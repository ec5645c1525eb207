import { Checkbox } from '@patternfly/react-core';
import { t } from '../i18n';
import { SimpleMenu } from '../shell/SimpleMenu';
import { spanLimits } from './spanLimits';

interface Props {
  readonly id: string;
  readonly isOn: boolean;
  readonly limit: number;
  readonly onChange: (change: { readonly spans?: boolean; readonly spanLimit?: number }) => void;
}

/** Whether spans are laid over what a tab shows, and how many. */
export function SpansControl({ id, isOn, limit, onChange }: Props) {
  return (
    <span className="weft-row">
      <Checkbox id={id} label={t('metrics.spans')} isChecked={isOn} onChange={(_, spans) => onChange({ spans })} />
      {isOn && (
        <SimpleMenu
          id={`${id}-limit`}
          label={t('metrics.spans.limit')}
          value={limit}
          choices={spanLimits.map((value) => ({ value: Number(value), text: t('metrics.spans.last', { count: value }) }))}
          onChange={(spanLimit) => onChange({ spanLimit })}
        />
      )}
    </span>
  );
}
