// What is shown follows what happens: by socket, by asking again, and never under a finger.
import { request, type BrowserContext, type Page } from '@playwright/test';
import { expect, open, prefer, test } from './lib/test';
import { BASE, freeSlot, logIn, somebody } from './lib/stack';

const TAKEN = '刚被约走';

/** A slot of the demo, its page, and its row there. */
async function listed(index: number, page: Page) {
  const path = await freeSlot(index);
  const slot = path.slice(path.lastIndexOf('/') + 1);
  const list = path.slice(0, path.lastIndexOf('/'));
  return { slot, list, link: page.locator(`main a[href^="${path}"]`) };
}

/** Somebody else, logged in. */
async function somebodyElse(index: number) {
  const who = somebody('live', index);
  const cookie = `session=${await logIn(who.phone)}`;
  return { who, api: await request.newContext({ baseURL: BASE, extraHTTPHeaders: { cookie } }) };
}

/** They take a slot, and a third person looks at the list. */
async function take(index: number, slot: string, list: string, other?: Awaited<ReturnType<typeof somebodyElse>>) {
  const { who, api } = other ?? (await somebodyElse(index));
  const held = await api.post(`/api/v1/people/${who.person}/holds`, {
    headers: { 'idempotency-key': `live-${Date.now()}-${index}` },
    data: { hospital: 'general', slot },
  });
  expect(held.status(), await held.text()).toBe(201);
  const [, , , department, , date] = list.split('/');
  await expect(async () => {
    const seen = await api.get(`/api/v1/hospitals/general/departments/${department}/availability?from=${date}&days=1`);
    expect(seen.ok()).toBe(true);
  }).toPass();
  await api.dispose();
  return department;
}

/** No socket ever opens. */
async function withoutSockets(context: BrowserContext) {
  await context.addInitScript(() => {
    (window as unknown as { WebSocket: unknown }).WebSocket = class {
      constructor() {
        throw new Error('blocked');
      }
    };
  });
}

test('a change comes by socket, in place, without a reload', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  const told: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', (frame) => told.push(String(frame.payload))));
  const { slot, list, link } = await listed(1, page);
  await open(page, list);
  await expect(link).toBeVisible();
  await expect.poll(() => told.length, { message: 'the present version' }).toBeGreaterThan(0);
  const rows = await page.locator('main .row').count();
  const other = page.locator('main a.row').last();
  const before = await other.boundingBox();
  const heard = told.length;
  await take(1, slot, list);
  await expect.poll(() => told.length, { message: 'told of the change' }).toBeGreaterThan(heard);
  await expect(link).toHaveCount(0, { timeout: 2000 });
  await expect(page.locator('main')).toContainText(TAKEN);
  expect(await page.locator('main .row').count()).toBe(rows);
  expect(await other.boundingBox(), 'nothing else has moved').toEqual(before);
  await expect(page.locator('#announce')).toHaveText('刚刚有变化，请看下面。');
});

test('where sockets are blocked asking again does it', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  await withoutSockets(context);
  const { slot, list, link } = await listed(2, page);
  await open(page, list);
  await expect(link).toBeVisible();
  await take(2, slot, list);
  await expect(link).toHaveCount(0, { timeout: 15_000 });
  await expect(page.locator('main')).toContainText(TAKEN);
});

test('nothing changes under a finger, and all of it after', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  const told: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', (frame) => told.push(String(frame.payload))));
  const { slot, list, link } = await listed(3, page);
  await open(page, list);
  await expect.poll(() => told.length).toBeGreaterThan(0);
  const box = (await link.boundingBox())!;
  const other = await somebodyElse(3);
  const finger = await context.newCDPSession(page);
  const at = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at });
  const heard = told.length;
  await take(3, slot, list, other);
  await expect.poll(() => told.length).toBeGreaterThan(heard);
  await page.waitForTimeout(1500);
  await expect(link).toHaveCount(1);
  await finger.send('Input.dispatchTouchEvent', { type: 'touchCancel', touchPoints: [] });
  await expect(link).toHaveCount(0, { timeout: 3000 });
});

test('what is hidden does not ask, and asks at once when it is seen again', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  await withoutSockets(context);
  const { list } = await listed(4, page);
  await open(page, list);
  let asked = 0;
  page.on('request', (sent) => (asked += sent.url().includes('/slots') ? 1 : 0));
  const hide = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
  await hide(true);
  await page.waitForTimeout(14_000);
  expect(asked).toBe(0);
  await hide(false);
  await expect.poll(() => asked, { timeout: 2000 }).toBeGreaterThan(0);
});

test('old answers say how old they are, once, and what is unknown is not called free', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  const { list } = await listed(5, page);
  let freshness = 'stale';
  await page.route('**/slots?*', async (route) => {
    const reply = await route.fetch();
    const body = await reply.json();
    body.freshness = freshness;
    body.version += freshness === 'stale' ? 1 : 2;
    if (freshness === 'unknown') for (const slot of body.slots) Object.assign(slot, { state: 'unknown', remaining: null });
    const now = Date.parse(reply.headers()['banzhen-now'] ?? reply.headers().date);
    const headers = { ...reply.headers(), etag: `"${freshness}"`, 'banzhen-checked-at': new Date(now - 185_000).toISOString() };
    await route.fulfill({ response: reply, headers, json: body });
  });
  await open(page, list);
  const age = page.locator('main .age');
  await expect(age).toHaveCount(1);
  await expect(age).toHaveText('这些号是 3 分钟前查到的，可能已经变了。');
  freshness = 'unknown';
  await page.getByRole('button', { name: '再查一次' }).tap();
  await expect(age).toHaveText('现在查不到，不知道有没有。');
  await expect(page.locator('main .row .state').first()).toHaveText('查不到');
});

test('a socket that dies is opened again', async ({ page, context }) => {
  await prefer(context, 'normal', 'zh-CN');
  let opened = 0;
  await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    opened += 1;
    if (opened < 3) socket.close();
    else socket.connectToServer();
  });
  const { list } = await listed(6, page);
  await open(page, list);
  await expect.poll(() => opened, { timeout: 15_000 }).toBe(3);
});
