// A booking whose reply was lost: the page says that it is being found out, wherever the patient
// goes meanwhile, and then what happened. One booking comes of it.
import type { Page } from '@playwright/test';
import { enter, expect, open, prefer, test } from './lib/test';
import { freeSlot, logIn, somebody } from './lib/stack';

const MAKING_SURE = '正在核实，请不要重新挂';
const CONFIRM = /\/people\/[^/]+\/appointments$/;

/** On the check page with the slot held, and whose it is. */
async function held(page: Page, nth: number) {
  const who = somebody('sure', nth);
  await enter(page.context(), who.phone, await logIn(who.phone));
  await open(page, `${await freeSlot(60 + nth)}/for/${who.person}`);
  const confirm = page.locator('main [data-role=primary]');
  await expect(confirm).toHaveText('确定挂号');
  return { who, confirm };
}

async function booked(page: Page, person: string) {
  const reply = await page.request.get(`/api/v1/people/${person}/appointments`);
  const { appointments } = await reply.json();
  return appointments.filter((one: { status: string }) => one.status === 'booked');
}

test('lost replies: asked again with the same key until it is known', async ({ page, context, complaints }) => {
  await prefer(context, 'care', 'zh-CN');
  const { who, confirm } = await held(page, 0);
  const before = (await booked(page, who.person)).length;
  const keys: string[] = [];
  await page.route(CONFIRM, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 3) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await confirm.tap();
  await expect(page.locator('main')).toContainText(MAKING_SURE);
  await expect(page.locator('main a[href^="tel:"]').first()).toBeVisible();
  await page.waitForURL(/\/ticket$/, { timeout: 30_000 });
  expect(new Set(keys).size).toBe(1);
  expect((await booked(page, who.person)).length).toBe(before + 1);
  complaints.length = 0;
});

test('an unknown outcome outlives a reload, another page and a dead line', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'zh-CN');
  const { who, confirm } = await held(page, 1);
  let [known, dead] = [false, false];
  await page.route(CONFIRM, async (route) => {
    if (route.request().method() !== 'POST' || known) return route.continue();
    // What a test answers comes through a dead line, too.
    if (dead) return route.abort();
    return route.fulfill({
      status: 202, contentType: 'application/json',
      body: JSON.stringify({ code: 'outcome_unknown', check_at: `/api/v1/people/${who.person}/outcomes/x`, retry_after: 1 }),
    });
  });
  await page.route('**/outcomes/x', (route) =>
    route.fulfill({
      status: 200, contentType: 'application/json',
      body: JSON.stringify({ state: 'checking', appointment: null, hold: null, problem: null }),
    }));
  await confirm.tap();
  await expect(page.locator('main')).toContainText(MAKING_SURE);
  await page.reload();
  await expect(page.locator('main')).toContainText(MAKING_SURE);
  await page.locator('footer a').first().tap();
  const reminder = page.getByRole('link', { name: '有一个号正在核实' });
  await expect(reminder).toBeVisible();
  dead = true;
  await context.setOffline(true);
  await reminder.tap();
  await expect(page.locator('main')).toContainText(MAKING_SURE);
  known = true;
  await context.setOffline(false);
  await page.waitForURL(/\/ticket$/, { timeout: 30_000 });
  expect((await booked(page, who.person)).length).toBeGreaterThan(0);
  await open(page, '/');
  await expect(reminder).toHaveCount(0);
  complaints.length = 0;
});

test('who has gone elsewhere is told there what happened', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'zh-CN');
  const { confirm } = await held(page, 2);
  let asked = 0;
  await page.route(CONFIRM, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    asked += 1;
    return asked > 2 ? route.continue() : route.abort();
  });
  await confirm.tap();
  await expect(page.locator('main')).toContainText(MAKING_SURE);
  await page.locator('footer a').first().tap();
  await expect.poll(() => asked, { timeout: 10_000 }).toBe(3);
  await page.waitForTimeout(1500);
  expect(new URL(page.url()).pathname).toBe('/');
  await page.locator('main .tasks a').first().tap();
  await page.getByRole('link', { name: '刚才的号约上了' }).tap();
  await page.waitForURL(/\/appointments/);
  complaints.length = 0;
});

test('a cancel whose replies were lost is found out, also where the patient went meanwhile', async ({ page, context, complaints }) => {
  await prefer(context, 'care', 'zh-CN');
  const { who, confirm } = await held(page, 3);
  await confirm.tap();
  await page.waitForURL(/\/ticket$/);
  const url = page.url().replace(/\/ticket$/, '/cancel');
  let [asked, known] = [0, false];
  await page.route('**/cancel', async (route) => {
    if (route.request().method() !== 'POST' || known) return route.continue();
    asked += 1;
    if (asked === 1) await route.fetch();
    return route.abort();
  });
  await open(page, url);
  await page.locator('main [data-role=danger]').tap();
  await expect(page.locator('main h1')).toHaveText('正在核实取消了没有');
  await expect(page.locator('main h1')).toBeInViewport();
  await page.reload();
  await expect(page.locator('main h1')).toHaveText(/取消了/);
  await page.locator('footer a').first().tap();
  known = true;
  await expect(page.getByRole('link', { name: '刚才的号取消了' })).toBeVisible({ timeout: 30_000 });
  expect(await booked(page, who.person)).toEqual([]);
  complaints.length = 0;
});
