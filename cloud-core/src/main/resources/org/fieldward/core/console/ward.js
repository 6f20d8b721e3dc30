// What is known about every patient: plain data, no page.

const HISTORY = 90;

/** Values as they arrive, newest first in time and never overwritten by an older one. */
export class Ward {
  constructor() {
    this.beds = new Map();
    this.alarms = new Map();
    // The server's clock minus this browser's, so that an age does not depend on the browser's clock.
    this.offsetMs = 0;
  }

  now() {
    return Date.now() + this.offsetMs;
  }

  /** Begins anew with what the server knows. */
  load(ward, alarms) {
    this.offsetMs = Date.parse(ward.now) - Date.now();
    const before = this.beds;
    this.beds = new Map();
    for (const bed of ward.patients) {
      const key = bedKey(bed.patient, bed.device);
      const known = before.get(key);
      this.beds.set(key, { ...bed, key, values: known ? known.values : new Map() });
      bed.readings.forEach((reading) => this.accept(reading));
    }
    this.alarms = new Map(alarms.map((alarm) => [alarmKey(alarm), alarm]));
  }

  /** Returns whether the reading belongs to somebody on the screen. */
  accept(reading) {
    const bed = this.beds.get(bedKey(reading.patient, reading.device));
    if (!bed) return false;
    const at = Date.parse(reading.measured);
    // A device may come by another gateway than the one it was first known by.
    if (at >= (bed.heardAt ?? -Infinity)) Object.assign(bed, { heardAt: at, gateway: reading.gateway });
    for (const [key, value] of Object.entries(reading.values)) {
      const held = bed.values.get(key) ?? { at: -Infinity, history: [] };
      if (at < held.at) continue;
      if (at > held.at) {
        held.history.push({ at, number: value.value === undefined ? null : Number(value.value) });
        if (held.history.length > HISTORY) held.history.shift();
      }
      Object.assign(held, { at, text: value.value ?? null, unit: value.unit ?? '', absent: value.absent ?? null });
      bed.values.set(key, held);
    }
    return true;
  }

  alarm(alarm) {
    if (alarm.phase === 'cleared') this.alarms.delete(alarmKey(alarm));
    else this.alarms.set(alarmKey(alarm), alarm);
  }

  /** The alarms of one bed, the most urgent first. */
  alarmsOf(bed) {
    return [...this.alarms.values()]
      .filter((alarm) => alarm.device === bed.device && (!alarm.patient || alarm.patient === bed.patient))
      .sort(byUrgency);
  }
}

const RANK = { high: 0, medium: 1, low: 2 };

export function byUrgency(a, b) {
  const technical = (a.class === 'technical') - (b.class === 'technical');
  return technical || RANK[a.priority] - RANK[b.priority] || Date.parse(a.raised) - Date.parse(b.raised);
}

function bedKey(patient, device) {
  return `${patient} ${device}`;
}

function alarmKey(alarm) {
  return `${alarm.gateway} ${alarm.alarm}`;
}
