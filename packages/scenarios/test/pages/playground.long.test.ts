import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';
import { browserNote, CHROMIUM, launch, SETTINGS, tabTo, visit, wrongWith } from './browser.ts';

const { folder, scenarios } = program();
const file = join(folder, 'playground.html');
const NODES = fileURLToPath(new URL('../../nodes', import.meta.url));
const RULES = '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';

/** As a browser does it: the text is in the event, and the field takes what nobody prevents. */
const paste = async (page: Page, text: string): Promise<void> => {
  await page.locator('#file-text').focus();
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.setData('text/plain', ${JSON.stringify(text)});
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    if (document.getElementById('file-text').dispatchEvent(event)) throw new Error('the paste was left to the field');
  })()`);
};

const ask = async (page: Page, packet: string): Promise<void> => {
  await page.locator('#packet').fill(packet);
  await page.keyboard.press('Enter');
};

describe.skipIf(CHROMIUM === undefined)(`the playground in a browser${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    expect(await scenarios('playground', '--html', file)).toMatchObject({ code: 0, stderr: '' });
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(SETTINGS)('is readable, and walks a node that was pasted, at $width px, $colorScheme', async (setting) => {
    const visited = await visit(browser, file, setting);
    const { page, context } = visited;
    expect(await page.locator('#panel-left').textContent()).toContain('NOTRACK');
    expect(await wrongWith(visited)).toEqual([]);
    await page.getByRole('button', { name: 'Start with an empty node' }).click();
    expect(await page.locator('#problem').textContent()).toContain('run iptables-save into it');
    await paste(page, RULES);
    expect(await page.locator('#files').textContent()).toBe('iptables-save.txt (6 lines)');
    await ask(page, 'local: tcp 127.0.0.1:1000 > 127.0.0.1:22');
    await tabTo(page, '#panel-left [data-stage="INPUT filter"]');
    expect(await page.locator('#told-left').textContent()).toContain('rule 1: -p tcp -m tcp --dport 22 -j ACCEPT');
    await ask(page, 'local: tcp 127.0.0.1:1000 > 127.0.0.1:23');
    expect(await page.locator('#panel-left .ending').textContent()).toContain('dropped by the policy of filter INPUT');
    expect(await wrongWith(visited)).toEqual([]);
    await context.close();
  });

  it('says where a pasted text is wrong, and how to mend it', async () => {
    const visited = await visit(browser, file, SETTINGS[2]);
    const { page, context } = visited;
    await page.getByRole('button', { name: 'Start with an empty node' }).click();
    await paste(page, RULES.replace('--dport 22', '--dport 220000'));
    const problem = await page.locator('#problem').textContent();
    expect(problem).toMatch(/iptables-save\.txt, line 5, column \d+: /);
    expect(problem).toContain('--dport 220000');
    await ask(page, 'lo: tcp 127.0.0.1 > 127.0.0.1:22');
    expect(await wrongWith(visited)).toEqual([]);
    await page.getByRole('button', { name: "Take the lesson's node" }).click();
    await ask(page, 'eth9: udp 10.0.0.1:1 > 10.0.0.2:53');
    expect(await page.locator('#problem').textContent()).toContain('To mend it: it has lo, ');
    await context.close();
  });

  it('looks a name up on the node, with its cache and without', async () => {
    const visited = await visit(browser, file, SETTINGS[1]);
    const { page, context } = visited;
    await page.getByLabel('look a name up').check();
    const facts = await page.locator('#facts').textContent();
    expect(facts).toContain('node-cache');
    expect(facts).toContain('50 %');
    expect(facts).toContain('CoreDNS');
    await page.locator('#name').fill('example.com');
    await page.keyboard.press('Enter');
    expect(await page.locator('#beats').textContent()).toContain('A example.com.: 203.0.113.10');
    expect(await page.locator('#notes').textContent()).toContain('taken for granted: CoreDNS answers at 192.168.195.131 and 192.168.196.4');
    expect(await wrongWith(visited)).toEqual([]);
    await context.close();
  });

  it('takes the files of a folder, and a link that holds all of it', async () => {
    const { page, context, complaints } = await visit(browser, file, SETTINGS[0]);
    const node = join(NODES, 'kube-proxy');
    await page.locator('#choose-files').setInputFiles(readdirSync(node).map((name) => join(node, name)));
    const way = page.locator('#panel-left');
    await expect.poll(() => way.textContent()).toContain('becomes 192.168.');
    await page.getByRole('button', { name: 'Copy a link to this' }).click();
    await expect.poll(() => page.locator('#shared').textContent()).toMatch(/^Copied|^The address/);
    const link = page.url();
    expect(link.length).toBeLessThan(16_000);
    const other = await context.newPage();
    await other.goto(link);
    await expect.poll(() => other.locator('#panel-left').textContent()).toBe(await way.textContent());
    expect(await other.locator('#file-text').inputValue()).toBe(readFileSync(join(node, 'iptables-save.txt'), 'utf8'));
    const broken = await context.newPage();
    await broken.goto(link.slice(0, -200));
    await expect.poll(() => broken.locator('#problem').textContent()).toContain('cut off');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('takes a folder as a whole, and files that are dropped', async () => {
    const { page, context, complaints } = await visit(browser, file, SETTINGS[0]);
    await page.getByRole('button', { name: 'Start with an empty node' }).click();
    await page.locator('#choose-folder').setInputFiles(join(NODES, 'kube-proxy'));
    await expect.poll(() => page.locator('#files').textContent()).toContain('iptables-save.txt');
    expect(await page.locator('#panel-left').textContent()).toContain('becomes 192.168.');
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(RULES)}], 'iptables-save.txt'));
      data.items.add(new File(['hello'], 'notes.txt'));
      return data;
    })()`);
    await page.locator('#drop').dispatchEvent('drop', { dataTransfer: dropped });
    await expect.poll(() => page.locator('#files').textContent()).toBe('iptables-save.txt (6 lines)notes.txt (1 line)');
    await ask(page, 'local: tcp 127.0.0.1:1000 > 127.0.0.1:23');
    expect(await page.locator('#panel-left .ending').textContent()).toContain('dropped by the policy of filter INPUT');
    expect(await page.locator('#notes').textContent()).toContain('not read, since no such files are known: notes.txt');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
