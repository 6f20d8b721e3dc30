// Plain words for what the gateway says in codes.

const UNITS = {
  Cel: '°C', '[degF]': '°F', 'mm[Hg]': 'mmHg', '[lb_av]': 'lb', '[in_i]': 'in', 'kg/m2': 'kg/m²',
};

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

const KINDS = {
  'limit-high': 'high',
  'limit-low': 'low',
  'sensor-off': 'sensor off',
  'device-silent': 'device silent',
  'link-down': 'the core confirms nothing',
  disk: 'the disk fills',
};

export const LANES = {
  event: 'events', vital: 'readings', trend: 'trends', waveform: 'stretches of waveform',
};

const LABELS = {
  'heart-rate': 'HR', 'pulse-rate': 'PR', spo2: 'SpO₂', 'respiratory-rate': 'RR', temperature: 'Temp',
  systolic: 'NIBP', diastolic: 'NIBP', 'mean-arterial-pressure': 'NIBP mean',
  'arterial-systolic': 'ABP', 'arterial-diastolic': 'ABP', 'arterial-mean': 'ABP mean',
  etco2: 'EtCO₂', 'etco2-fraction': 'EtCO₂', glucose: 'Glucose', cvp: 'CVP', icp: 'ICP', fio2: 'FiO₂',
};

const REASONS = {
  UNREADABLE: ['not readable', 'The message is not in the format of its topic. Check which format the device is set to send, and its topic.'],
  NO_BIRTH: ['a birth is missing', 'A Sparkplug node spoke before it said what its names mean. It was asked to; check that it can hear the gateway.'],
  MISSING_FIELD: ['a field is missing', 'A required part of the message is not there. Check the settings of the device or converter.'],
  INVALID_FIELD: ['an impossible value', 'A field holds what cannot be. Check the sensor, the units and the clock of the device.'],
  UNKNOWN_CODE: ['an unknown measurement', 'This gateway does not know what was measured. Nothing is lost: once it was added, the message can be replayed.'],
  WRONG_UNIT: ['a wrong unit', 'The unit does not belong to this measurement. Change it at the device.'],
  TOO_LARGE: ['too large', 'The message was larger than allowed and was not kept. Let the device send smaller ones.'],
  UNKNOWN_FORMAT: ['an unknown format', 'Nobody here reads this topic. The device should publish to readings, senml or protobuf.'],
};

const CLOCKS = {
  synchronised: ['clock right', false],
  unconfirmed: ['clock not confirmed by anybody', false],
  implausible: ['CLOCK WRONG: times below cannot be right', true],
};

export const unit = (code) => UNITS[code] ?? code;
export const absent = (code) => ABSENT[code] ?? code;
export const kind = (code) => KINDS[code] ?? code;
export const label = (parameter) => LABELS[parameter] ?? parameter.replaceAll('-', ' ');
export const reason = (code) => REASONS[code] ?? [code, ''];
export const clock = (state) => CLOCKS[state] ?? [`clock ${state}`, false];

/** An age in few characters: 3 s, 4 min, 2 h, 5 d. */
export function age(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 100) return `${whole} s`;
  if (whole < 100 * 60) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86400)} d`;
}

export function bytes(count) {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} kB`;
  if (count < 1e9) return `${(count / 1e6).toFixed(0)} MB`;
  return `${(count / 1e9).toFixed(1)} GB`;
}

export function millis(count) {
  const size = Math.abs(count);
  if (size < 10_000) return `${size} ms`;
  return age(size / 1000);
}

/** Local time of this screen, with the day where it is not today. */
export function time(iso) {
  const at = new Date(iso);
  const hours = at.toLocaleTimeString([], { hour12: false });
  return at.toDateString() === new Date().toDateString() ? hours : `${at.toLocaleDateString()} ${hours}`;
}

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Everything that comes from the gateway is set as text, never as markup. */
export function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
