// The view for whoever looks after the devices: how each is doing, what of it was rejected, and what to do.

import { age, element, millis, reason, set, time } from './words.js';

const COLUMNS = ['Device', 'State', 'Last heard', 'Readings/min', 'In last hour', 'Rejected', 'Clock'];
const STATES = { online: '● online', lost: '✕ lost', offline: '○ switched off', unknown: '– not connected here' };
const OFF_MS = 2_000;
const CLOCK_ADVICE = {
  right: 'The clock of this device is wrong. The times of its readings are put right, and what it had said is kept: set the clock.',
  jumps: 'The clock of this device jumps to and fro. Its readings are kept with the times it says: let it be looked at.',
  off: 'The clock of this device is off. Its readings are kept with its own time and that of their arrival: set the clock.',
};

export class Devices {
  constructor(root) {
    this.root = root;
    this.list = element('div', 'list');
    this.list.setAttribute('role', 'table');
    const head = element('div', 'row head');
    head.setAttribute('role', 'row');
    for (const column of COLUMNS) {
      const cell = element('span', '', column);
      cell.setAttribute('role', 'columnheader');
      head.append(cell);
    }
    this.empty = element('p', 'none', 'No device has said anything since the gateway was started.');
    this.list.append(head);
    root.append(this.list, this.empty);
    this.rows = new Map();
  }

  show(devices) {
    this.empty.hidden = devices.length > 0;
    const sorted = [...devices].sort((a, b) => trouble(b) - trouble(a) || a.device.localeCompare(b.device, [], { numeric: true }));
    const here = new Set(sorted.map((device) => device.device));
    for (const [name, row] of this.rows) {
      if (!here.has(name)) {
        row.root.remove();
        this.rows.delete(name);
      }
    }
    sorted.forEach((device, i) => {
      let row = this.rows.get(device.device);
      if (!row) this.rows.set(device.device, (row = new Row(device.device)));
      if (this.list.children[i + 1] !== row.root) this.list.insertBefore(row.root, this.list.children[i + 1] ?? null);
      row.show(device);
    });
  }
}

class Row {
  constructor(name) {
    this.root = element('details', 'device');
    const summary = element('summary', 'row');
    this.cells = COLUMNS.map((column) => {
      const cell = element('span');
      cell.dataset.column = column;
      summary.append(cell);
      return cell;
    });
    set(this.cells[0], name);
    this.more = element('div', 'more');
    this.root.append(summary, this.more);
    this.shown = '';
  }

  show(device) {
    const rejected = sum(device.rejected.counts);
    const offset = device.clockOffset;
    const off = offset && (offset.unsteady || offset.correctionMillis !== 0 || Math.abs(offset.medianMillis) > OFF_MS);
    const since = device.since ? ` since ${time(device.since)}` : '';
    const texts = [
      device.bed ? `${device.device} (${device.bed})` : device.device,
      `${STATES[device.state] ?? device.state}${since}`,
      device.lastSeenSeconds === undefined ? 'never' : `${age(device.lastSeenSeconds)} ago`,
      `${device.lastMinute}`,
      `${device.lastHour}`,
      `${rejected}`,
      offset ? clockWords(offset, off) : device.lastHour ? 'sends no time' : '–',
    ];
    texts.forEach((text, i) => set(this.cells[i], text));
    this.cells[1].dataset.bad = String(device.state === 'lost');
    this.cells[5].dataset.bad = String(rejected > 0);
    this.cells[6].dataset.bad = String(Boolean(off));
    this.showMore(device, off && (offset.unsteady ? 'jumps' : offset.correctionMillis ? 'right' : 'off'));
  }

  showMore(device, off) {
    const wanted = JSON.stringify([device.rejected, off]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.more.replaceChildren();
    const counts = Object.entries(device.rejected.counts);
    if (!counts.length) this.more.append(element('p', '', 'Nothing of this device was rejected since the gateway was started.'));
    for (const [code, count] of counts) {
      const [words, advice] = reason(code);
      const line = element('p');
      line.append(element('strong', '', `${count} × ${words}. `), document.createTextNode(advice));
      this.more.append(line);
    }
    if (off) {
      this.more.append(element('p', '', CLOCK_ADVICE[off]));
    }
    if (device.rejected.last.length) {
      this.more.append(element('p', 'quiet', 'The last rejected messages; their bytes are kept: edge-agent quarantine list.'));
      const list = element('ol');
      for (const one of device.rejected.last) list.append(element('li', '', `${time(one.at)}  ${reason(one.reason)[0]}`));
      this.more.append(list);
    }
  }
}

/** Lost first, then rejected; those alike stay in the order of their names. */
function clockWords(offset, off) {
  if (offset.unsteady) return '⚠ jumps; times are kept as said';
  const by = offset.correctionMillis;
  const size = by % 3_600_000 ? millis(by) : `${Math.abs(by) / 3_600_000} h`;
  if (by) return `⚠ ${size} ${by > 0 ? 'behind' : 'ahead'}; times are put right`;
  const median = offset.medianMillis;
  return `${off ? '⚠ ' : ''}${millis(median)} ${median < 0 ? 'behind' : 'ahead'}, ± ${millis(offset.spreadMillis)}`;
}

function trouble(device) {
  return (device.state === 'lost' ? 4 : 0) + (sum(device.rejected.counts) ? 2 : 0) + (device.state === 'offline' ? -1 : 0);
}

function sum(counts) {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
