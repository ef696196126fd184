import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';
import { browserNote, CHROMIUM, launch, SETTINGS, tabTo, visit, wrongWith } from './browser.ts';

const { folder, scenarios } = program();
const file = join(folder, 'report.html');
const PAIR = '#a=with%20the%20cache&b=without%20the%20cache';

describe.skipIf(CHROMIUM === undefined)(`the report in a browser${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    expect(await scenarios('demo', '--html', file)).toMatchObject({ code: 0, stderr: '' });
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(SETTINGS)('is stepped, and its rules read by keyboard, at $width px, $colorScheme', async (setting) => {
    const visited = await visit(browser, file, setting, `${PAIR}&at=1`);
    const { page, context } = visited;
    const now = page.locator('#now');
    const moments = await page.locator('[data-beat]').count();
    expect(await now.textContent()).toMatch(`Moment 1 of ${moments}`);
    await page.keyboard.press('ArrowRight');
    expect(await now.textContent()).toMatch('Moment 2 of');
    await page.getByRole('button', { name: 'On →' }).click();
    expect(await now.textContent()).toMatch('Moment 3 of');
    await page.keyboard.press('ArrowLeft');
    expect(await now.textContent()).toMatch('Moment 2 of');
    await page.locator('[data-beat="3"]').click();
    expect(await page.locator('[aria-current=step]').getAttribute('data-beat')).toBe('3');
    await page.reload();
    expect(await now.textContent()).toMatch('Moment 4 of');

    await tabTo(page, '#panel-left [data-stage="PREROUTING raw"]');
    expect(await page.locator('#told-left').textContent()).toContain('-d 10.96.0.10/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK');
    await page.keyboard.press('Tab');
    expect(await page.locator('#told-left').textContent()).toContain('conntrack at PREROUTING: skipped');
    await tabTo(page, '#panel-right [data-stage="PREROUTING nat"]');
    expect(await page.locator('#told-right').textContent()).toContain('dst 10.96.0.10 becomes 192.168.');
    // Whoever steps on stays on the stage that was being read.
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement?.getAttribute("data-stage")')).toBe('PREROUTING nat');

    for (let at = 5; at <= moments; at += 1) await page.keyboard.press('ArrowRight');
    expect(await now.textContent()).toMatch(`Moment ${moments} of ${moments}`);
    await page.locator('summary').first().click();
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
    expect(await wrongWith(visited)).toEqual([]);
    await context.close();
  });

  it('is readable before anything has happened', async () => {
    const visited = await visit(browser, file, SETTINGS[3], '#at=1');
    expect(await visited.page.locator('#panel-right').textContent()).toContain('Nothing has happened here yet');
    expect(await wrongWith(visited)).toEqual([]);
    await visited.context.close();
  });

  it('puts other recordings beside each other, and keeps them in its address', async () => {
    const { page, context, complaints } = await visit(browser, file, SETTINGS[2], '');
    await page.locator('#choose-right').selectOption('without the cluster IP');
    await page.getByRole('button', { name: 'Last' }).click();
    expect(page.url()).toContain('b=without%20the%20cluster%20IP');
    expect(await page.locator('#panel-right').textContent()).toContain('to nobody');
    await page.getByRole('button', { name: 'First' }).click();
    await page.getByRole('button', { name: 'Next loss' }).click();
    expect(await page.locator('#now').textContent()).toContain('It is lost.');
    await page.locator('#choose-right').selectOption('none');
    expect(await page.locator('#panel-right').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is readable without its script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    expect(await page.locator('#panel-left').textContent()).toContain('What decided, in this order');
    await context.close();
  });
});
