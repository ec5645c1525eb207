import { Popover, Title, type PopoverProps } from '@patternfly/react-core';
import type { ReactElement, ReactNode } from 'react';

interface Props extends Pick<PopoverProps, 'position' | 'minWidth' | 'maxWidth' | 'isVisible' | 'shouldOpen' | 'shouldClose'> {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly title: string;
  readonly body: ReactNode;
  readonly children: ReactElement;
}

/** PatternFly's popover with its heading inside of the body: its own header would be a second banner of the page, its heading of the sixth level. */
export function HeadedPopover({ label, title, body, children, ...rest }: Props) {
  return (
    <Popover
      {...rest}
      aria-label={label}
      bodyContent={
        <>
          <Title headingLevel="h2" size="md" className="weft-popover__title">
            {title}
          </Title>
          {body}
        </>
      }
    >
      {children}
    </Popover>
  );
}
