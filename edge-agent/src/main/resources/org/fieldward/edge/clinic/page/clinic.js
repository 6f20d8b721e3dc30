// The ward's page: asks the gateway every second, shows the worst first, and says loudly when it is not being updated.

import { Devices } from './devices.js';
import { Record } from './record.js';
import { Tile } from './tile.js';
import { LANES, age, bytes, clock, element, kind, set } from './words.js';

const ASK_MS = 1_000;
const PATIENCE_MS = 3_000;
const DEAD_MS = 4_000;
const LATE_SECONDS = 60;

const page = Object.fromEntries(
  ['name', 'summary', 'clock', 'live', 'banner', 'gateway', 'beds', 'devices', 'record', 'to-beds', 'to-devices', 'to-record'].map((id) => [
    id,
    document.getElementById(id),
  ]),
);
const tiles = new Map();
const devices = new Devices(page.devices);
const record = new Record(page.record);
const nobody = element('p', 'none', 'No device is connected.');
page.beds.append(nobody);

let view = null;
let shownAt = null;
let shownFrom = '';
let refused = false;

async function ask() {
  try {
    const answer = await fetch('api/clinic', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    refused = answer.status === 401 || answer.status === 403;
    if (answer.ok) take(await answer.json());
  } catch {
    // The banner says it; the next question comes by itself.
  }
  drawLive();
  // Every question without a login costs the gateway a password check.
  if (!refused) setTimeout(ask, ASK_MS);
}

function take(fresh) {
  // A gateway that answers with the same moment again and again is not updating anything.
  if (fresh.at !== shownFrom) shownAt = performance.now();
  shownFrom = fresh.at;
  view = fresh;
  draw();
}

function draw() {
  set(page.name, view.gateway || 'Ward');
  set(page.clock, new Date(view.at).toLocaleTimeString([], { hour12: false }));
  drawTiles(view.devices.filter((device) => device.tile));
  if (!page.devices.hidden) devices.show(view.devices);
  if (!page.record.hidden) record.show(view);
  drawSummary();
  drawGateway();
}

function drawTiles(shown) {
  nobody.hidden = shown.length > 0;
  const said = rosterAge();
  const here = new Set(shown.map((device) => device.device));
  for (const [name, tile] of tiles) {
    if (!here.has(name)) {
      tile.root.remove();
      tiles.delete(name);
    }
  }
  shown.forEach((device, i) => {
    let tile = tiles.get(device.device);
    if (!tile) tiles.set(device.device, (tile = new Tile()));
    if (page.beds.children[i] !== tile.root) page.beds.insertBefore(tile.root, page.beds.children[i]);
    tile.show(device, said);
  });
}

/** A bed may have another patient since: whoever reads it must see how old it is. */
function rosterAge() {
  if (!view.roster || view.core.link === 'up') return '';
  const when = view.roster.saidSeconds === undefined ? 'at an unknown time' : `${age(view.roster.saidSeconds)} ago`;
  return `bed as the centre said ${when}`;
}

function drawSummary() {
  const count = (urgency) => view.devices.filter((device) => device.urgency === urgency).length;
  const high = count('high');
  const lower = count('medium') + count('low');
  const technical = count('technical');
  const words = [];
  if (high) words.push(`*** ${high} high`);
  if (lower) words.push(`** ${lower} lower`);
  if (technical) words.push(`⚙ ${technical} technical`);
  const online = view.devices.filter((device) => device.state === 'online').length;
  page.summary.dataset.alarm = high ? 'high' : lower ? 'medium' : 'none';
  set(page.summary, `${online} online · ${words.length ? words.join(' · ') : 'no alarms'}`);
  document.title = high || lower ? `(${high + lower}) Fieldward: ward` : 'Fieldward: ward';
}

function drawGateway() {
  const core = view.core;
  const alone = core.link === 'none';
  const late = !alone && core.backlog > 0 && (core.oldestSeconds ?? 0) > LATE_SECONDS && !core.held;
  const confirmed = core.lastConfirmedSeconds === undefined ? 'nothing since the start' : `${age(core.lastConfirmedSeconds)} ago`;
  const done = core.held ? ', until the transfer window opens' : core.caughtUpInSeconds > 1 ? `, done in about ${age(core.caughtUpInSeconds)}` : '';
  const waiting = core.backlog ? `${core.backlog} wait, oldest ${age(core.oldestSeconds ?? 0)}${done}` : 'nothing waits';
  const used = view.disk.bytesUsed / view.disk.bytesAllowed;
  const [clockWords, clockBad] = clock(view.clock);
  const parts = [
    alone
      ? [`Core: none, kept here: ${core.backlog} records`, false]
      : [`Core ${core.link === 'up' ? '● connected' : '✕ not connected'}, confirmed ${confirmed}, ${waiting}`, late],
    [`Disk ${bytes(view.disk.bytesUsed)} of ${bytes(view.disk.bytesAllowed)} (${Math.round(used * 100)} %)`, used > 0.8],
    [clockWords[0].toUpperCase() + clockWords.slice(1), clockBad],
  ];
  if (view.disk.damage) parts.push([`Buffer damaged: ${view.disk.damage}`, true]);
  const lost = Object.entries(view.disk.lost).map(([lane, count]) => `${count} ${LANES[lane] ?? lane}`);
  if (lost.length) parts.push([`Not kept: ${lost.join(', ')}`, true]);
  if (view.disk.full) parts.push(['No room on the disk: only alarms are taken', true]);
  for (const alarm of view.gatewayAlarms) {
    parts.push([`⚙ ${alarm.kind === 'disk' ? alarm.detail : `${kind(alarm.kind)}: readings are kept here`}`, true]);
  }
  while (page.gateway.childElementCount > parts.length) page.gateway.lastChild.remove();
  while (page.gateway.childElementCount < parts.length) page.gateway.append(element('span'));
  parts.forEach(([text, bad], i) => {
    set(page.gateway.children[i], text);
    page.gateway.children[i].className = bad ? 'bad' : '';
  });
}

function drawLive() {
  const never = shownAt === null;
  const waiting = never && !refused && performance.now() < DEAD_MS;
  const lost = !waiting && (refused || never || performance.now() - shownAt > DEAD_MS);
  document.body.dataset.live = String(!lost && !waiting);
  page.live.className = waiting ? 'live waiting' : lost ? 'live dead' : 'live';
  set(page.live, waiting ? 'Connecting …' : lost ? '✕ NOT UPDATED' : '● live');
  page.banner.hidden = !lost;
  if (lost) {
    const since = view ? `since ${new Date(view.at).toLocaleTimeString([], { hour12: false })}` : 'since it was opened';
    const help = refused ? ' The login is no longer accepted: load the page again.' : '';
    set(page.banner, `This screen is not being updated ${since}. Look at the patient, not at this screen.${help}`);
  }
}

function choose() {
  const chosen = ['devices', 'record'].find((one) => location.hash === `#${one}`) ?? 'beds';
  for (const one of ['beds', 'devices', 'record']) {
    page[one].hidden = one !== chosen;
    page[`to-${one}`].setAttribute('aria-current', one === chosen ? 'page' : 'false');
  }
  if (chosen === 'record') record.opened();
  if (view) draw();
  scrollTo(0, 0);
}

addEventListener('hashchange', choose);
choose();
ask();
setInterval(drawLive, 500);
