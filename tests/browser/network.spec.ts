// The edge slow, failing or out of reach: words and a next step, never a spinner alone.
import { expect, open, prefer, settled, test } from './lib/test';

const DEPARTMENTS = '**/api/v1/hospitals/general/departments';

test('slow: words after a second, a way out after ten', async ({ page, context }) => {
  await prefer(context, 'care', 'zh-CN');
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(DEPARTMENTS, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await page.goto('/book/general');
  await page.waitForFunction(() => document.documentElement.dataset.app === 'running');
  await expect(page.locator('main .waiting')).not.toBeEmpty({ timeout: 4000 });
  await expect(page.locator('main a[href^="tel:"], main button').first()).toBeVisible({ timeout: 15_000 });
  release();
});

test('failing: what happened, again, and it works', async ({ page, context, complaints }) => {
  await prefer(context, 'care', 'zh-CN');
  let broken = true;
  await page.route(DEPARTMENTS, (route) =>
    broken
      ? route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          headers: { 'retry-after': '5' },
          body: JSON.stringify({
            type: 'urn:banzhen:problem:hospital_unavailable', title: '医院系统暂时连不上', status: 503,
            detail: '请稍后再试。', code: 'hospital_unavailable', action: 'retry_later', retry_after: 5,
          }),
        })
      : route.continue(),
  );
  await page.goto('/book/general');
  const again = page.locator('main [data-role=primary]');
  await expect(again).toBeVisible();
  await expect(page.locator('main')).not.toContainText('503');
  broken = false;
  await again.tap();
  await expect(page.locator('main .choices a').first()).toBeVisible();
  complaints.length = 0;
});

test('what is no answer at all is a failure in words, too', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'en');
  await page.route(DEPARTMENTS, (route) => route.fulfill({ status: 200, contentType: 'application/json', body: '{"as_of": 1' }));
  await page.goto('/book/general');
  await expect(page.locator('main [data-role=primary], main .note').first()).toBeVisible();
  await expect(page.locator('header [data-role=back]')).toBeVisible();
  complaints.length = 0;
});

test('offline: the page stays, says so, and goes on when the line is back', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'zh-CN');
  await open(page, '/');
  await context.setOffline(true);
  await page.locator('main .tasks a').first().tap();
  await page.locator('main h1').waitFor();
  await page.locator('main .choices a, main [data-role=primary]').first().waitFor();
  if (page.url().endsWith('/book')) {
    const hospitals = page.locator('main .choices a');
    if (await hospitals.count()) await hospitals.first().tap();
  }
  await expect(page.locator('main')).toContainText(/连上网|网络|断网/);
  await context.setOffline(false);
  await page.locator('main [data-role=primary], main button').first().tap();
  await settled(page);
  await expect(page.locator('main .choices a').first()).toBeVisible();
  complaints.length = 0;
});

test('the edge fails while the rest of the page is there', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'zh-CN');
  await page.route('**/api/v1/session', (route) => route.abort());
  await page.goto('/appointments');
  await page.locator('main h1').waitFor();
  await expect(page.locator('main [data-role=primary], main button').first()).toBeVisible();
  complaints.length = 0;
});
