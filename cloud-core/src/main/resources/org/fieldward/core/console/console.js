// The central station's page: loads the ward, follows the stream, and says loudly when it cannot.

import { Card } from './card.js';
import * as session from './session.js';
import { follow } from './stream.js';
import { Ward, byUrgency } from './ward.js';
import { shortAge } from './age.js';

const DEAD_MS = 20_000;
const STATE_MS = 5_000;
const RELOAD_MS = 60_000;

const ward = new Ward();
const cards = new Map();
const page = Object.fromEntries(
  ['ward', 'banner', 'link', 'clock', 'summary', 'gateways', 'anchor', 'held', 'who'].map((id) => [
    id,
    document.getElementById(id),
  ]),
);

let aliveAt = null;
let dataAt = null;
let streaming = false;
let loaded = false;
let states = { gateways: [], anchor: null, held: null, at: null };

async function get(path) {
  const answer = await fetch(`api/v1/${path}`, { headers: session.headers(), cache: 'no-store' });
  if (answer.status === 401) session.signIn('over');
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function load() {
  try {
    const [now, alarms] = await Promise.all([get('ward'), get('alarms')]);
    ward.load(now, alarms);
    loaded = true;
    arrange();
  } catch {
    // The banner says that nothing is live; the next attempt comes by itself.
  }
}

async function loadStates() {
  try {
    const [gateways, anchor, held] = await Promise.all([get('gateways'), get('anchor'), get('quarantine?limit=1')]);
    states = { gateways, anchor, held: held.counts, at: ward.now() };
  } catch {
    // Their age is shown, so that old states are seen to be old.
  }
}

function arrange() {
  for (const [key, card] of cards) {
    if (!ward.beds.has(key)) {
      card.root.remove();
      cards.delete(key);
    }
  }
  for (const [key, bed] of ward.beds) {
    if (!cards.has(key)) cards.set(key, new Card(bed));
    page.ward.append(cards.get(key).root);
  }
  draw();
}

function draw() {
  const now = ward.now();
  for (const [key, bed] of ward.beds) cards.get(key)?.show(bed, ward.alarmsOf(bed), now);
  drawLink();
  drawSummary();
  drawStates(now);
  set(page.clock, new Date(now).toLocaleTimeString([], { hour12: false }));
}

function drawLink() {
  const silent = aliveAt === null ? Infinity : Date.now() - aliveAt;
  const dead = !streaming || silent > DEAD_MS;
  document.body.dataset.live = String(!dead);
  page.link.className = dead ? 'link dead' : 'link live';
  set(page.link, dead ? '✕ NOT LIVE' : '● live');
  page.banner.hidden = !dead;
  if (dead) {
    const since = dataAt === null ? 'this page was opened' : new Date(dataAt).toLocaleTimeString([], { hour12: false });
    set(page.banner, `No live data since ${since}. Values below are old: look at the patient, not at this screen.`);
  }
}

function drawSummary() {
  if (!loaded) {
    set(page.summary, 'Loading the ward …');
    return;
  }
  const alarms = [...ward.alarms.values()].sort(byUrgency);
  const clinical = alarms.filter((alarm) => alarm.class !== 'technical');
  const high = clinical.filter((alarm) => alarm.priority === 'high').length;
  const technical = alarms.length - clinical.length;
  page.summary.dataset.alarm = high ? 'high' : clinical.length ? 'medium' : 'none';
  const words = [];
  if (high) words.push(`*** ${high} high`);
  if (clinical.length > high) words.push(`${clinical.length - high} lower`);
  if (technical) words.push(`⚙ ${technical} technical`);
  const patients = `${ward.beds.size} patient${ward.beds.size === 1 ? '' : 's'}`;
  set(page.summary, `${patients} · ${words.length ? words.join(' · ') : 'no alarms'}`);
}

function drawStates(now) {
  const lines = states.gateways.map((gateway) => {
    const backlog = Object.values(gateway.backlog).reduce((sum, count) => sum + count, 0);
    const confirmed = gateway.last_confirmed ? `${shortAge((now - Date.parse(gateway.last_confirmed)) / 1000)} ago` : 'never';
    const late = !gateway.connected || !gateway.last_confirmed || now - Date.parse(gateway.last_confirmed) > 60_000;
    const copied = gateway.copy_noticed && now - Date.parse(gateway.copy_noticed) < 86_400_000;
    const offset = gateway.clock_offset_ms;
    const clock = offset === undefined ? 'clock unknown' : `clock ${offset >= 0 ? '+' : '−'}${duration(Math.abs(offset))}`;
    return {
      bad: late || copied || Math.abs(offset ?? 0) > 2_000,
      text: `${gateway.connected ? '●' : '✕ offline'} ${gateway.gateway} · backlog ${backlog} · confirmed ${confirmed} · ${clock}${copied ? ' · a copy of its buffer speaks too' : ''}${settingsOf(gateway)}`,
    };
  });
  if (!lines.length) lines.push({ bad: false, text: states.at ? 'no gateway has called yet' : 'not known yet' });
  fill(page.gateways, 'Gateways', lines);
  fill(page.anchor, 'Log', [anchorLine(now)]);
  const counts = Object.entries(states.held ?? {}).filter(([, count]) => count > 0);
  fill(page.held, 'Quarantine', [
    {
      bad: counts.length > 0,
      text: counts.length ? counts.map(([reason, count]) => `${count} ${reason}`).join(' · ') : states.held ? 'empty' : 'not known yet',
    },
  ]);
}

/** What became of the settings that this core wants there; its detail is in the API. */
function settingsOf(gateway) {
  const wanted = gateway.configuration;
  if (!wanted) return '';
  const said = wanted.state?.version === wanted.version ? wanted.state : null;
  const word = !said ? 'not answered' : said.applied ? 'in force' : said.detail === 'on trial' ? 'on trial' : 'NOT IN FORCE';
  return ` · settings ${wanted.version} ${word}`;
}

function anchorLine(now) {
  const anchor = states.anchor;
  if (!anchor) return { bad: false, text: 'not known yet' };
  const signed = anchor.checkpoint
    ? `signed to ${anchor.checkpoint.size}, ${shortAge((now - Date.parse(anchor.checkpoint.signed)) / 1000)} ago`
    : 'no checkpoint yet';
  const chains = {
    none: 'no chain configured',
    connecting: 'waiting for the chain',
    connected: 'chain connected',
    behind: '✕ chain out of reach, anchors wait',
  };
  const anchored = anchor.anchored
    ? ` · on chain to ${anchor.anchored.size}, ${anchor.anchored.final ? 'final' : 'provisional'}`
    : '';
  return {
    bad: anchor.chain === 'behind' || Boolean(anchor.trouble),
    text: `${anchor.log_size} entries · ${signed} · ${chains[anchor.chain] ?? anchor.chain}${anchored}${
      anchor.trouble ? ' · ✕ the log waits' : ''
    }`,
  };
}

function fill(section, title, lines) {
  while (section.childElementCount > lines.length + 1) section.lastChild.remove();
  while (section.childElementCount < lines.length + 1) {
    section.append(document.createElement(section.childElementCount ? 'p' : 'h3'));
  }
  set(section.children[0], title);
  lines.forEach((line, i) => {
    set(section.children[i + 1], line.text);
    section.children[i + 1].className = line.bad ? 'bad' : '';
  });
}

function duration(ms) {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

follow(session.bearer, {
  alive() {
    const back = !streaming;
    streaming = true;
    aliveAt = Date.now();
    if (back) load();
  },
  event(kind, data) {
    if (kind === 'reading') {
      dataAt = ward.now();
      ward.accept(data);
    } else if (kind === 'alarm') {
      ward.alarm(data);
      draw();
    } else if (kind === 'gap') {
      load();
    }
  },
  lost(status) {
    streaming = false;
    if (status === 401) session.signIn('over');
    draw();
  },
});

session.show(page.who);
load();
loadStates();
setInterval(draw, 500);
setInterval(loadStates, STATE_MS);
// People are moved between beds without a word on the stream.
setInterval(load, RELOAD_MS);
