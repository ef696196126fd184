import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Debian's chromium, or the one that CHROMIUM names; `undefined`: tests of pages are skipped. */
export const CHROMIUM = (process.env['CHROMIUM'] === undefined ? (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'chromium')) : [process.env['CHROMIUM']]).find(isProgram);

/** Behind the title of what is skipped without it. */
export const browserNote = CHROMIUM === undefined ? ' (skipped: needs chromium)' : '';

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });

/** A desk and a telephone, by day and by night. */
export const SETTINGS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;
export type Setting = (typeof SETTINGS)[number];

/** A page, and all that it should not have said or asked for. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}

export const visit = async (browser: Browser, file: string, { width, colorScheme }: Setting, hash = ''): Promise<Visit> => {
  const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  const own = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (!request.url().startsWith(own) && request.url() !== 'data:,') complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`${own}${hash}`);
  return { page, context, complaints };
};

/** What a page does wrong at any time: to those who see little, and to those who have a narrow screen. */
export const wrongWith = async ({ page, complaints }: Visit): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly string[]>(
    'axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `axe: ${id}: ${target.join(" ")}: ${failureSummary}`)))',
  );
  const [needed, there] = await page.evaluate<readonly [number, number]>('[document.documentElement.scrollWidth, innerWidth]');
  return [...complaints, ...violations, ...(needed > there ? [`it is ${needed} wide, and the screen ${there}`] : [])];
};

/** Goes on with Tab until it stands on that element, as somebody without a mouse does. */
export const tabTo = async (page: Page, selector: string): Promise<void> => {
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return;
  }
  throw new Error(`nobody gets to ${selector} with ${TABS_MAX} presses of Tab`);
};

const TABS_MAX = 120;
