// All checks that need a browser, one after the other. Build first: npm run build
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

for (const script of ['interact.mjs', 'stable.mjs', 'axe.mjs']) {
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`${script} failed`);
    process.exit(1);
  }
}
