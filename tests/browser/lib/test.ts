// Playwright's test with what every test of the app needs: a watch on the console, a mode and a
// language, a session, the care audit.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import rules from '../care.rules.json';
import { BASE, stack } from './stack';

export { expect, rules };
export type Mode = 'normal' | 'care';
export type Lang = 'zh-CN' | 'zh-TW' | 'en';
export interface Fault { rule: string; what: string; where: string }

const AUDIT = readFileSync(path.join(__dirname, 'audit.js'), 'utf8');

/** What the browser complained about; a test that expects trouble empties it. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on('console', (message) => {
        // Asking who is logged in is answered 401 when nobody is, and the browser says so.
        if (message.location().url.endsWith('/api/v1/session') && message.text().includes('401')) return;
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      await use(complaints);
      // What a handler still waits for ends with the test and is no complaint.
      await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })));
      expect(complaints, 'the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** Sets mode, size and language as if they had been chosen before. */
export async function prefer(context: BrowserContext, mode: Mode, lang: Lang, size = 1) {
  await context.addCookies([{ name: 'banzhen.prefs', value: `${mode}.${size}.${lang}`, url: BASE }]);
  await context.addInitScript(() => {
    // axe opens a blank page of its own, which has no storage.
    if (location.protocol.startsWith('http')) localStorage.setItem('banzhen.offered', String(Date.now()));
  });
}

/** Logs the context in with the session that the set-up has opened for this phone. */
export async function enter(context: BrowserContext, phone: string, cookie?: string) {
  const value = cookie ?? stack().sessions[phone];
  await context.addCookies([{ name: 'session', value, url: BASE, httpOnly: true, sameSite: 'Lax' }]);
}

/** Opens a path and waits until the app has drawn it and nothing is being loaded. */
export async function open(page: Page, url: string) {
  await page.goto(url);
  await settled(page);
}

/** Waits until the app runs and no page is waiting for the edge. */
export async function settled(page: Page) {
  await page.waitForFunction(() => document.documentElement.dataset.app === 'running');
  await page.locator('main h1').first().waitFor();
  await expect(page.locator('main .waiting')).toHaveCount(0);
}

/** Runs the care audit in the page as it stands. */
export async function audit(page: Page, about: object, only?: string[]): Promise<Fault[]> {
  await page.evaluate(AUDIT);
  return page.evaluate(
    ([numbers, what, which]) =>
      (window as unknown as { careAudit(...args: unknown[]): Fault[] }).careAudit(numbers, what, which),
    [rules, about, only] as const,
  );
}

export const told = (faults: Fault[]) => faults.map((f) => `${f.rule}: ${f.what} at ${f.where}`);
