// A browser that is too old, and an app that does not load: the plain page with the telephone.
import AxeBuilder from '@axe-core/playwright';
import { expect, open, rules, test } from './lib/test';

test('a browser without the features gets the telephone within a second', async ({ page, complaints }) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('data-app', 'failed', { timeout: 1000 });
  await expect(page.locator('.only-old').first()).toBeVisible();
  const call = page.locator('#fallback a[href^="tel:"]').first();
  await expect(call).toBeVisible();
  expect((await call.boundingBox())!.height).toBeGreaterThanOrEqual(rules['CM-31'].help_px);
  expect(await page.evaluate(() => document.documentElement.dataset.app)).toBe('failed');
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'best-practice']).analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes[0].target}`)).toEqual([]);
  // What was fetched ahead is not used here, and the browser says so.
  complaints.length = 0;
});

test('when the app cannot be fetched the telephone comes up', async ({ page, complaints }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('data-app', 'failed');
  await expect(page.locator('#fallback a[href^="tel:"]').first()).toBeVisible();
  complaints.length = 0;
});

test('title, name and telephone stand in the HTML before any script', async ({ request }) => {
  const html = await (await request.get('/')).text();
  expect(html).toMatch(/<title>[^<]*伴诊/);
  expect(html).toMatch(/<h1[^>]*>\s*伴诊/);
  expect(html).toContain('href="tel:');
});

test('a path nobody knows says so and leads home', async ({ page, complaints }) => {
  await page.goto('/no/such/page');
  await page.locator('main h1').waitFor();
  await expect(page.locator('a[href="/"]').first()).toBeVisible();
  await open(page, '/');
  complaints.length = 0;
});
