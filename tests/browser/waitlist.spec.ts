// A day that is full: whoever has a place first can be waited for, without choosing a doctor.
import path from 'node:path';
import { logIn, somebody, stack } from './lib/stack';
import { audit, enter, expect, prefer, settled, test } from './lib/test';

const PICTURES = process.env.SCREENSHOTS ?? path.join(__dirname, '../../target/browser/screenshots');

test('who does not mind which doctor waits for all of them', async ({ page, context }) => {
  const who = somebody('waitlist');
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  const slots = stack().routes.find((row) => row.name === 'slots')!.path;
  const [, , hospital, department] = slots.split('/');
  const day = slots.slice(slots.lastIndexOf('/') + 1);
  // Full days are not to be had at will; what is asked for at the end is what matters.
  await page.route('**/availability*', async (route) => {
    const reply = await route.fetch();
    const told = await reply.json();
    for (const one of told.days) for (const row of one.doctors) Object.assign(row, { state: 'full', remaining: 0 });
    await route.fulfill({ response: reply, json: told });
  });
  let asked: Record<string, unknown> = {};
  await page.route('**/waitlist', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    asked = route.request().postDataJSON();
    await route.fulfill({
      status: 201,
      contentType: 'application/json',
      body: JSON.stringify({
        id: 'general~1', hospital, hospital_name: '医院', department: { id: department, name: '科' }, doctor: null,
        level: null, session: null, from: day, to: day, before: 0, keep: null, offer: null,
        joined_at: `${day}T08:00:00+08:00`, person: { id: who.person, name_masked: '*' },
      }),
    });
  });

  await page.goto(`/book/${hospital}/${department}?date=${day}`);
  await settled(page);
  await page.screenshot({ path: path.join(PICTURES, 'wait-any-1-full.png') });
  await page.getByRole('link', { name: '哪位医生都行' }).tap();
  // Who acts for nobody else is not asked for whom.
  await page.waitForURL(/\/people\/[^/]+\/wait\//);
  await expect(page.locator('main .lead')).toContainText('哪位医生都行');
  await settled(page);
  await page.screenshot({ path: path.join(PICTURES, 'wait-any-2-days.png') });
  await page.locator('main .choices a').first().tap();
  await expect(page.locator('main .facts')).toContainText('哪位医生都行');
  expect(await audit(page, { mode: 'care', page: 'wait' }), 'the care audit').toEqual([]);
  await page.screenshot({ path: path.join(PICTURES, 'wait-any-3-check.png') });
  await page.locator('main [data-role=primary]').tap();
  await page.waitForURL(/\/waitlist$/);
  expect(asked.doctor ?? null, 'no doctor is named').toBeNull();
  expect(asked).toMatchObject({ hospital, department, from: day });
});

const refusal = (code: string, status: number, more = {}) => ({
  status, contentType: 'application/json',
  body: JSON.stringify({ type: `urn:banzhen:problem:${code}`, title: 't', status, detail: 'd', code, action: 'none', ...more }),
});

test('what came of an offer is what the page says', async ({ page, context, complaints }) => {
  const who = somebody('waitlist', 1);
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  const slots = stack().routes.find((row) => row.name === 'slots')!.path;
  const [, , hospital, department] = slots.split('/');
  const at = (seconds: number) => `${new Date(Date.now() + 8 * 3_600_000 + seconds * 1000).toISOString().slice(0, 19)}+08:00`;
  const base = {
    hospital, hospital_name: '医院', department: { id: department, name: '科' },
    doctor: { id: 'd', name: '王建国', title: null }, person: { id: who.person, name_masked: '*' }, keep: null,
  };
  const offer = {
    ...base, id: 'general~1', state: 'open', slot: 's', start: at(180_000), end: at(180_900), location: null,
    fee_fen: 1000, expires_at: at(1200),
  };
  const wish = { ...base, level: null, session: null, from: at(0).slice(0, 10), to: at(0).slice(0, 10), before: 0, joined_at: at(-60) };
  let entries = [{ ...wish, id: 'general~2', offer: null as string | null }, { ...wish, id: 'general~3', offer: 'general~1' as string | null }];
  let gone: typeof entries;
  const sources = [{ hospital, freshness: 'fresh', as_of: at(0) }];
  const json = (value: unknown) => ({ contentType: 'application/json', body: JSON.stringify(value) });
  await page.route('**/offers', (route) => route.fulfill(json({ offers: [offer], sources, next: null })));
  await page.route('**/api/**/waitlist', (route) => route.fulfill(json({ entries, sources, next: null })));
  const [main, h1] = [page.locator('main'), page.locator('h1')];
  const at_offer = async () => {
    await page.goto(`/people/${who.person}/offers/general~1`);
    await settled(page);
  };

  // A no without a reply is not known to have been heard; said again, it was.
  let lost = true;
  await page.route('**/offers/*/decline', (route) => (lost ? route.abort() : route.fulfill({ status: 204 })));
  await at_offer();
  await page.getByRole('button', { name: '不要' }).tap();
  await expect(page.locator('#announce')).toContainText('拿不回来');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('DIV');
  await settled(page);
  await page.screenshot({ path: path.join(PICTURES, 'offer-1-no.png') });
  await page.locator('[data-role=danger]').tap();
  await expect(main).toContainText('还不知道办好没有');
  await expect(main).not.toContainText('没有读到');
  await expect(page.getByRole('button', { name: '要这个号' })).toHaveCount(0);
  await page.screenshot({ path: path.join(PICTURES, 'offer-2-lost.png') });
  lost = false;
  await page.locator('[data-role=danger]').tap();
  await expect(h1).toHaveText('这个号给了下一位');
  // What is offered comes first.
  await expect(main.locator('.stack a').first()).toContainText('有号了');
  await page.screenshot({ path: path.join(PICTURES, 'offer-3-next.png') });

  // Home tells of it as well, from the same place whether there is an offer or not.
  const told = page.locator('a', { hasText: '我的候补' });
  await page.goto('/');
  await expect(told).toContainText('有号了，去看看');
  await settled(page);
  const stands = (await told.boundingBox())?.height;
  expect(await audit(page, { mode: 'care', name: 'home' }), 'the care audit').toEqual([]);
  await page.screenshot({ path: path.join(PICTURES, 'offer-4-home.png') });
  await told.tap();
  await page.waitForURL(/\/offers\/general(~|%7E)1$/);
  entries[1].offer = null;
  await page.goto('/');
  await expect(told).toContainText('有号了会告诉您');
  expect((await told.boundingBox())?.height).toBe(stands);
  await told.tap();
  await expect(h1).toHaveText('我的候补');
  // Who waits for nothing any more is not told of it.
  [entries, gone] = [[], entries];
  await page.goto('/');
  await expect(async () => {
    await page.reload();
    await expect(page.locator('.tasks')).toBeVisible();
    await expect(told).toHaveCount(0, { timeout: 200 });
  }).toPass();
  entries = gone;
  entries[1].offer = 'general~1';

  // Refused for good: no question, no time.
  await page.route('**/offers/*/accept', (route) => route.fulfill(refusal('hold_expired', 410)));
  await at_offer();
  await page.getByRole('button', { name: '要这个号' }).tap();
  await expect(h1).toHaveText('留号时间到了');
  await expect(main.getByText('给您留到')).toBeHidden();
  await expect(page.getByRole('button', { name: '要这个号' })).toHaveCount(0);
  await page.screenshot({ path: path.join(PICTURES, 'offer-5-refused.png') });

  // Over while it is looked at, and accepted elsewhere.
  offer.expires_at = at(12);
  await at_offer();
  await expect(page.getByRole('button', { name: '要这个号' })).toBeVisible();
  await expect(h1).toHaveText('这个号不再为您留着', { timeout: 20_000 });
  await expect(main.getByText('给您留到')).toBeHidden();
  offer.state = 'accepted';
  await at_offer();
  await expect(h1).toHaveText('这个号已经约好了');
  await expect(page).toHaveTitle(/已经约好/);
  await expect(main.locator('[data-role=primary]')).toHaveAttribute('href', /general~1|general%7E1/);
  await page.screenshot({ path: path.join(PICTURES, 'offer-6-accepted.png') });

  // Leaving: lost, then heard.
  lost = true;
  await page.route('**/waitlist/*', (route) => {
    if (route.request().method() !== 'DELETE') return route.fallback();
    if (lost) return route.abort();
    entries = [];
    return route.fulfill({ status: 204 });
  });
  await page.goto(`/people/${who.person}/waitlist`);
  await settled(page);
  await page.getByRole('button', { name: '退出候补' }).first().tap();
  await page.locator('[data-role=danger]').tap();
  await expect(main).toContainText('还不知道办好没有');
  await page.screenshot({ path: path.join(PICTURES, 'leave-1-lost.png') });
  lost = false;
  await page.locator('[data-role=danger]').tap();
  await expect(h1).toHaveText('已经退出候补');
  await expect(main.locator('.facts')).toHaveCount(0);
  await expect(main.locator('[data-role=primary]')).toContainText('去挂号');
  await page.screenshot({ path: path.join(PICTURES, 'leave-2-left.png') });

  // Joining what can be had, and what is waited for.
  const day = slots.slice(slots.lastIndexOf('/') + 1);
  let no = refusal('not_bookable', 409, { reason: 'free_places', alternatives: [] });
  await page.route('**/api/**/waitlist', (route) => (route.request().method() === 'POST' ? route.fulfill(no) : route.fallback()));
  await page.goto(`/people/${who.person}/wait/${hospital}/${department}/~/${day}?until=${day}`);
  await settled(page);
  await page.locator('main [data-role=primary]').tap();
  await expect(main).toContainText('不用候补');
  await expect(main).not.toContainText('不能约');
  await expect(main.locator('[data-role=primary]')).toHaveAttribute('href', /\/book\//);
  await page.screenshot({ path: path.join(PICTURES, 'wait-free.png') });
  no = refusal('limit_reached', 409, { limit: { kind: 'waitlist_same', most: 1 } });
  await page.reload();
  await settled(page);
  await page.locator('main [data-role=primary]').tap();
  await expect(main).toContainText('您已经在候补');
  await expect(main).not.toContainText('预约数');
  await expect(main.locator('[data-role=primary]')).toHaveAttribute('href', /\/waitlist$/);
  await page.screenshot({ path: path.join(PICTURES, 'wait-same.png') });
  await page.goto(`/people/${who.person}/appointments`);
  await settled(page);
  await page.screenshot({ path: path.join(PICTURES, 'mine.png') });
  complaints.length = 0;
});
