// Every page of the app, in both modes: no axe violation (A, AA, best practice; AAA contrast in
// care mode) and, in care mode, no broken care rule at 320 and 360 px, at the top size and with
// the phone's text at 200 %.
import AxeBuilder from '@axe-core/playwright';
import { BOOKING, PAGES, stack } from './lib/stack';
import { audit, enter, expect, open, prefer, rules, test, told, type Fault, type Mode } from './lib/test';

const AXE = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

test('the list of pages is complete', () => {
  expect(stack().routes.map((page) => page.name).sort()).toEqual([...PAGES].sort());
});

for (const name of PAGES) {
  for (const mode of ['normal', 'care'] as Mode[]) {
    test(`${name}, ${mode}`, async ({ page, context }) => {
      const about = stack().routes.find((row) => row.name === name)!;
      await prefer(context, mode, 'zh-CN');
      if (about.as) await enter(context, about.as);
      await page.addInitScript(() => {
        if (location.pathname === '/login/code') sessionStorage.setItem('draft:phone', '13800138000');
        // What acts before a finger is lifted, or wants more than a tap.
        const seen: string[] = ((window as unknown as { careListeners: string[] }).careListeners = []);
        const listen = EventTarget.prototype.addEventListener;
        EventTarget.prototype.addEventListener = function (this: EventTarget, kind: string, ...rest: unknown[]) {
          // The tools of this test listen, too; what the app does comes from a file of the edge.
          const ours = new Error().stack?.includes(location.origin);
          // On the window it is only noticed that a finger is there, so that nothing moves under it.
          if (ours && this !== window && /^(touchstart|touchmove|pointerdown|mousedown|contextmenu|drag.*)$/.test(kind)) seen.push(kind);
          return listen.call(this, kind, ...(rest as [EventListener]));
        } as typeof listen;
      });
      await open(page, about.path);
      await expect(page.locator('html')).toHaveAttribute('data-mode', mode);
      const axe = new AxeBuilder({ page }).withTags(AXE);
      if (mode === 'care') axe.options({ rules: { 'color-contrast-enhanced': { enabled: true } } });
      const { violations } = await axe.analyze();
      const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`);
      expect.soft(said, 'axe').toEqual([]);
      if (mode === 'normal') {
        // What concerns everybody: nothing cut off, a way back, the telephone.
        for (const width of [320, 360]) {
          await page.setViewportSize({ width, height: 780 });
          expect.soft(told(await audit(page, { name }, ['CM-12', 'CM-26', 'CM-27', 'CM-30'])), `${width}`).toEqual([]);
        }
        return;
      }
      const what = { name, needs: about.needs, booking: BOOKING.includes(name) };
      const found: Fault[] = [];
      for (const width of [320, 360]) {
        await page.setViewportSize({ width, height: 780 });
        found.push(...(await audit(page, what)));
      }
      await page.setViewportSize({ width: 320, height: 780 });
      await page.evaluate(() => document.documentElement.setAttribute('data-size', '4'));
      found.push(...(await audit(page, { ...what, topSize: true }, ['CM-07'])));
      await page.evaluate(() => document.documentElement.setAttribute('data-size', '1'));
      await page.setViewportSize({ width: 780, height: 360 });
      found.push(...(await audit(page, what, ['CM-12'])));
      expect([...new Set(told(found))]).toEqual([]);
    });
  }
}

/** CM-05: what can be done in the ordinary mode can be done in care mode. */
test('care mode leads wherever the ordinary mode leads', async ({ page, context }) => {
  test.setTimeout(120_000);
  const { routes, sessions } = stack();
  const phone = Object.keys(sessions)[0];
  const template = (href: string) => {
    const path = href.split('?')[0];
    if (href.startsWith('tel:')) return 'tel';
    if (!path.startsWith('/')) return null;
    const parts = path.split('/').filter(Boolean);
    if (parts[0] === 'wait') return 'wait';
    if (parts[0] === 'book') return ['home', 'departments', 'doctors', 'days', 'slots', 'who_for', '', 'check'][parts.length] ?? path;
    if (parts[0] === 'people' && parts.length > 2) return parts.length === 3 ? parts[2] : `one of ${parts[2]} ${parts[4] ?? ''}`;
    return path;
  };
  const leads = async (url: string) => {
    await open(page, url);
    const hrefs = await page.locator('main a[href], footer a[href], header a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')!));
    const actions = await page.locator('[data-role=primary], [data-role=danger]').evaluateAll((all) => all.map((b) => `do ${b.getAttribute('data-role')}`));
    return new Set([...hrefs.map(template), ...actions].filter(Boolean) as string[]);
  };
  const lost: string[] = [];
  const signed = rules['CM-05'].signed.map((row) => `${row.from} ${row.to}`);
  const ways: Record<Mode, Record<string, Set<string>>> = { normal: {}, care: {} };
  for (const route of routes) {
    if (['log_in', 'log_in_code'].includes(route.name)) continue;
    // One right after the other: the demo's day goes on.
    for (const mode of ['normal', 'care'] as Mode[]) {
      await context.clearCookies();
      await prefer(context, mode, 'zh-CN');
      await enter(context, route.as ?? phone);
      ways[mode][route.name] = await leads(route.path);
    }
  }
  for (const [name, normal] of Object.entries(ways.normal)) {
    for (const way of normal) {
      if (!ways.care[name].has(way) && !signed.includes(`${name} ${way}`)) lost.push(`${name} leads to ${way}`);
    }
  }
  expect(lost).toEqual([]);
});

/** CM-30: back, switch and help stand in the same places on every page. */
test('the header is in the same place on every page', async ({ page, context }) => {
  test.setTimeout(120_000);
  await prefer(context, 'care', 'zh-CN');
  const places: Record<string, string[]> = {};
  for (const route of stack().routes.filter((row) => row.needs === 'nothing' && row.name !== 'log_in_code')) {
    await open(page, route.path);
    for (const mark of ['[data-role=back]', '[data-care-toggle]', 'header [data-help]']) {
      const found = page.locator(mark);
      const box = (await found.count()) ? await found.first().boundingBox() : null;
      if (box) (places[mark] ??= []).push(`${Math.round(box.x / 4)},${Math.round(box.y / 4)}`);
    }
  }
  for (const [mark, seen] of Object.entries(places)) {
    // Home has the name where others have the way back: compare among those.
    const others = mark === '[data-role=back]' ? seen : seen.slice(1);
    expect(new Set(others).size, `${mark}: ${seen.join(' ')}`).toBe(1);
  }
});
