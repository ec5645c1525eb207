// Rows of the acceptance list that are seen in the console, looked at in a real browser over a running mesh. acceptance/README.md says which and which not.
// Usage: WEFT_URL=http://127.0.0.1:20001 WEFT_KUBECONFIG=<file> node browser/acceptance.mjs <group> [--pictures folder] [--list] [row...]
// One line of JSON per row: {"row","ok","error","seconds"}. The exit code is 1 if a row is not seen.
import { mkdirSync } from 'node:fs';
import { Stage } from './acceptance/stage.mjs';
import { withBrowser } from './browser.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--pictures');
const pictures = at < 0 ? null : args.splice(at, 2)[1];
const onlyList = args.includes('--list') && args.splice(args.indexOf('--list'), 1).length > 0;
const [group, ...only] = args;
const { rows } = await import(`./acceptance/${group}.mjs`);
const chosen = Object.entries(rows).filter(([row]) => only.length === 0 || only.includes(row));
if (pictures) mkdirSync(pictures, { recursive: true });

if (!onlyList && !process.env.WEFT_URL) throw new Error('WEFT_URL is not set: rows are looked at over a running mesh');
if (onlyList) for (const [row] of chosen) console.log(row);
else {
  await withBrowser(async ({ base, context }) => {
    for (const [row, look] of chosen) {
      const stage = new Stage(context, base);
      const started = performance.now();
      let error = null;
      try {
        await look(stage);
        stage.assertNoComplaint();
      } catch (failure) {
        error = String(failure?.message ?? failure).slice(0, 3000);
        process.exitCode = 1;
      }
      await stage.close(pictures === null ? null : `${pictures}/row-${row}${error === null ? '' : '-failed'}`);
      console.log(JSON.stringify({ row, ok: error === null, error, seconds: Number(((performance.now() - started) / 1000).toFixed(1)) }));
    }
  });
}
