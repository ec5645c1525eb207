// Chromium for looking at the console: starts the mock server on a free port and Debian's browser on it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Runs `use({ base, context })` against the mock server or another script of this folder, or against WEFT_URL when that is set. */
export async function withBrowser(use, { script = '../mock/server.mjs', args = [] } = {}) {
  const server = process.env.WEFT_URL ? null : spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const profile = mkdtempSync(join(tmpdir(), 'weft-browser-'));
  let context;
  try {
    const base = process.env.WEFT_URL ?? (await new Promise((resolve) => server.stdout.once('data', (line) => resolve(/http:\S+/.exec(String(line))[0]))));
    context = await chromium.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', headless: true, args: flags, viewport: { width: 1280, height: 800 } });
    await use({ base, context });
  } finally {
    await context?.close();
    server?.kill();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Opens a page of the console in a theme, and waits until its graph lies still. */
export async function openPage(context, base, path, { theme = 'light', width = 1280, height = 800 } = {}) {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log('PAGE ERROR', error.message));
  page.on('console', (message) => message.type() === 'error' && console.log('CONSOLE', message.text()));
  await page.setViewportSize({ width, height });
  await page.addInitScript((name) => localStorage.setItem('weft.theme', name), theme);
  await page.goto(base + path);
  await page.waitForSelector('.weft-canvas canvas, [data-test="graph-message"]');
  await page.waitForTimeout(1800);
  return page;
}
