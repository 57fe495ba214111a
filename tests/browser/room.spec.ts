// In line at a release: where one stands, no hurry, the hold goes through by itself, or it is
// said that all is given away. The edge's answers are made here: a rush is not to be had twice.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { freeSlot, logIn, somebody, stack } from './lib/stack';
import { audit, enter, expect, prefer, settled, test, type Mode } from './lib/test';

const PICTURES = process.env.SCREENSHOTS ?? path.join(__dirname, '../../target/browser/screenshots');
const TICKET = '/api/v1/people/p/tickets/t';

interface Line { state?: string; ahead?: number; places?: number; estimate_s?: number | null; draw_at?: string | null }

/** Who wants a place is sent to the waiting room; what the ticket tells is in `line`. */
async function room(page: Page, line: Line, wanted = '**/api/v1/people/*/holds') {
  const counts = { asked: 0, left: 0 };
  await page.route(wanted, async (route) => {
    counts.asked += 1;
    if (line.state === 'admitted') return route.continue();
    await route.fulfill({
      status: 429,
      contentType: 'application/problem+json',
      headers: { 'retry-after': '1' },
      body: JSON.stringify({
        type: 'urn:banzhen:problem:waiting_room', title: 't', status: 429, detail: 'd',
        code: 'waiting_room', action: 'wait', retry_after: 1, ticket_url: TICKET,
      }),
    });
  });
  await page.route(`**${TICKET}`, (route) => {
    if (route.request().method() === 'DELETE') {
      counts.left += 1;
      return route.fulfill({ status: 204 });
    }
    const ticket = {
      ticket_url: TICKET, state: 'waiting', ahead: 37, places: 12, estimate_s: 150,
      admitted_until: null, draw_at: null, retry_after: 1, ...line,
    };
    return route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(ticket) });
  });
  return counts;
}

['normal', 'care'].forEach((mode, index) => {
  test(`in line, ${mode} @screenshots`, async ({ page, context, complaints }) => {
    const who = somebody('room', index);
    await prefer(context, mode as Mode, 'zh-CN');
    await enter(context, who.phone, await logIn(who.phone));
    const line: Line = { draw_at: '2026-11-22T20:00:05+08:00', ahead: 4210 };
    const counts = await room(page, line);
    const folder = path.join(PICTURES, `room-${mode}`);
    mkdirSync(folder, { recursive: true });
    const picture = (name: string) => page.screenshot({ path: path.join(folder, `${name}.png`) });

    await page.goto(`${await freeSlot(20 + index)}/for/${who.person}`);
    const main = page.locator('main');
    await expect(main).toContainText('晚上8:00抽签');
    await picture('1-draw');
    Object.assign(line, { draw_at: null, ahead: 37 });
    await expect(main).toContainText('前面还有 37 人');
    await expect(page.locator('h1')).toContainText('排队');
    await picture('2-line');
    // What is told changes in place: the button under a finger stays the same one.
    const leave = await page.getByRole('button', { name: '不排了' }).elementHandle();
    line.ahead = 36;
    await expect(main).toContainText('前面还有 36 人');
    expect(await leave!.evaluate((it) => it.isConnected)).toBe(true);
    line.ahead = 37;
    if (mode === 'care') expect(await audit(page, { mode, page: 'room' }), 'the care audit').toEqual([]);
    // Reloading keeps the place: it is asked for again, nothing else.
    await page.reload();
    await expect(main).toContainText('前面还有 37 人');
    Object.assign(line, { ahead: 900, places: 0, estimate_s: null });
    await expect(main).toContainText('说不准');
    await picture('3-unsure');
    // Their turn: the hold goes through by itself.
    line.state = 'admitted';
    await expect(page.locator('main .facts')).toBeVisible({ timeout: 20_000 });
    await settled(page);
    await picture('4-held');
    expect(counts.asked).toBe(3);
    complaints.length = 0;
  });
});

test('who leaves gives the place up; who waits for nothing is told', async ({ page, context, complaints }) => {
  const who = somebody('room', 3);
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  const line: Line = {};
  const counts = await room(page, line);
  const check = `${await freeSlot(23)}/for/${who.person}`;
  await page.goto(check);
  await page.getByRole('button', { name: '不排了' }).tap();
  await expect(page.locator('h1')).not.toContainText('排队');
  await expect.poll(() => counts.left).toBe(1);
  line.state = 'over';
  await page.goto(check);
  await expect(page.locator('main')).toContainText('这一天的号轮不到了');
  await expect(page.locator('main [data-role=primary]')).toBeVisible();
  await page.screenshot({ path: path.join(PICTURES, 'room-care', '5-over.png') });
  complaints.length = 0;
});

test('who moves a visit waits in line as well, and keeps the old time until then', async ({ page, context, complaints }) => {
  const who = somebody('room', 4);
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  await page.goto(`${await freeSlot(24)}/for/${who.person}`);
  await page.locator('main [data-role=primary]').tap();
  await page.waitForURL(/\/ticket$/, { timeout: 20_000 });
  const old = /appointments\/([^/]+)\/ticket$/.exec(page.url())![1];

  const line: Line = {};
  const counts = await room(page, line, '**/appointments/*/reschedule');
  const check = `${await freeSlot(25)}/for/${who.person}?instead_of=${old}`;
  const main = page.locator('main');
  const move = page.getByRole('button', { name: '确定改时间' });
  await page.goto(check);
  await move.tap();
  await expect(page.locator('h1')).toContainText('排队');
  await expect(main).toContainText('前面还有 37 人');
  // Rather not: nothing has changed, whatever is told of the place that was left.
  const asked = counts.asked;
  await page.getByRole('button', { name: '不排了' }).tap();
  await expect(move).toBeVisible();
  line.state = 'admitted';
  await page.waitForTimeout(3_000);
  await expect(move).toBeVisible();
  await expect(page.locator('h1')).not.toContainText('排队');
  expect(counts).toEqual({ asked, left: 1 });
  // It can be tried again.
  line.state = 'waiting';
  await move.tap();
  await expect(main).toContainText('前面还有 37 人');
  line.state = 'over';
  await expect(main).toContainText('原来约的时间还给您留着');
  await page.screenshot({ path: path.join(PICTURES, 'room-care', '6-move-over.png') });
  // Their turn: it goes through by itself.
  line.state = 'waiting';
  await page.goto(check);
  await move.tap();
  await expect(main).toContainText('前面还有 37 人');
  line.state = 'admitted';
  await page.waitForURL(/\/ticket$/, { timeout: 20_000 });
  expect(page.url()).not.toContain(old);
  complaints.length = 0;
});

test('shortly before a release a time can be chosen in peace', async ({ page, context, complaints }) => {
  const who = somebody('room', 5);
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  const slots = stack().routes.find((row) => row.name === 'slots')!.path;
  const [, , hospital, department, doctor] = slots.split('/');
  const day = slots.slice(slots.lastIndexOf('/') + 1);
  // As if this day were given out in three minutes.
  const china = (ahead: number) => new Date(Date.now() + 8 * 3_600_000 + ahead * 60_000).toISOString();
  const opens = china(3);
  await page.route('**/rules', async (route) => {
    const reply = await route.fetch();
    const window = Math.round((Date.parse(day) - Date.parse(opens.slice(0, 10))) / 86_400_000);
    const told = { ...(await reply.json()), booking_window_days: window, release_time: opens.slice(11, 16) };
    expect(told.early_ticket_minutes).toBe(5);
    await route.fulfill({ response: reply, json: told });
  });
  await page.route(/availability|\/slots\?/, async (route) => {
    const reply = await route.fetch();
    const told = await reply.json();
    const rows = told.slots ?? told.days.flatMap((one: { doctors: unknown[] }) => one.doctors);
    for (const row of rows) Object.assign(row, { state: 'not_released', ...('free' in row ? { free: null } : { remaining: null }) });
    await route.fulfill({ response: reply, json: told });
  });
  const line: Line = { draw_at: `${opens.slice(0, 19)}+08:00`, ahead: 12 };
  await room(page, line);
  await page.route('**/api/v1/people/*/holds', (route) => route.fulfill({
    status: 409,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      type: 'urn:banzhen:problem:not_bookable', title: 't', status: 409, detail: 'd',
      code: 'not_bookable', action: 'choose_another_time', reason: 'not_released',
    }),
  }));
  await page.route('**/api/v1/people/*/tickets', (route) => route.fulfill({
    status: 201,
    contentType: 'application/json',
    body: JSON.stringify({
      ticket_url: TICKET, state: 'waiting', ahead: 12, places: 12, estimate_s: null,
      admitted_until: null, retry_after: 1, ...line,
    }),
  }));

  const main = page.locator('main');
  await page.goto(`/book/${hospital}/${department}?date=${day}`);
  await expect(main).toContainText('现在就能选时间排队');
  await settled(page);
  expect(await audit(page, { mode: 'care', page: 'doctors' }), 'the care audit').toEqual([]);
  await page.screenshot({ path: path.join(PICTURES, 'room-care', '7-early-doctors.png') });
  await main.locator(`a[href*="/${doctor}/"]`).tap();
  await expect(main).toContainText('现在就能选时间排队');
  await settled(page);
  await page.screenshot({ path: path.join(PICTURES, 'room-care', '8-early-times.png') });
  // In care mode morning or afternoon comes first, where there are both.
  const halves = main.locator('a[href*="part="]');
  if (await halves.count()) await halves.first().tap();
  await main.locator('.times a').first().tap();
  await main.locator('a[href*="/for/"]').first().tap();
  await page.waitForURL(/\/for\//);
  await expect(main).toContainText('抽签');
  await expect(page.locator('h1')).toContainText('排队');
  complaints.length = 0;
});
