import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { configQuery } from '../shell/useConfig';
import { Loading } from '../shell/Loading';
import { applyDefaults } from './defaults';

/** Lets pages through once the server's defaults are known, or it has failed to tell them: then the standard ones hold until the page is loaded anew. */
export function DefaultsGate({ children }: { readonly children: ReactNode }) {
  const config = useQuery({ ...configQuery, retry: false });
  const [isOpen, setOpen] = useState(false);
  if (!isOpen && !config.isPending) {
    applyDefaults(config.data?.uiDefaults ?? null);
    setOpen(true);
  }
  return isOpen ? children : <Loading />;
}
