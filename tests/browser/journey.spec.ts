// The whole journey on the real parts, in both modes and three languages: log in, find, book,
// ticket, list, move, cancel, report. Each step leaves a picture.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { codeFor, somebody, stack } from './lib/stack';
import { enter, expect, prefer, settled, test, type Lang, type Mode } from './lib/test';

const PICTURES = process.env.SCREENSHOTS ?? path.join(__dirname, '../../target/browser/screenshots');

const JOURNEYS: [Mode, Lang][] = [
  ['normal', 'zh-CN'], ['care', 'zh-CN'], ['normal', 'zh-TW'], ['care', 'zh-TW'], ['normal', 'en'], ['care', 'en'],
];

JOURNEYS.forEach(([mode, lang], index) => {
  test(`the journey, ${mode}, ${lang} @screenshots`, async ({ page, context }) => {
    test.setTimeout(150_000);
    const who = somebody('journey', index);
    const folder = path.join(PICTURES, `${mode}-${lang}`);
    mkdirSync(folder, { recursive: true });
    let count = 0;
    const picture = async (name: string) => {
      await settled(page);
      count += 1;
      await page.screenshot({ path: path.join(folder, `${String(count).padStart(2, '0')}-${name}.png`) });
    };
    await prefer(context, mode, lang);
    await page.goto('/');
    await picture('home');
    await expect(page.locator('html')).toHaveAttribute('lang', lang);

    // Find: hospital, department, doctor, time.
    await page.locator('a[href="/book"]').tap();
    await picture('hospitals');
    await page.locator('main a[href^="/book/general"]').first().tap();
    await picture('departments');
    await toDoctors(page, mode);
    await picture('doctors');
    await toFreeSlots(page, index);
    await picture('slots');
    await chooseTime(page);

    // Log in on the way.
    await page.waitForURL(/\/login/);
    await settled(page);
    await page.locator('#phone').fill(who.phone);
    await picture('login');
    await page.locator('[data-role=primary]').tap();
    await page.waitForURL(/\/login\/code/);
    await page.locator('input[autocomplete=one-time-code]').fill(await codeFor(who.phone));
    await picture('code');
    await page.locator('[data-role=primary]').tap();
    await page.waitForURL(/\/book\//);
    await settled(page);

    // For whom, check, book.
    if (!/\/for\//.test(page.url())) {
      await picture('who-for');
      await page.locator(`main a[href*="/for/"]`).first().tap();
      await page.waitForURL(/\/for\//);
    }
    await settled(page);
    const check = page.locator('main');
    await expect(check, 'how much').toContainText(/\d+(\.\d\d)?/);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-role')), 'not focused beforehand').not.toBe('primary');
    await picture('check');
    await bookNow(page);
    await page.waitForURL(/\/ticket$/, { timeout: 20_000 });
    await picture('ticket');
    const number = (await page.locator('main').innerText()).match(/\d[\d ]{8,}\d/)?.[0].replace(/ /g, '');
    expect(number, 'ten digits').toMatch(/^\d{10}$/);
    expect(await page.locator('main svg, main canvas, main img').count(), 'a code to scan').toBeGreaterThan(0);

    // It is in the list; move it.
    await page.goto('/appointments');
    await settled(page);
    await picture('appointments');
    const mine = page.locator('main a[href*="/appointments/"]').first();
    await mine.tap();
    await page.waitForURL(/\/appointments\/[^/]+$/);
    await picture('appointment');
    await page.locator('main a[href*="instead_of="]').first().tap();
    await page.waitForURL(/instead_of=/);
    await settled(page);
    await toFreeSlots(page, index + JOURNEYS.length);
    await picture('move-slots');
    await chooseTime(page);
    await page.waitForURL(/\/for\/.*instead_of=/);
    await picture('move-check');
    await bookNow(page);
    await page.waitForURL(/\/ticket$/, { timeout: 20_000 });
    await picture('moved');

    // Cancel it.
    const url = page.url().replace(/\/ticket$/, '/cancel');
    await page.goto(url);
    await settled(page);
    await picture('cancel');
    await page.locator('[data-role=danger]').tap();
    await expect(page.locator('main [role=status]').filter({ visible: true }).first()).toBeVisible();
    await picture('cancelled');

    // Nothing about the person stays in the browser.
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie);
    for (const secret of [who.phone, who.id_number, who.name]) expect(kept).not.toContain(secret);
  });
});

async function toDoctors(page: Page, mode: Mode) {
  // Care mode asks for the group first.
  for (let deep = 0; deep < 3 && /\/book\/[^/]+(\?.*)?$/.test(page.url()); deep += 1) {
    const before = page.url();
    await settled(page);
    const rows = page.locator('main .choices a[href^="/book/"]');
    const heart = page.locator('main .choices a[href^="/book/"]').filter({ hasText: /内科|內科|medicine|Cardio|心/ });
    await ((await heart.count()) ? heart.first() : rows.first()).tap();
    await page.waitForURL((now) => now.toString() !== before);
  }
  await settled(page);
  expect(page.url(), mode).toMatch(/\/book\/[^/]+\/[^/?]+/);
}

/** Goes on from a department's doctors to a day that has free times; each journey to its own. */
async function toFreeSlots(page: Page, index: number) {
  await settled(page);
  const [, hospital, department] = /\/book\/([^/]+)\/([^/?]+)/.exec(page.url())!;
  const query = new URL(page.url()).search;
  const list = await page.request.get(`/api/v1/hospitals/${hospital}/departments/${department}/availability?days=14`);
  const days = (await list.json()).days.slice(2);
  const free = days.flatMap((day: { date: string; doctors: { id: string; free: number | null; state: string }[] }) =>
    day.doctors.filter((row) => row.state === 'free').map((row) => ({ date: day.date, doctor: row.id })));
  expect(free.length, 'the department has nothing free').toBeGreaterThan(0);
  const at = free[Math.floor(((index + 0.5) / (2 * JOURNEYS.length)) * free.length)];
  // The day is chosen as a person would: by the page of that day, then the doctor's row.
  const onward = new URLSearchParams(query);
  onward.set('date', at.date);
  await page.goto(`/book/${hospital}/${department}?${onward}`);
  await settled(page);
  const row = page.locator(`main a[href*="/${at.doctor}/${at.date}"]`).first();
  if (await row.count()) await row.tap();
  else await page.locator(`main a[href*="/${at.date}"]`).first().tap();
  await page.waitForURL(new RegExp(`/${at.date}`));
  await settled(page);
}

/** Chooses a free time; care mode asks for the half of the day first. */
async function chooseTime(page: Page) {
  await settled(page);
  const half = page.locator('main a[href*="part="]');
  if (await half.count()) {
    await half.first().tap();
    await page.waitForURL(/part=/);
    await settled(page);
  }
  const before = page.url();
  await page.locator('main .times a.row, main .choices a.row').first().tap();
  await page.waitForURL((now) => now.toString() !== before);
}

/** Presses the one task of the check page; the ticket comes. */
async function bookNow(page: Page) {
  await page.locator('[data-role=primary]').tap();
  await page.waitForURL(/\/ticket$/, { timeout: 30_000 });
}

for (const mode of ['normal', 'care'] as Mode[]) {
  test(`a report, ${mode} @screenshots`, async ({ page, context }) => {
    const { routes } = stack();
    const report = routes.find((row) => row.name === 'report')!;
    await prefer(context, mode, 'zh-CN');
    await enter(context, report.as!);
    const folder = path.join(PICTURES, `${mode}-report`);
    mkdirSync(folder, { recursive: true });
    await page.goto('/');
    await settled(page);
    // Three taps at most from home: reports, (whose,) one report.
    let taps = 0;
    await page.locator('main a[href="/reports"]').tap();
    taps += 1;
    await settled(page);
    await page.screenshot({ path: path.join(folder, '01-reports.png') });
    while (!/\/reports\/[^/]+$/.test(page.url()) && taps < 4) {
      const before = page.url();
      await page.locator('main .choices a, main a.row').first().tap();
      taps += 1;
      await page.waitForURL((now) => now.toString() !== before);
      await settled(page);
    }
    expect(taps).toBeLessThanOrEqual(3);
    await page.screenshot({ path: path.join(folder, '02-report.png'), fullPage: true });
    await page.goto(report.path);
    await settled(page);
    await expect(page.locator('main')).toContainText(/\d/);
    await page.screenshot({ path: path.join(folder, '03-report.png'), fullPage: true });
  });
}
