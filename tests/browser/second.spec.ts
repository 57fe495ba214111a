// The app's second part, with the pages that home does not need: fetched ahead, missed in words.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, prefer, settled, test } from './lib/test';

const SECOND = '**/*_rest.wasm';
const FIRST_TASK = 'main .tasks a';
const AGAIN = 'main [data-role=primary]';

/** How often the app is opened anew. */
function countOpenings(page: Page) {
  const openings = { count: 0 };
  page.on('domcontentloaded', () => openings.count++);
  return openings;
}

test('home fetches it ahead, and once', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('_rest.wasm')) asked++;
  });
  const came = page.waitForResponse(SECOND);
  await open(page, '/');
  await came;
  await page.locator(FIRST_TASK).first().tap();
  await expect(page.locator('main .choices a').first()).toBeVisible();
  expect(asked).toBe(1);
});

for (const from of ['/', '/book']) {
  test(`slow, from ${from}: a way out after ten seconds, and the heading is read out when it is there`, async ({ page, context }) => {
    await prefer(context, 'care', 'zh-CN');
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(SECOND, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(from);
    if (from === '/') {
      await page.locator(FIRST_TASK).first().tap();
      await expect(page).toHaveURL(/\/book$/);
      await expect(page.locator('main h1')).toBeFocused();
      await expect(page.locator('main .waiting')).toHaveCount(1);
    }
    await expect(page.locator('header a[href^="tel:"]')).toBeVisible({ timeout: 15_000 });
    await expect(page.locator('main button')).toBeVisible({ timeout: 15_000 });
    release();
    await settled(page);
    await expect(page.locator('main .choices a').first()).toBeVisible();
    await expect(page.locator('main h1')).toBeFocused();
  });
}

for (const from of ['/', '/book']) {
  test(`it cannot be fetched, from ${from}: words, again, and the page comes`, async ({ page, context, complaints }) => {
    await prefer(context, 'care', 'zh-CN');
    await page.route(SECOND, (route) => route.abort());
    const openings = countOpenings(page);
    await page.goto(from);
    if (from === '/') await page.locator(FIRST_TASK).first().tap();
    await expect(page.locator(AGAIN)).toBeVisible();
    await expect(page.locator('main [role=alert]')).toContainText('网络');
    await expect(page.locator('main a[href^="tel:"]')).toBeVisible();
    await expect(page.locator('header [data-role=back]')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'best-practice']).analyze();
    expect(violations.map((v) => `${v.id} ${v.nodes[0].target}`)).toEqual([]);
    await page.unroute(SECOND);
    await page.locator(AGAIN).tap();
    await expect(page.locator('main .choices a').first()).toBeVisible();
    expect(openings.count).toBe(1);
    complaints.length = 0;
  });
}

test('a newer app is there: asked again, the page is opened anew', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'zh-CN');
  await page.route(SECOND, (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: '' }));
  const openings = countOpenings(page);
  await page.goto('/');
  await page.locator(FIRST_TASK).first().tap();
  await expect(page.locator(AGAIN)).toBeVisible();
  expect(openings.count).toBe(1);
  await page.unroute(SECOND);
  await page.locator(AGAIN).tap();
  await expect(page.locator('main .choices a').first()).toBeVisible();
  await expect(page).toHaveURL(/\/book$/);
  expect(openings.count).toBe(2);
  complaints.length = 0;
});
