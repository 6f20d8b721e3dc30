// A short session of a stock client with the FHIR API: node session.mjs BASE. Exits 0 if every step was as it should be.
import * as kit from 'fhir-kit-client';
import assert from 'node:assert/strict';

const Client = typeof kit.default === 'function' ? kit.default : kit.default?.default ?? kit.Client ?? kit.FhirClient;
const client = new Client({ baseUrl: process.argv[2] });

const statement = await client.capabilityStatement();
assert.equal(statement.fhirVersion, '4.0.1');

const body = { resourceType: 'Patient', identifier: [{ system: 'urn:kit', value: '1' }], gender: 'female' };
const made = await client.create({ resourceType: 'Patient', body });
assert.equal(made.meta.versionId, '1');
assert.equal((await client.read({ resourceType: 'Patient', id: made.id })).gender, 'female');

const changed = await client.update({ resourceType: 'Patient', id: made.id, body: { ...made, gender: 'other' } });
assert.equal(changed.meta.versionId, '2');
assert.equal((await client.vread({ resourceType: 'Patient', id: made.id, version: '1' })).gender, 'female');

await client.patch({ resourceType: 'Patient', id: made.id, jsonPatch: [{ op: 'add', path: '/active', value: true }] });
assert.equal((await client.history({ resourceType: 'Patient', id: made.id })).entry.length, 3);

let page = await client.search({ resourceType: 'Patient', searchParams: { identifier: 'urn:kit|1' } });
assert.equal(page.entry.length, 1);

const bundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [1, 2, 3].map((n) => ({
    resource: { resourceType: 'Basic', code: { text: `note ${n}` }, subject: { reference: `Patient/${made.id}` } },
    request: { method: 'POST', url: 'Basic' },
  })),
};
assert.equal((await client.transaction({ body: bundle })).entry.length, 3);

let seen = 0;
page = await client.search({ resourceType: 'Basic', searchParams: { _count: 2 } });
while (page) {
  seen += (page.entry ?? []).length;
  page = page.link.some((link) => link.relation === 'next') ? await client.nextPage({ bundle: page }) : undefined;
}
assert.equal(seen, 3);

await client.delete({ resourceType: 'Patient', id: made.id });
await assert.rejects(client.read({ resourceType: 'Patient', id: made.id }), (error) => {
  assert.equal(error.response?.status ?? error.status, 410);
  return true;
});
console.log('as it should be');
