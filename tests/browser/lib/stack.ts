// What the tests know of the running stack: its development routes.
import { request, type APIRequestContext } from '@playwright/test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const BASE = process.env.BASE_URL ?? 'http://127.0.0.1:8787';
// One file a stack: several may run at the same time.
const KEPT = path.join(__dirname, `../../../target/browser/stack-${new URL(BASE).port}.json`);

/** A page of the app, as `GET /dev/routes` lists it. */
export interface Page {
  name: string;
  path: string;
  needs: 'nothing' | 'session' | 'person';
  as: string | null;
}

/** One of the demo's people. */
export interface Person {
  hospital: string;
  name: string;
  id_number: string;
  phone: string;
  person: string;
  bound: boolean;
  acts_for: { person: string }[];
  tags: string[];
}

export interface Stack {
  base: string;
  routes: Page[];
  people: Person[];
  /** Phone to session cookie. */
  sessions: Record<string, string>;
  /** Where `somebody` begins to count. */
  shift: number;
}

async function json(api: APIRequestContext, url: string) {
  const reply = await api.get(url);
  if (!reply.ok()) throw new Error(`${url}: ${reply.status()}`);
  return reply.json();
}

/** The newest code that was sent to a phone. */
export async function codeFor(phone: string): Promise<string> {
  const api = await request.newContext({ baseURL: BASE });
  const { messages } = await json(api, `/dev/outbox?to=${phone}`);
  await api.dispose();
  const found = messages.find((message: { code: string | null }) => message.code);
  if (!found) throw new Error('no code was sent to that phone');
  return found.code;
}

/** Logs in past the app; the session cookie's value. */
export async function logIn(phone: string): Promise<string> {
  const api = await request.newContext({ baseURL: BASE });
  const asked = await api.post('/api/v1/session/codes', { data: { phone } });
  if (asked.status() !== 202) throw new Error(`codes: ${asked.status()} ${await asked.text()}`);
  const reply = await api.post('/api/v1/session', { data: { phone, code: await codeFor(phone) } });
  if (reply.status() !== 201) throw new Error(`session: ${reply.status()} ${await reply.text()}`);
  const cookie = /session=([^;]+)/.exec(reply.headers()['set-cookie'] ?? '');
  await api.dispose();
  if (!cookie) throw new Error('no session cookie');
  return cookie[1];
}

/** The session of an earlier run against the same stack, while it lives: codes are limited. */
async function kept(phone: string): Promise<string | undefined> {
  if (!existsSync(KEPT)) return undefined;
  const { base, sessions } = JSON.parse(readFileSync(KEPT, 'utf8'));
  if (base !== BASE || !sessions[phone]) return undefined;
  const api = await request.newContext({ baseURL: BASE, extraHTTPHeaders: { cookie: `session=${sessions[phone]}` } });
  const reply = await api.get('/api/v1/session');
  await api.dispose();
  return reply.ok() ? sessions[phone] : undefined;
}

/** Reads the development routes once for all workers and logs in whom the pages need. */
export async function prepare(): Promise<void> {
  const api = await request.newContext({ baseURL: BASE });
  const { routes } = await json(api, '/dev/routes');
  const { people } = await json(api, '/dev/people');
  await api.dispose();
  const phones = new Set<string>(routes.map((page: Page) => page.as).filter(Boolean));
  const sessions: Record<string, string> = {};
  for (const phone of phones) sessions[phone] = (await kept(phone)) ?? (await logIn(phone));
  mkdirSync(path.dirname(KEPT), { recursive: true });
  // A stack that is kept sees other people in the next run: codes are limited by phone.
  const shift = Math.floor(Date.now() / 60_000) * 31;
  writeFileSync(KEPT, JSON.stringify({ base: BASE, routes, people, sessions, shift }));
}

export const stack = (): Stack => JSON.parse(readFileSync(KEPT, 'utf8'));

/** The pages as tests are named, before anything runs: from the app's own list. */
export const PAGES = [
  'home', 'hospitals', 'departments', 'doctors', 'days', 'slots', 'who_for', 'check',
  'my_appointments', 'appointments', 'appointment', 'ticket', 'cancel', 'my_reports', 'reports',
  'report', 'people', 'add_person', 'log_in', 'log_in_code', 'settings', 'help', 'status',
  'wait', 'wait_for', 'my_waitlist', 'waitlist', 'offer',
];

/** The steps of a booking. */
export const BOOKING = ['departments', 'doctors', 'slots', 'who_for', 'check'];

/** Where the people of each spec begin: no two share a phone, whose codes are limited. */
const FIRST = { journey: 0, live: 10, room: 20, history: 40, care: 50, sure: 60, waitlist: 70, truth: 73, none: 77 };

/** Ordinary people with a phone of their own, each for one test of one run. */
export function somebody(spec: keyof typeof FIRST, nth = 0): Person {
  const { people, shift } = stack();
  const phones = new Map<string, number>();
  for (const row of people) phones.set(row.phone, (phones.get(row.phone) ?? 0) + 1);
  const ordinary = people.filter(
    (row) =>
      row.hospital === 'general' && row.bound && row.tags.length === 0 &&
      row.acts_for.length === 0 && phones.get(row.phone) === 1,
  );
  const index = FIRST[spec] + nth;
  const end = Math.min(...Object.values(FIRST).filter((first) => first > FIRST[spec]), ordinary.length);
  if (index >= end) throw new Error(`${spec} has ${end - FIRST[spec]} people only`);
  return ordinary[(index + shift) % ordinary.length];
}

/** A free slot as the page before it links to it, two days ahead or more; another for each index. */
export async function freeSlot(index: number): Promise<string> {
  const api = await request.newContext({ baseURL: BASE });
  const base = '/api/v1/hospitals/general';
  const { departments } = await json(api, `${base}/departments`);
  const department = departments[(5 + index) % departments.length].id;
  const { days } = await json(api, `${base}/departments/${department}/availability?days=14`);
  for (const day of days.slice(2)) {
    for (const row of day.doctors) {
      if (row.state !== 'free') continue;
      const { slots } = await json(api, `${base}/doctors/${row.id}/slots?date=${day.date}`);
      const free = slots.find((slot: { state: string }) => slot.state === 'free');
      if (!free) continue;
      await api.dispose();
      return `/book/general/${department}/${row.id}/${day.date}/${free.id}`;
    }
  }
  throw new Error(`${department} has nothing free`);
}
