// One device's tile: who, the worst alarm, the numbers with their age.

import { absent, age, element, kind, label, set, time, unit } from './words.js';

const SHOWN = [
  { keys: ['heart-rate', 'pulse-rate'], name: 'Heart rate', colour: 'heart' },
  { keys: ['spo2'], name: 'Oxygen saturation', colour: 'oxygen' },
  { keys: ['respiratory-rate'], name: 'Respiratory rate', colour: 'breath' },
  { keys: ['temperature'], name: 'Temperature', colour: 'warmth' },
];

const PRESSURES = [
  { label: 'NIBP', name: 'Blood pressure', keys: ['systolic', 'diastolic', 'mean-arterial-pressure'] },
  { label: 'ABP', name: 'Arterial pressure', keys: ['arterial-systolic', 'arterial-diastolic', 'arterial-mean'] },
];

const USUAL = new Set([...SHOWN, ...PRESSURES].flatMap((one) => one.keys));
// Whoever measures one of these is a monitor, and that it does not measure the others should be seen.
const MONITOR = ['heart-rate', 'pulse-rate', 'spo2', 'respiratory-rate'];
const MARK = { high: '***', medium: '**', low: '*' };
const STATES = { online: '', lost: '✕ connection lost', offline: 'switched off', unknown: '' };

export class Tile {
  constructor() {
    this.root = element('article', 'tile');
    this.root.tabIndex = 0;
    const head = element('header', 'who');
    this.name = element('h2', 'name');
    this.device = element('span', 'state');
    this.state = element('span', 'state');
    head.append(this.name, this.device, this.state);
    this.said = element('div', 'said');
    this.alarm = element('div', 'alarm');
    this.rest = element('div', 'rest');
    this.values = element('div', 'values');
    this.none = element('div', 'words none');
    this.cells = new Map();
    this.root.append(head, this.said, this.alarm, this.rest, this.values, this.none);
  }

  /** @param said words about how old the bed is, empty while the centre is heard */
  show(device, said) {
    const who = place(device);
    set(this.name, who || device.device);
    set(this.device, who ? device.device : '');
    set(this.said, who ? said : '');
    const state = STATES[device.state] ?? device.state;
    const since = state && device.since ? ` ${time(device.since)}` : '';
    const heard = device.lastSeenSeconds === undefined ? 'not heard yet' : `heard ${age(device.lastSeenSeconds)} ago`;
    set(this.state, state ? `${state}${since}` : heard);
    this.root.dataset.state = device.state;
    this.root.dataset.urgency = device.urgency;
    this.root.setAttribute('aria-label', `${who} ${device.device} ${state || 'connected'}`.trim());
    this.showAlarm(device);
    const values = new Map(device.values.map((value) => [value.parameter, value]));
    const alarmed = new Map();
    for (const alarm of device.alarms) {
      if (alarm.parameter && !alarm.technical && !alarmed.has(alarm.parameter)) alarmed.set(alarm.parameter, alarm);
    }
    const used = new Set();
    const isMonitor = MONITOR.some((key) => values.has(key));
    for (const shown of SHOWN) {
      const measured = shown.keys.some((key) => values.has(key));
      if (!measured && !(isMonitor && MONITOR.includes(shown.keys[0]))) continue;
      this.showValue(shown, values, alarmed);
      used.add(shown.keys[0]);
    }
    const pressure = PRESSURES.filter((panel) => panel.keys.some((key) => values.has(key)))
      .sort((a, b) => youngest(values, a) - youngest(values, b))[0];
    if (pressure) {
      this.showPressure(pressure, values, alarmed);
      used.add('pressure');
    }
    for (const value of device.values) {
      if (USUAL.has(value.parameter)) continue;
      this.showValue({ keys: [value.parameter], name: value.name, colour: 'other' }, values, alarmed);
      used.add(value.parameter);
    }
    for (const [key, cell] of this.cells) cell.root.hidden = !used.has(key);
    set(this.none, device.values.length ? '' : 'no value since the gateway was started');
  }

  showAlarm(device) {
    const top = device.alarms[0];
    this.alarm.dataset.kind = !top ? 'none' : top.technical ? 'technical' : top.priority;
    this.root.dataset.acknowledged = String(top?.phase === 'acknowledged');
    set(this.rest, device.alarms.slice(1).map(inWords).join(' · '));
    if (!top) {
      set(this.alarm, device.urgency === 'attention' ? 'no alarm yet: look at the marked values' : 'no alarm');
      return;
    }
    const seen = top.phase === 'acknowledged' ? ' ✓ seen' : '';
    set(this.alarm, `${inWords(top)}${seen} · ${age(top.sinceSeconds)}`);
  }

  showValue(shown, values, alarmed) {
    const value = shown.keys.map((key) => values.get(key)).filter(Boolean).sort((a, b) => a.ageSeconds - b.ageSeconds)[0];
    const cell = this.cell(shown.keys[0], shown.name, shown.colour);
    mark(cell, label(value?.parameter ?? shown.keys[0]), shown.keys.map((key) => alarmed.get(key)).find(Boolean));
    if (!value) {
      say(cell, 'not measured', 'withdrawn', '');
      return;
    }
    if (value.freshness === 'withdrawn') {
      say(cell, 'too old', 'withdrawn', age(value.ageSeconds));
    } else if (value.absent) {
      say(cell, absent(value.absent), value.freshness, age(value.ageSeconds));
    } else {
      number(cell, value.value, '', unit(value.unit), value);
    }
    cell.root.dataset.off = String(Boolean(value.absent));
  }

  showPressure(panel, values, alarmed) {
    const cell = this.cell('pressure', panel.name, 'pressure');
    mark(cell, panel.label, panel.keys.map((key) => alarmed.get(key)).find(Boolean));
    const held = panel.keys.map((key) => values.get(key));
    const newest = held.filter(Boolean).sort((a, b) => a.ageSeconds - b.ageSeconds)[0];
    // Only numbers of one instant belong together.
    const numbers = held.map((value) => (value && value.measuredAt === newest.measuredAt && !value.absent ? value.value : null));
    const off = numbers.every((one) => one === null);
    cell.root.dataset.off = String(off);
    if (newest.freshness === 'withdrawn') {
      say(cell, 'too old', 'withdrawn', age(newest.ageSeconds));
    } else if (off) {
      say(cell, absent(newest.absent), newest.freshness, age(newest.ageSeconds));
    } else {
      const mean = numbers[2] === null ? '' : `(${numbers[2]})`;
      number(cell, `${numbers[0] ?? '–'}/${numbers[1] ?? '–'}`, mean, unit(newest.unit ?? 'mm[Hg]'), newest);
    }
  }

  cell(key, name, colour) {
    let cell = this.cells.get(key);
    if (cell) return cell;
    const root = element('div', `value ${colour}`);
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', name);
    const top = element('div', 'top');
    cell = {
      root,
      label: element('span', 'label'),
      unit: element('span', 'unit'),
      age: element('span', 'age'),
      number: element('span', 'number'),
      extra: element('span', 'extra'),
      words: element('span', 'words'),
    };
    top.append(cell.label, cell.unit, cell.age);
    const main = element('div', 'main');
    main.append(cell.number, cell.extra, cell.words);
    root.append(top, main);
    this.values.append(root);
    this.cells.set(key, cell);
    return cell;
  }
}

/** Bed and label as the centre says them; empty where it said none. */
function place(device) {
  return [device.bed, device.label].filter(Boolean).join(' · ');
}

/** Symbols beside the colours, for whoever does not tell them apart. */
function inWords(alarm) {
  const what = `${alarm.parameter ? label(alarm.parameter) : ''} ${kind(alarm.kind)}`.trim();
  return `${alarm.technical ? '⚙ ' : ''}${MARK[alarm.priority] ?? ''} ${what}`;
}

function mark(cell, words, alarm) {
  cell.root.dataset.alarm = alarm?.priority ?? 'none';
  set(cell.label, alarm ? `${words}${alarm.kind === 'limit-high' ? '▲' : '▼'}` : words);
}

function youngest(values, panel) {
  return Math.min(...panel.keys.map((key) => values.get(key)?.ageSeconds ?? Infinity));
}

function number(cell, text, extra, unitText, value) {
  set(cell.number, text);
  set(cell.extra, extra);
  set(cell.unit, unitText);
  set(cell.words, '');
  set(cell.age, age(value.ageSeconds));
  cell.root.dataset.age = value.freshness;
}

/** Words instead of a number. */
function say(cell, words, freshness, ageText) {
  set(cell.number, '');
  set(cell.extra, '');
  set(cell.unit, '');
  set(cell.words, words);
  set(cell.age, ageText);
  cell.root.dataset.age = freshness;
  cell.root.dataset.off = 'false';
}
