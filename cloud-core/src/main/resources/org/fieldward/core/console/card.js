// One patient's card. Everything that comes from the server is set as text, never as markup.

import { freshness, shortAge } from './age.js';

const SVG = 'http://www.w3.org/2000/svg';
const SPARK_MS = 60_000;

const SHOWN = [
  { key: 'heart-rate', label: 'HR', name: 'Heart rate', colour: 'heart', instead: 'pulse-rate' },
  { key: 'spo2', label: 'SpO₂', name: 'Oxygen saturation', colour: 'oxygen' },
  { key: 'respiratory-rate', label: 'RR', name: 'Respiratory rate', colour: 'breath' },
  { key: 'temperature', label: 'Temp', name: 'Temperature', colour: 'warmth' },
];

const PRESSURES = [
  { label: 'NIBP', name: 'Blood pressure', keys: ['systolic', 'diastolic', 'mean-arterial-pressure'] },
  { label: 'ABP', name: 'Arterial pressure', keys: ['arterial-systolic', 'arterial-diastolic', 'arterial-mean'] },
];

const UNITS = { Cel: '°C', '[degF]': '°F', 'mm[Hg]': 'mmHg', '/min': '/min', '%': '%' };
const ABSENT = {
  'not-performed': 'sensor off',
  error: 'sensor error',
  'not-a-number': 'no number',
  'positive-infinity': 'above range',
  'negative-infinity': 'below range',
  unknown: 'unknown',
  'temp-unknown': 'not yet known',
  unsupported: 'unsupported',
};
const MARK = { high: '***', medium: '**', low: '*' };
const WORDS = {
  'limit-high': 'high',
  'limit-low': 'low',
  'sensor-off': 'sensor off',
  'device-silent': 'device silent',
  'link-down': 'link down',
  disk: 'disk of the gateway fills',
};

export class Card {
  constructor(bed) {
    this.bed = bed;
    this.root = element('article', 'card');
    this.root.tabIndex = 0;
    const head = element('header', 'who');
    this.name = element('h2', 'name');
    this.place = element('span', 'place');
    head.append(this.place, this.name);
    this.device = element('div', 'device');
    this.alarm = element('div', 'alarm');
    this.values = element('div', 'values');
    this.cells = new Map();
    this.root.append(head, this.alarm, this.values, this.device);
  }

  show(bed, alarms, now) {
    this.bed = bed;
    const person = [bed.family, bed.given].filter(Boolean).join(', ') || bed.patient;
    set(this.name, person);
    set(this.place, bed.bed ?? 'no bed');
    set(this.device, `${bed.device}${bed.gateway ? ` · ${bed.gateway}` : ''}`);
    this.root.setAttribute('aria-label', `${bed.bed ?? ''} ${person}`);
    this.showAlarm(alarms);
    const alarmed = new Map(alarms.filter((alarm) => alarm.parameter).map((alarm) => [alarm.parameter, alarm]));
    for (const shown of SHOWN) this.showValue(shown, alarmed, now);
    this.showPressure(alarmed, now);
  }

  showAlarm(alarms) {
    const top = alarms[0];
    const kind = !top ? 'none' : top.class === 'technical' ? 'technical' : top.priority;
    this.root.dataset.alarm = kind;
    this.root.dataset.acknowledged = top ? String(top.phase === 'acknowledged') : 'false';
    if (!top) {
      set(this.alarm, 'no alarm');
      return;
    }
    const what = `${shortName(top.parameter)} ${WORDS[top.kind] ?? top.kind}`.trim();
    const mark = top.class === 'technical' ? '⚙ ' + MARK[top.priority] : MARK[top.priority];
    const more = alarms.length > 1 ? ` +${alarms.length - 1}` : '';
    const seen = top.phase === 'acknowledged' ? ' ✓ seen' : '';
    set(this.alarm, `${mark} ${what}${seen}${more}`);
    this.alarm.title = alarms.map((alarm) => alarm.detail).join('\n');
  }

  showValue(shown, alarmed, now) {
    const cell = this.cell(shown.key, shown.label, shown.name, shown.colour);
    const held = this.newest(shown);
    const alarm = alarmed.get(shown.key) ?? alarmed.get(shown.instead);
    cell.root.dataset.alarm = alarm && alarm.class !== 'technical' ? alarm.priority : 'none';
    if (!held) {
      this.empty(cell, 'not measured');
      return;
    }
    const seconds = (now - held.at) / 1000;
    const fresh = freshness(shown.key, seconds);
    cell.root.dataset.age = fresh;
    set(cell.age, shortAge(seconds));
    if (fresh === 'withdrawn') {
      say(cell, 'too old');
    } else if (held.absent) {
      say(cell, ABSENT[held.absent] ?? held.absent);
    } else {
      number(cell, held.text, '', UNITS[held.unit] ?? held.unit);
    }
    cell.root.dataset.off = String(Boolean(held.absent));
    spark(cell.line, held.history, now);
  }

  showPressure(alarmed, now) {
    const values = this.bed.values;
    const shown = PRESSURES.filter((panel) => panel.keys.some((key) => values.has(key)))
      .sort((a, b) => newestAt(values, b) - newestAt(values, a))[0] ?? PRESSURES[0];
    const cell = this.cell('pressure', shown.label, shown.name, 'pressure');
    set(cell.label, shown.label);
    const held = shown.keys.map((key) => values.get(key));
    const alarm = shown.keys.map((key) => alarmed.get(key)).find(Boolean);
    cell.root.dataset.alarm = alarm && alarm.class !== 'technical' ? alarm.priority : 'none';
    const at = newestAt(values, shown);
    if (at === -Infinity) {
      this.empty(cell, 'not measured');
      return;
    }
    const seconds = (now - at) / 1000;
    const fresh = freshness(shown.keys[0], seconds);
    cell.root.dataset.age = fresh;
    set(cell.age, shortAge(seconds));
    // Only numbers of one instant belong together.
    const numbers = held.map((value) => (value && value.at === at && value.text !== null ? value.text : null));
    const off = numbers[0] === null && numbers[1] === null && numbers[2] === null;
    cell.root.dataset.off = String(off);
    if (fresh === 'withdrawn') {
      say(cell, 'too old');
    } else if (off) {
      const reason = held.find((value) => value && value.at === at)?.absent;
      say(cell, ABSENT[reason] ?? 'no number');
    } else {
      number(cell, `${numbers[0] ?? '–'}/${numbers[1] ?? '–'}`, numbers[2] === null ? '' : `(${numbers[2]})`, 'mmHg');
    }
  }

  newest(shown) {
    const own = this.bed.values.get(shown.key);
    const other = shown.instead ? this.bed.values.get(shown.instead) : undefined;
    if (!own || !other) return own ?? other;
    return own.at >= other.at ? own : other;
  }

  empty(cell, reason) {
    cell.root.dataset.age = 'withdrawn';
    cell.root.dataset.off = 'false';
    say(cell, reason);
    set(cell.age, '');
    if (cell.line) cell.line.replaceChildren();
  }

  cell(key, label, name, colour) {
    let cell = this.cells.get(key);
    if (cell) return cell;
    const root = element('div', `value ${colour}`);
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', name);
    const top = element('div', 'top');
    cell = {
      root,
      label: element('span', 'label'),
      age: element('span', 'age'),
      number: element('span', 'number'),
      extra: element('span', 'extra'),
      words: element('span', 'words'),
      unit: element('span', 'unit'),
      line: null,
    };
    set(cell.label, label);
    top.append(cell.label, cell.unit, cell.age);
    const main = element('div', 'main');
    main.append(cell.number, cell.extra, cell.words);
    root.append(top, main);
    if (colour !== 'pressure') {
      cell.line = document.createElementNS(SVG, 'svg');
      cell.line.setAttribute('class', 'spark');
      cell.line.setAttribute('viewBox', '0 0 100 20');
      cell.line.setAttribute('preserveAspectRatio', 'none');
      cell.line.setAttribute('aria-hidden', 'true');
      root.append(cell.line);
    }
    this.values.append(root);
    this.cells.set(key, cell);
    return cell;
  }
}

/** The last minute. A gap stays a gap. */
function spark(svg, history, now) {
  const recent = history.filter((point) => now - point.at <= SPARK_MS);
  const numbers = recent.map((point) => point.number).filter((number) => number !== null);
  if (numbers.length < 2) {
    svg.replaceChildren();
    return;
  }
  const low = Math.min(...numbers);
  const spread = Math.max(Math.max(...numbers) - low, 2);
  let path = '';
  let last = null;
  for (const point of recent) {
    if (point.number === null) {
      last = null;
      continue;
    }
    const x = (100 - ((now - point.at) / SPARK_MS) * 100).toFixed(1);
    const y = (18 - ((point.number - low) / spread) * 16).toFixed(1);
    path += `${last !== null && point.at - last < 10_000 ? 'L' : 'M'}${x} ${y}`;
    last = point.at;
  }
  let line = svg.firstChild;
  if (!line) {
    line = document.createElementNS(SVG, 'path');
    svg.append(line);
  }
  line.setAttribute('d', path);
}

function number(cell, text, extra, unit) {
  set(cell.number, text);
  set(cell.extra, extra);
  set(cell.unit, unit);
  set(cell.words, '');
}

/** Words instead of a number. */
function say(cell, words) {
  set(cell.number, '');
  set(cell.extra, '');
  set(cell.unit, '');
  set(cell.words, words);
}

function newestAt(values, panel) {
  return Math.max(...panel.keys.map((key) => values.get(key)?.at ?? -Infinity));
}

function shortName(parameter) {
  if (!parameter) return '';
  const shown = SHOWN.find((one) => one.key === parameter || one.instead === parameter);
  return shown ? shown.label : parameter.replaceAll('-', ' ');
}

function element(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
