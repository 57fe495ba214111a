// What is not known is never told as a fact, and nothing on a page changes unless it has to.
import type { Page } from '@playwright/test';
import { enter, expect, open, prefer, settled, test } from './lib/test';
import { logIn, somebody, stack } from './lib/stack';

const JSON_TYPE = 'application/json';
const again = (page: Page) => page.getByRole('button', { name: '再试一次' });

/** The list of doctors of the demo, and the times of one of them. */
function places() {
  const slots = stack().routes.find((row) => row.name === 'slots')!.path;
  const [, , hospital, department] = slots.split('/');
  return { slots, doctors: `/book/${hospital}/${department}`, hospital, department };
}

test('an offer that could not be read is not called gone, and a lost yes is found out', async ({ page, context, complaints }) => {
  const who = somebody('truth');
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  const { hospital, department } = places();
  const now = Date.now() + 8 * 3_600_000;
  const at = (minutes: number) => `${new Date(now + minutes * 60_000).toISOString().slice(0, 19)}+08:00`;
  const offer = {
    id: 'general~1', state: 'open', hospital, hospital_name: '医院', department: { id: department, name: '科' },
    doctor: { id: 'd', name: '王建国', title: null }, slot: 's', start: at(3000), end: at(3015), location: null,
    fee_fen: 1000, expires_at: at(20), keep: null, person: { id: who.person, name_masked: '*' },
  };
  let [read, outcome] = [false, 'checking'];
  await page.route('**/offers', (route) => route.fulfill({
    contentType: JSON_TYPE,
    body: JSON.stringify({
      offers: read ? [offer] : [], next: null,
      sources: [{ hospital, freshness: read ? 'fresh' : 'unknown', as_of: null }],
    }),
  }));
  await page.route('**/offers/*/accept', (route) => route.fulfill({
    status: 202, contentType: JSON_TYPE,
    body: JSON.stringify({ code: 'outcome_unknown', check_at: `/api/v1/people/${who.person}/outcomes/y`, retry_after: 1 }),
  }));
  await page.route('**/outcomes/y', (route) => route.fulfill({
    contentType: JSON_TYPE,
    body: JSON.stringify({
      state: outcome, appointment: null, hold: null,
      problem: outcome === 'checking' ? null : {
        type: 'urn:banzhen:problem:slot_taken', title: 't', status: 409, detail: 'd',
        code: 'slot_taken', action: 'choose_another_time',
      },
    }),
  }));

  await page.goto(`/people/${who.person}/offers/general~1`);
  const main = page.locator('main');
  await expect(again(page)).toBeVisible();
  await expect(main).not.toContainText('不再为您留着');
  read = true;
  await again(page).tap();
  await page.getByRole('button', { name: '要这个号' }).tap();
  await expect(main).toContainText('正在核实');
  // On another page it is said, and what came of it, without another step.
  await page.locator('footer a').first().tap();
  const told = page.locator('main [role=status] a.row');
  await expect(told).toContainText('正在核实');
  outcome = 'not_done';
  await expect(told).not.toContainText('正在核实', { timeout: 15_000 });
  await told.tap();
  await page.waitForURL(/appointments/);
  await expect(told).toHaveCount(0);
  complaints.length = 0;
});

test('an hour that nobody could read is not called full', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  await page.route(/\/slots\?/, async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, json: { ...(await reply.json()), slots: [{ ...(await reply.json()).slots[0], state: 'full' }], freshness: 'unknown' } });
  });
  await open(page, places().slots);
  await expect(page.locator('main .note')).toContainText('现在查不到');
  await expect(page.locator('main')).not.toContainText('约满了。');
});

test('the last morning goes: the afternoon is offered, not an empty page', async ({ page, context }) => {
  await prefer(context, 'care', 'zh-CN');
  const { slots } = places();
  await page.route(/\/slots\?/, async (route) => {
    const reply = await route.fetch();
    const told = await reply.json();
    const one = told.slots[0];
    const row = (hour: string, state: string) => ({
      ...one, id: hour, state, start: one.start.replace(/T\d\d/, `T${hour}`), end: one.end.replace(/T\d\d/, `T${hour}`),
    });
    await route.fulfill({ response: reply, json: { ...told, slots: [row('09', 'full'), row('14', 'free')] } });
  });
  await open(page, `${slots}?part=am`);
  await expect(page.locator('h1')).toHaveText('上午去，还是下午去？');
  await expect(page.locator('main .choices')).toContainText('约满');
  await page.locator('main a[href*="part="]').tap();
  await expect(page.locator('h1')).toHaveText('几点去？');
  await expect(page.locator('main .times a')).toHaveCount(1);
});

test('what was read before says so when there is no newer answer', async ({ page, context, complaints }) => {
  const who = somebody('truth', 1);
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  await open(page, `/people/${who.person}/appointments`);
  await page.locator('footer a').first().tap();
  await settled(page);
  await page.route('**/appointments', (route) => route.abort());
  await page.goBack();
  await expect(page.locator('main')).toContainText('没有查到新的');
  await page.unroute('**/appointments');
  await again(page).tap();
  await expect(page.locator('main')).not.toContainText('没有查到新的');
  complaints.length = 0;
});

test('a page is drawn once, however late its rules come', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  let asked = 0;
  await page.route('**/availability*', (route) => {
    asked += 1;
    return route.continue();
  });
  await page.route('**/rules', async (route) => {
    await new Promise((done) => setTimeout(done, 1500));
    await route.continue();
  });
  const rules = page.waitForResponse('**/rules');
  await open(page, places().doctors);
  const heading = await page.locator('main h1').elementHandle();
  await rules;
  await page.waitForTimeout(300);
  expect(await heading!.evaluate((it) => it.isConnected)).toBe(true);
  expect(asked).toBe(1);
});

test('while nothing can be read the way out stays under the finger', async ({ page, context, complaints }) => {
  await prefer(context, 'normal', 'zh-CN');
  let asked = 0;
  await page.route('**/availability*', (route) => {
    asked += 1;
    return route.abort();
  });
  await page.goto(places().doctors);
  await expect(again(page)).toBeVisible();
  const button = await again(page).elementHandle();
  const before = asked;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => asked).toBeGreaterThan(before);
  await page.waitForTimeout(300);
  expect(await button!.evaluate((it) => it.isConnected)).toBe(true);
  complaints.length = 0;
});

test('whom one may act for is not called nobody while a hospital cannot say', async ({ page, context }) => {
  const who = somebody('truth', 3);
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  let down = true;
  let answered = 0;
  await page.route('**/api/v1/session', async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const reply = await route.fetch();
    const body = await reply.json();
    if (down) {
      body.people = [];
      for (const source of body.sources) Object.assign(source, { freshness: 'unknown', as_of: null });
    }
    await route.fulfill({ response: reply, json: body });
    answered += 1;
  });
  await open(page, '/people');
  await expect(page.locator('main')).not.toContainText('还没有加人');
  await expect(page.locator('main a[href^="tel:"]')).toBeVisible();
  // The app has asked again by itself.
  await expect.poll(() => answered).toBeGreaterThan(1);
  down = false;
  await again(page).tap();
  await expect(page.locator('main .row-title').first()).toContainText('*');
});
