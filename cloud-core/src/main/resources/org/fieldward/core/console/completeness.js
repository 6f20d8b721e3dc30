// Says per bed and day how much is here, in words first. Every number comes from the core; none is made up here.

import * as session from './session.js';

const page = Object.fromEntries(
  ['made', 'banner', 'who', 'question', 'from', 'to', 'facility', 'bed', 'only', 'statement', 'csv', 'summary',
    'rows', 'gaps', 'gateways', 'meaning'].map((id) => [id, document.getElementById(id)]),
);

const LOST = {
  thinned: 'thinned out to make room on the gateway’s disk',
  evicted: 'given up to make room on the gateway’s disk, the oldest first',
  refused: 'turned away because the gateway had no room; the device was told so and may have sent them again',
  damaged: 'unreadable on the gateway’s disk; their bytes are kept there',
  summarised: 'summarised to make room on the gateway’s disk: of each second the lowest and the highest are here',
};
const LANES = {
  alarm: 'alarms', event: 'events', vital: 'readings', trend: 'trend readings', waveform: 'stretches of waveform',
};

let report = null;

function query() {
  const asked = new URLSearchParams();
  for (const name of ['from', 'to', 'facility', 'bed']) if (page[name].value) asked.set(name, page[name].value);
  return asked;
}

async function get(path) {
  const answer = await fetch(`api/v1/completeness${path}`, { headers: session.headers(), cache: 'no-store' });
  if (answer.status === 401) session.signIn('over');
  if (!answer.ok) {
    const body = await answer.json().catch(() => ({}));
    throw new Error(body.error ?? `status ${answer.status}`);
  }
  return answer;
}

async function load() {
  try {
    report = await (await get(`?${query()}`)).json();
    page.banner.hidden = true;
    draw();
  } catch (failure) {
    refuse(failure);
  }
}

/** The address alone would not carry the token. */
async function save(path, name) {
  try {
    const blob = await (await get(path)).blob();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    page.banner.hidden = true;
  } catch (failure) {
    refuse(failure);
  }
}

function refuse(failure) {
  page.banner.hidden = false;
  page.banner.textContent = `The core did not answer this (${failure.message}).${report ? ' What stands below is old.' : ''}`;
}

function count(number) {
  return number.toLocaleString('en-GB');
}

function some(number, one, many) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function sum(counts) {
  return Object.values(counts).reduce((total, one) => total + one, 0);
}

function time(at, zone) {
  const options = { timeZone: zone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
  return new Date(at).toLocaleString('en-GB', options);
}

/** What a row says, the worst first: { kind: bad, wait or good, text }. */
function words(row) {
  const said = [];
  const lost = sum(row.missing);
  const across = sum(row.across);
  const holes = row.stretches.reduce((total, stretch) => total + stretch.holes, 0);
  const held = sum(row.quarantined);
  const silent = row.quarters.bound - row.quarters.withRecord;
  const stored = row.readings + row.waveforms;
  if (row.measured === 0 && sum(row.across) === 0) {
    said.push({ kind: 'bad', text: '✕ Nothing has come, although a device serves a patient.' });
  } else if (silent > 0) {
    said.push({ kind: 'bad', text: `✕ No record in ${count(silent)} of ${some(row.quarters.bound, 'quarter hour', 'quarter hours')}.` });
  }
  if (lost > 0) said.push({ kind: 'bad', text: `✕ ${some(lost, 'record is', 'records are')} known to be lost: see below.` });
  if (across > 0) said.push({ kind: 'bad', text: `✕ Of ${some(across, 'more lost record', 'more lost records')} nobody knows how many belong to this day.` });
  if (held > 0) said.push({ kind: 'bad', text: `✕ ${some(held, 'record was', 'records were')} set aside (${Object.keys(row.quarantined).join(', ')}).` });
  if (row.unbound > 0) said.push({ kind: 'bad', text: `✕ ${some(row.unbound, 'record waits', 'records wait')} for a binding to a patient.` });
  if (holes > 0) said.push({ kind: 'wait', text: `… ${some(holes, 'record', 'records')} the gateway numbered in that time, of any of its devices, ${holes === 1 ? 'is' : 'are'} on the way or lost.` });
  if (report.log.chain && row.anchored < stored) said.push({ kind: 'wait', text: `… ${some(stored - row.anchored, 'record waits', 'records wait')} for the next root on the chain.` });
  if (!report.log.chain && row.signed < stored) said.push({ kind: 'wait', text: `… ${some(stored - row.signed, 'record waits', 'records wait')} for the next signed checkpoint.` });
  if (!said.some((one) => one.kind === 'bad') && holes === 0 && row.stretches.length > 0) {
    said.unshift({ kind: 'good', text: '✓ No loss is known, and no sequence between the first and the last record is missing.' });
  } else if (said.length === 0) {
    said.push({ kind: 'good', text: '✓ No loss is known.' });
  }
  return said;
}

function draw() {
  const rows = report.rows.map((row) => ({ row, said: words(row) }));
  const bad = rows.filter(({ said }) => said.some((one) => one.kind === 'bad'));
  options(page.facility, [...new Set(report.gateways.map((gateway) => gateway.gateway))]);
  options(page.bed, [...new Set(report.rows.map((row) => row.bed).filter(Boolean))]);
  page.made.textContent = `as of ${time(report.made, 'UTC')} UTC`;
  page.summary.dataset.state = bad.length || report.gaps.length ? 'bad' : rows.length ? 'good' : 'none';
  page.summary.textContent = summary(rows.length, bad.length);
  page.rows.replaceChildren(...(page.only.checked ? bad : rows).map(({ row, said }) => line(row, said)));
  page.gaps.replaceChildren(
    ...(report.gaps.length ? report.gaps.map((gap) => item(loss(gap), true)) : [item('No gateway has told of a loss in this time.', false)]),
  );
  page.gateways.replaceChildren(...report.gateways.flatMap(gatewayLines));
  page.meaning.replaceChildren(
    ...Object.entries(report.meaning).flatMap(([name, text]) => [element('dt', name), element('dd', text)]),
  );
}

function summary(all, bad) {
  const lost = report.gaps.reduce((total, gap) => total + gap.count, 0);
  if (!all && !lost) return 'In this time no device was bound, nothing was stored and no loss was told of.';
  const totals = report.totals;
  const proof = report.log.chain ? `${count(totals.anchored)} anchored` : `${count(totals.signed)} signed, no chain is configured`;
  const late = report.unread ? ` · ${some(report.unread, 'batch is', 'batches are')} confirmed but not counted yet` : '';
  const order = bad ? `✕ ${count(bad)} of ${count(all)} bed days are not in order` : `${lost ? '✕' : '✓'} ${some(all, 'bed day', 'bed days')} in order`;
  return `${order} · ${count(totals.confirmed)} records confirmed · ${proof} · ${lost ? `${count(lost)} known lost` : 'no loss known'}${late}`;
}

function line(row, said) {
  const tr = document.createElement('tr');
  tr.className = said.some((one) => one.kind === 'bad') ? 'bad' : 'good';
  const zone = row.zoneKnown ? row.zone : 'UTC, the facility’s zone is not known';
  tr.append(
    cell('day', row.day, zone),
    cell('bed', row.bed ?? 'no bed', [row.facility, ...row.devices].filter(Boolean).join(' · ')),
    cell('', row.patients.map((one) => one.patient).join(', ') || '–'),
    cell('count', count(row.values), `${count(row.readings)} readings`),
    cell('count', count(row.confirmed), row.waveforms ? `${count(row.waveforms)} waveforms` : ''),
    cell('count', report.log.chain ? count(row.anchored) : '–', `${count(row.signed)} signed`),
    cell('count', count(sum(row.missing))),
  );
  const last = cell('', '');
  last.replaceChildren(...said.map((one) => Object.assign(element('p', one.text), { className: one.kind })));
  tr.append(last);
  return tr;
}

function loss(gap) {
  const row = report.rows.find((one) => one.devices.includes(gap.device));
  const zone = row?.zone ?? 'UTC';
  const device = gap.device === 'unnamed' ? 'Device not known' : `device ${gap.device}`;
  const who = gap.bed ? `${gap.bed}, ${device}` : device;
  const whom = gap.patients.length ? `, patient ${gap.patients.join(' or ')}` : ', no patient bound';
  const what = `${count(gap.count)} ${LANES[gap.lane] ?? gap.lane}`;
  return `✕ ${who}${whom}: ${what} measured from ${time(gap.from, zone)} to ${time(gap.to, zone)} (${zone}), ${
    LOST[gap.reason] ?? gap.reason}. Gateway ${gap.gateway} told so at ${time(gap.told, zone)}. Gap record ${gap.number}.`;
}

function gatewayLines(gateway) {
  const heard = gateway.heard
    ? `at ${time(gateway.heard, 'UTC')} UTC it said that it still holds ${some(gateway.backlog, 'record', 'records')}`
    : 'it has never said what it still holds';
  if (!gateway.lives.length) return [item(`${gateway.gateway}: nothing has come from it; ${heard}.`, true)];
  return gateway.lives.map((life) =>
    item(
      `${gateway.gateway}, buffer ${life.epoch}: ${count(life.held)} of ${count(life.upTo)} numbered records confirmed, ${
        life.holes ? `${count(life.holes)} on their way, still there, or lost` : 'none missing up to the newest'}; ${heard}.`,
      life.holes > 0,
    ),
  );
}

function options(select, names) {
  const known = new Set([...select.options].map((option) => option.value));
  for (const name of names) if (!known.has(name)) select.append(new Option(name, name));
}

function cell(kind, text, small) {
  const td = element('td', text);
  td.className = kind;
  if (small) td.append(Object.assign(element('span', small), { className: 'small' }));
  return td;
}

function item(text, bad) {
  const li = element('li', text);
  li.className = bad ? 'bad' : '';
  return li;
}

function element(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}

page.question.addEventListener('submit', (event) => {
  event.preventDefault();
  load();
});
page.only.addEventListener('change', () => report && draw());
page.statement.addEventListener('click', () => save(`/statement?${query()}`, `completeness-${page.from.value}-${page.to.value}.note`));
page.csv.addEventListener('click', () => save(`?format=csv&${query()}`, `completeness-${page.from.value}-${page.to.value}.csv`));

const DAY_MS = 86_400_000;
page.to.value = new Date().toISOString().slice(0, 10);
page.from.value = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
session.show(page.who);
load();
