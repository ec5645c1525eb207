// Bookinfo, Guestbook and calls to external hosts, as "weft up all" starts them. Rows that configure the mesh take their configuration back.
import { accessRows } from './access.mjs';
import { bookinfoRows } from './bookinfo.mjs';
import { externalRows } from './external.mjs';
import { guestbookRows } from './guestbook.mjs';

export const rows = { ...accessRows, ...bookinfoRows, ...externalRows, ...guestbookRows };
