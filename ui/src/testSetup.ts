import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

// Machines that run tests are busy: a wait ends when its condition holds, not by this.
configure({ asyncUtilTimeout: 15_000 });
