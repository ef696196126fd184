import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/*
 * The pictures of the README: `pnpm screenshots` writes them into docs/. CHROMIUM names a chromium that is elsewhere than
 * Debian's.
 */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DOCS = join(HERE, 'docs');

/** What is in the picture: from the top of one element on, as far as the window goes. */
const PICTURES = [
  { name: 'report', page: 'report.html', hash: '#at=4&open-a=PREROUTING%20raw', from: '#panel-left', width: 900, height: 900, colorScheme: 'light' },
  { name: 'report-charts', page: 'report.html', hash: '#at=20', from: '#head-table', width: 980, height: 400, colorScheme: 'light' },
  { name: 'report-phone', page: 'report.html', hash: '#at=1', from: '#panel-left', width: 390, height: 780, colorScheme: 'dark' },
  { name: 'playground', page: 'playground.html', hash: '', from: 'h1', width: 980, height: 760, colorScheme: 'dark' },
];

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--force-color-profile=srgb'] });
try {
  mkdirSync(DOCS, { recursive: true });
  for (const command of ['demo', 'playground']) execFileSync(process.execPath, [join(HERE, 'dist/cli/main.js'), command], { cwd: folder, stdio: 'ignore' });
  for (const { name, page: file, hash, from, width, height, colorScheme } of PICTURES) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${pathToFileURL(join(folder, file)).href}${hash}`);
    // The bar that sticks to the top would lie over the picture.
    await page.addStyleTag({ content: '.stepper, .stepper .buttons { position: static !important; }' });
    await page.locator(from).first().evaluate((element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 16));
    await page.screenshot({ path: join(DOCS, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
