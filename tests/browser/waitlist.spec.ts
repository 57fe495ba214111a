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
