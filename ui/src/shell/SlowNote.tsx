import { Spinner } from '@patternfly/react-core';
import { useEffect, useState } from 'react';

/** After a second of waiting: what is being waited for. */
export function SlowNote({ isWaiting, text }: { readonly isWaiting: boolean; readonly text: string }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setSlow(true), 1000);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isWaiting]);
  return (
    <div role="status" className="weft-slow">
      {isWaiting && slow && (
        <>
          <Spinner size="sm" aria-hidden /> {text}
        </>
      )}
    </div>
  );
}
