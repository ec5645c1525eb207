// The built console (dist/) as Weft serves it: files at their paths, its page everywhere else, under the product's policy, so that what it forbids fails here too.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const policy =
  "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'; base-uri 'self'; form-action 'self'";
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.ttf': 'font/ttf' };

export async function serveConsole(pathname, response) {
  for (const candidate of [normalize(join(dist, pathname === '/' ? '/index.html' : pathname)), join(dist, 'index.html')]) {
    try {
      const body = await readFile(candidate);
      response.writeHead(200, { 'content-security-policy': policy, 'content-type': types[extname(candidate)] ?? 'application/octet-stream' });
      response.end(body);
      return;
    } catch {
      // Not a file: a page of the console.
    }
  }
  response.writeHead(404).end('Run "npm run build" first.');
}

/** The value of an option of the command line. */
export function option(name, standard) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? standard : process.argv[at + 1];
}
