import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

interface Props<T extends string> {
  /** Its name in the URL. */
  readonly parameter: string;
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly title: string }[];
  /** Before the tabs. */
  readonly head?: ReactNode;
  readonly children: (tab: T) => ReactNode;
}

/** Tabs within a tab, kept in the URL. */
export function SubTabs<T extends string>({ parameter, label, tabs, head, children }: Props<T>) {
  const [params, setParams] = useSearchParams();
  const present = tabs.find(({ id }) => id === params.get(parameter)) ?? tabs[0];
  if (present === undefined) return null;
  const choose = (id: string) =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      next.set(parameter, id);
      // The sorting of one table means nothing in the next.
      for (const other of ['sort', 'direction']) next.delete(other);
      return next;
    });
  const body = `${parameter}-view`;
  return (
    <>
      <div className="weft-row weft-envoy__head">
        {head}
        <Tabs activeKey={present.id} onSelect={(_, key) => choose(String(key))} isSubtab aria-label={label}>
          {tabs.map(({ id, title }) => (
            <Tab key={id} eventKey={id} title={<TabTitleText>{title}</TabTitleText>} tabContentId={body} />
          ))}
        </Tabs>
      </div>
      <section id={body} role="tabpanel" aria-label={present.title}>
        {children(present.id)}
      </section>
    </>
  );
}
