// Recording what happened to a patient: large fields for one hand, and in words where each event is now.

import { element, set, time } from './words.js';

const LOOK_MS = 4_000;

const LABS = [
  ['2823-3', 'Potassium', 'mmol/L'],
  ['2951-2', 'Sodium', 'mmol/L'],
  ['2345-7', 'Glucose', 'mg/dL'],
  ['718-7', 'Haemoglobin', 'g/dL'],
  ['2160-0', 'Creatinine', 'mg/dL'],
  ['2524-7', 'Lactate', 'mmol/L'],
  ['6598-7', 'Troponin T', 'ug/L'],
];

const MODALITIES = [['DX', 'X-ray'], ['CT', 'CT'], ['US', 'Ultrasound'], ['MR', 'MRI'], ['ECG', 'ECG']];

const KINDS = {
  patient_admission: 'Admission',
  lab_result: 'Lab result',
  medication_order: 'Medication',
  imaging_complete: 'Imaging done',
};

const MARKS = { kept: '◌', arrived: '◔', taken: '✓', refused: '✕' };

export class Record {
  constructor(root) {
    this.beds = [];
    this.system = '';
    this.timer = 0;
    this.kinds = element('div', 'kinds');
    this.kinds.setAttribute('role', 'group');
    this.kinds.setAttribute('aria-label', 'What happened');
    for (const [kind, words] of Object.entries(KINDS)) {
      const button = element('button', '', words);
      button.type = 'button';
      button.dataset.kind = kind;
      button.addEventListener('click', () => this.choose(kind));
      this.kinds.append(button);
    }
    this.form = element('form', 'form');
    this.form.noValidate = true;
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
    this.said = element('p', 'outcome');
    this.said.setAttribute('role', 'status');
    this.note = element('p', 'none');
    this.list = element('ol', 'events');
    root.append(this.kinds, this.said, this.form, element('h2', 'name', 'Recorded here'), this.note, this.list);
    this.choose('patient_admission');
  }

  /** Beds as the centre said them, and those only. */
  show(view) {
    const beds = [...new Set(view.devices.map((device) => device.bed).filter(Boolean))];
    if (beds.join('|') === this.beds.join('|')) return;
    this.beds = beds;
    if (this.bedList) fill(this.bedList, beds);
  }

  opened() {
    clearTimeout(this.timer);
    this.look();
  }

  async look() {
    try {
      const answer = await fetch('api/clinic/events', { cache: 'no-store' });
      if (answer.ok) this.draw(await answer.json());
    } catch {
      // The page's own banner says that the gateway does not answer.
    }
    if (!this.list.closest('section').hidden) this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  draw(said) {
    this.system = said.patientSystem;
    const waits = said.coreTooOld ? ' The centre must be updated before it can take what waits here.' : '';
    set(this.note, said.events.length ? waits.trim() : 'Nothing was recorded here yet.');
    this.list.replaceChildren(
      ...said.events.map((event) => {
        const line = element('li', 'event');
        line.dataset.state = event.state;
        const what = KINDS[event.kind] ?? (event.purpose === 'hl7v2' ? `Message ${event.kind}` : event.kind);
        line.append(
          element('strong', '', `${MARKS[event.state] ?? ''} ${what}`),
          element('span', 'when', `no. ${event.number} · ${time(event.recordedAt)} · ${event.recorder}`),
          element('span', 'where', event.detail ? `${event.where}: ${event.detail}` : event.where),
        );
        return line;
      }),
    );
  }

  choose(kind) {
    this.kind = kind;
    this.id = uuid();
    for (const button of this.kinds.children) button.setAttribute('aria-pressed', String(button.dataset.kind === kind));
    this.fields = {};
    this.form.replaceChildren();
    this.patient(kind === 'patient_admission');
    ({
      patient_admission: () => this.admission(),
      lab_result: () => this.lab(),
      medication_order: () => this.medication(),
      imaging_complete: () => this.imaging(),
    })[kind]();
    this.add('at', 'When', input('datetime-local', { value: local(new Date()), required: true }));
    const submit = element('button', 'submit', `Record ${KINDS[kind].toLowerCase()}`);
    submit.type = 'submit';
    this.form.append(submit);
  }

  patient(mayBeNew) {
    this.add('number', 'Patient number', input('text', { autocomplete: 'off', autocapitalize: 'off', required: !mayBeNew }));
    if (!mayBeNew) return;
    this.add('family', 'Family name', input('text', { autocomplete: 'off' }));
    this.add('given', 'Given name', input('text', { autocomplete: 'off' }));
    this.add('birthDate', 'Born', input('date', {}));
    this.add('gender', 'Sex', select([['unknown', 'not known'], ['female', 'female'], ['male', 'male'], ['other', 'other']]));
  }

  admission() {
    const bed = input('text', { autocomplete: 'off' });
    this.bedList = element('datalist');
    this.bedList.id = 'known-beds';
    bed.setAttribute('list', 'known-beds');
    fill(this.bedList, this.beds);
    this.add('bed', 'Bed', bed);
    this.form.append(this.bedList);
    this.add('class', 'How', select([['IMP', 'inpatient'], ['EMER', 'emergency'], ['OBSENC', 'observation'], ['AMB', 'outpatient']]));
    this.add('reason', 'Why', input('text', {}));
  }

  lab() {
    this.add('test', 'Test', select(LABS.map(([code, name]) => [code, name])));
    this.add('value', 'Value', input('text', { inputMode: 'decimal', required: true }));
    this.add('unit', 'Unit', input('text', { value: LABS[0][2], required: true, autocapitalize: 'off' }));
    this.fields.test.addEventListener('change', () => {
      this.fields.unit.value = LABS.find(([code]) => code === this.fields.test.value)[2];
    });
    this.priority();
  }

  medication() {
    this.add('drug', 'Medicine', input('text', { required: true }));
    this.add('dose', 'Dose', input('text', { inputMode: 'decimal' }));
    this.add('unit', 'Unit', input('text', { value: 'mg', autocapitalize: 'off' }));
    this.add('route', 'Route', input('text', {}));
    this.add('instruction', 'How to give it', input('text', { required: true }));
    this.priority();
  }

  imaging() {
    this.add('modality', 'What', select(MODALITIES));
    this.add('accession', 'Accession number', input('text', { required: true, autocapitalize: 'off' }));
    this.add('instances', 'Images', input('text', { inputMode: 'numeric', value: '1', required: true }));
    this.add('conclusion', 'What is seen', input('text', {}));
    this.priority();
  }

  priority() {
    this.add('priority', 'How urgent', select([['medium', 'usual'], ['high', 'urgent'], ['critical', 'critical'], ['low', 'can wait']]));
  }

  add(name, words, field) {
    const label = element('label', 'field');
    label.append(element('span', '', field.required ? words : `${words} (may be empty)`), field);
    if (field.tagName === 'SELECT') label.firstChild.textContent = words;
    field.name = name;
    this.fields[name] = field;
    this.form.append(label);
  }

  async send() {
    const empty = Object.values(this.fields).find((field) => field.required && !field.value.trim());
    if (empty) {
      this.tell('refused', `Fill in: ${empty.closest('label').firstChild.textContent}`);
      empty.focus();
      return;
    }
    if (this.kind === 'patient_admission' && !this.of('number') && !this.of('family')) {
      this.tell('refused', 'Fill in the patient number, or a family name');
      this.fields.number.focus();
      return;
    }
    const submit = this.form.querySelector('.submit');
    submit.disabled = true;
    try {
      const answer = await fetch('api/clinic/events', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: json(this.event()),
      });
      await this.answered(answer);
    } catch {
      this.tell('refused', 'The gateway did not answer. It is NOT recorded for sure: press again, it is recorded once only.');
    }
    submit.disabled = false;
  }

  async answered(answer) {
    if (answer.ok) {
      const said = await answer.json();
      this.choose(this.kind);
      this.tell('kept', `No. ${said.number}: ${said.where}.`);
      this.opened();
    } else if (answer.status === 401 || answer.status === 403) {
      this.tell('refused', 'NOT recorded: it takes the login of staff. Load the page again and log in with it.');
    } else {
      const said = await answer.json();
      const rules = said.issues.map((issue) => `${issue.element} ${issue.rule}`.trim()).join('; ');
      this.tell('refused', `NOT recorded: ${rules}`);
    }
  }

  tell(state, words) {
    this.said.dataset.state = state;
    set(this.said, words);
    this.said.scrollIntoView({ block: 'nearest' });
  }

  of(name) {
    return this.fields[name]?.value.trim() ?? '';
  }

  event() {
    return {
      id: this.id,
      type: this.kind,
      priority: this.of('priority') || 'medium',
      occurredAt: withOffset(this.of('at')),
      patient: this.who(),
      payload: some(this.payload()),
    };
  }

  who() {
    // Who has no number yet gets one that nobody else has; the centre puts the two together later.
    const number = this.of('number');
    const who = number
      ? { identifier: { system: this.system, value: number } }
      : { identifier: { system: 'https://fieldward.org/fhir/identifier/unnumbered', value: this.id } };
    if (this.of('family')) {
      who.person = some({
        family: this.of('family'),
        given: this.of('given'),
        birthDate: this.of('birthDate'),
        gender: this.of('gender'),
      });
    }
    return who;
  }

  payload() {
    switch (this.kind) {
      case 'patient_admission':
        return { visit: this.id, bed: this.of('bed'), class: this.of('class'), reason: this.of('reason') };
      case 'lab_result': {
        const [code, display] = LABS.find(([one]) => one === this.of('test'));
        return { results: [{ test: { code, display }, ...this.measured(), unit: this.of('unit') }] };
      }
      case 'medication_order':
        return {
          order: this.id,
          drug: { code: this.of('drug'), display: this.of('drug') },
          dose: this.of('dose') ? { value: decimal(this.of('dose')), unit: this.of('unit') } : '',
          route: this.of('route'),
          instruction: this.of('instruction'),
        };
      default:
        return {
          accession: this.of('accession'),
          // A UID of our own making (DICOM PS3.5, annex B.2): 2.25 and a UUID as a decimal number.
          studyUid: `2.25.${BigInt(`0x${this.id.replaceAll('-', '')}`)}`,
          modality: this.of('modality'),
          series: 1,
          instances: decimal(this.of('instances')),
          report: this.of('conclusion') ? { status: 'preliminary', conclusion: this.of('conclusion') } : '',
        };
    }
  }

  measured() {
    return { value: decimal(this.of('value')) };
  }
}

/** Random, also where the page has no secure context. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A number with the digits that were written: JavaScript's own would drop the zero of 4.10. */
function decimal(text) {
  const written = text.replace(',', '.');
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(written) ? `\uE000${written}\uE000` : text;
}

function json(event) {
  return JSON.stringify(event).replace(/"\uE000([-\d.]+)\uE000"/g, '$1');
}

function input(type, given) {
  const field = element('input');
  field.type = type;
  Object.assign(field, given);
  return field;
}

function select(options) {
  const field = element('select');
  for (const [value, words] of options) {
    const option = element('option', '', words);
    option.value = value;
    field.append(option);
  }
  return field;
}

function fill(list, beds) {
  list.replaceChildren(
    ...beds.map((bed) => {
      const option = element('option');
      option.value = bed;
      return option;
    }),
  );
}

/** Without what was left empty. */
function some(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function local(date) {
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function withOffset(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}
