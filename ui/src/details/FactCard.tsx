import { Card, CardBody, CardTitle, DescriptionList } from '@patternfly/react-core';
import type { ReactNode } from 'react';

/** A card of terms and their descriptions, or of anything else under a heading. */
export function FactCard({ title, children, id }: { readonly title: ReactNode; readonly children: ReactNode; readonly id?: string }) {
  return (
    <Card isCompact className="weft-card" {...(id && { 'data-test': id })}>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>{children}</CardBody>
    </Card>
  );
}

export function Facts({ children }: { readonly children: ReactNode }) {
  return (
    <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '9rem' }}>
      {children}
    </DescriptionList>
  );
}
