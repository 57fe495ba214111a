// Back, forward and reload keep the place and what was typed; double taps act once.
import { freeSlot, logIn, somebody, stack } from './lib/stack';
import { enter, expect, open, prefer, settled, test } from './lib/test';

test('each step is one entry, and back leads through them with nothing lost', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  await open(page, '/');
  const seen = [page.url()];
  for (const link of ['a[href="/book"]', 'main a[href^="/book/general"]', 'main .choices a[href^="/book/general"]']) {
    await page.locator(link).first().tap();
    await page.waitForURL((now) => now.toString() !== seen[seen.length - 1]);
    await settled(page);
    seen.push(page.url());
  }
  expect(new Set(seen).size).toBe(seen.length);
  for (const url of [...seen].reverse().slice(1)) {
    await page.goBack();
    await settled(page);
    expect(page.url()).toBe(url);
  }
  for (const url of seen.slice(1)) {
    await page.goForward();
    await settled(page);
    expect(page.url()).toBe(url);
  }
  await page.locator('[data-role=back]').tap();
  await expect(page).toHaveURL(seen[seen.length - 2]);
});

test('a reload comes back to the same place on every page', async ({ page, context }) => {
  test.setTimeout(120_000);
  await prefer(context, 'normal', 'zh-CN');
  for (const route of stack().routes) {
    if (route.name === 'log_in_code') continue;
    if (route.as) await enter(context, route.as);
    await open(page, route.path);
    const before = [new URL(page.url()).pathname, await page.locator('main h1').innerText()];
    await page.reload();
    await settled(page);
    expect([new URL(page.url()).pathname, await page.locator('main h1').innerText()], route.name).toEqual(before);
  }
});

test('what was typed is there after back, forward and reload', async ({ page, context }) => {
  await prefer(context, 'care', 'zh-CN');
  await open(page, '/');
  await open(page, '/login');
  await page.locator('#phone').fill('139001');
  await page.reload();
  await settled(page);
  await expect(page.locator('#phone')).toHaveValue('139001');
  await page.goBack();
  await settled(page);
  await page.goForward();
  await settled(page);
  await expect(page.locator('#phone')).toHaveValue('139001');
});

test('the scroll position is kept on the way back', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  await open(page, '/book/general');
  await page.evaluate(() => scrollTo(0, 400));
  const at = await page.evaluate(() => scrollY);
  await page.locator('main .choices a').nth(8).tap();
  await settled(page);
  await page.goBack();
  await settled(page);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(at - 120);
});

test('a double tap acts once', async ({ page, context }) => {
  const who = somebody('history');
  await prefer(context, 'care', 'zh-CN');
  await enter(context, who.phone, await logIn(who.phone));
  await open(page, await freeSlot(0));
  await page.locator('main a[href*="/for/"]').first().tap();
  await page.waitForURL(/\/for\//);
  await settled(page);
  const made: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') made.push(new URL(request.url()).pathname.split('/').pop()!);
  });
  const button = page.locator('[data-role=primary]');
  await button.scrollIntoViewIfNeeded();
  const box = (await button.boundingBox())!;
  for (const wait of [120, 280, 0]) {
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForTimeout(wait);
  }
  await page.waitForTimeout(2500);
  for (const kind of ['holds', 'appointments']) {
    expect(made.filter((name) => name === kind).length, kind).toBeLessThanOrEqual(1);
  }
  const list = await page.request.get(`/api/v1/people/${who.person}/appointments`);
  expect((await list.json()).appointments.length).toBeLessThanOrEqual(1);
});

test('the hospital’s time is shown whatever the phone’s zone is', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  const ticket = stack().routes.find((row) => row.name === 'appointment')!;
  await enter(context, ticket.as!);
  const [, person, id] = /people\/([^/]+)\/appointments\/([^/]+)/.exec(ticket.path)!;
  await open(page, ticket.path);
  const booked = await (await page.request.get(`/api/v1/people/${person}/appointments/${id}`)).json();
  const hour = Number(booked.start.slice(11, 13));
  const shown = `${hour > 12 ? hour - 12 : hour}:${booked.start.slice(14, 16)}`;
  await expect(page.locator('main')).toContainText(shown);
});
