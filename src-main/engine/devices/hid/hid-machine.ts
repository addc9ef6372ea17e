import type { ControlName, ControlPlace, LightName, TelephonyLayout } from './telephony.ts';

/** What a person did at the device. */
export type KeyEvent =
  /** The handset or the call key of a headset: up = lifted, the call is wanted. */
  | { readonly key: 'hook'; readonly up: boolean }
  | { readonly key: 'mute' | 'flash' | 'redial' | 'hold' | 'drop' | 'line' | 'speed-dial' }
  | { readonly key: 'keypad'; readonly digit: string }
  | { readonly key: 'button'; readonly number: number };

/** How a make behaves where the standard leaves it open; see `hid-rules.ts` for what is known of whom. */
export interface HidBehaviour {
  /** A hook report that agrees with a light of ours, so soon after it, is an echo and not a person. */
  readonly echoMs: number;
  /** The same key again within this time is the same press. */
  readonly doublePressMs: number;
  /** The descriptor calls the hook a switch, but it is a key that springs back. */
  readonly hookSpringsBack: boolean;
}

export type Lights = Readonly<Record<LightName, boolean>>;
export const allOff: Lights = { 'off-hook': false, ring: false, mute: false, hold: false };

export interface HidState {
  /** Value of each control by its place in the layout; absent = not told yet: the first report is what is, not what happens. */
  readonly values: ReadonlyMap<number, number>;
  /** How the hook stands as far as anybody knows. */
  readonly up: boolean;
  readonly lights: Lights;
  /** Our own change of the off-hook light: the device may repeat it as a hook report. */
  readonly echo: { readonly up: boolean; readonly until: number } | null;
  /** When each key was last taken, by its name. */
  readonly taken: ReadonlyMap<string, number>;
}

export const freshHid: HidState = { values: new Map(), up: false, lights: allOff, echo: null, taken: new Map() };

export interface Reading {
  readonly state: HidState;
  readonly events: readonly KeyEvent[];
}

/** The value of `size` bits from `offset` on, lowest bit first (HID 1.11 §5.6); what lies behind the end reads as 0. */
function bitsAt(data: Uint8Array, offset: number, size: number): number {
  let value = 0;
  for (let bit = 0; bit < size; bit += 1) {
    const at = offset + bit;
    value += ((data[at >> 3] ?? 0) & (1 << (at & 7)) ? 1 : 0) * 2 ** bit;
  }
  return value;
}

/**
 * One input report to what a person did (research/hardware 2.3, case 34).
 * @param bytes as node-hid gives them: the report id first where the device uses ids
 * @param now monotonic, ms
 */
export function readReport(
  layout: TelephonyLayout,
  behaviour: HidBehaviour,
  before: HidState,
  bytes: Uint8Array,
  now: number,
): Reading {
  const reportId = layout.usesReportIds ? (bytes[0] ?? 0) : 0;
  const data = layout.usesReportIds ? bytes.subarray(1) : bytes;
  const values = new Map(before.values);
  let state = before;
  const events: KeyEvent[] = [];
  layout.controls.forEach((place, index) => {
    // A report that is cut short says nothing about what lies behind its end.
    if (place.reportId !== reportId || place.offset + place.size > data.length * 8) return;
    const value = bitsAt(data, place.offset, place.size);
    const last = values.get(index);
    values.set(index, value);
    const change = last === undefined ? baseline(place, behaviour, state, value) : judge(place, behaviour, state, { last, value, now }); // prettier-ignore
    state = change.state;
    events.push(...change.events);
  });
  return { state: { ...state, values }, events };
}

const isSwitch = (place: ControlPlace, behaviour: HidBehaviour): boolean =>
  place.kind === 'level' && !behaviour.hookSpringsBack;

/** A handset that already lies beside the phone when the program starts is no wish to call anybody. */
function baseline(place: ControlPlace, behaviour: HidBehaviour, state: HidState, value: number): Reading {
  // A second place of the same hook (another report) must not hide that the first one is up.
  return { state: isSwitch(place, behaviour) ? { ...state, up: state.up || value === 1 } : state, events: [] };
}

/** People type 00: a make's long memory for its other keys must not swallow the second one. */
const sameDigitMs = 100;

interface Change {
  readonly last: number;
  readonly value: number;
  readonly now: number;
}

function judge(place: ControlPlace, behaviour: HidBehaviour, state: HidState, change: Change): Reading {
  if (change.value === change.last) return { state, events: [] };
  if (isSwitch(place, behaviour)) return moveHook(state, change);
  const event = eventOf(place, state, change.value);
  if (!event) return { state, events: [] };
  const name = nameOf(event);
  const takenAt = state.taken.get(name);
  const limit = event.key === 'keypad' ? Math.min(behaviour.doublePressMs, sameDigitMs) : behaviour.doublePressMs;
  const twice = takenAt !== undefined && change.now - takenAt < limit;
  if (twice) return { state, events: [] };
  const taken = new Map(state.taken).set(name, change.now);
  if (event.key !== 'hook') return { state: { ...state, taken }, events: [event] };
  const echo = isEcho(state, event.up, change.now);
  return { state: { ...state, taken, up: event.up }, events: echo ? [] : [event] };
}

function moveHook(state: HidState, { value, now }: Change): Reading {
  const up = value === 1;
  if (up === state.up) return { state, events: [] };
  const echo = isEcho(state, up, now);
  return { state: { ...state, up }, events: echo ? [] : [{ key: 'hook', up }] };
}

const isEcho = ({ echo }: HidState, up: boolean, now: number): boolean =>
  echo !== null && echo.up === up && now < echo.until;

/** A key counts when it goes down; only in an array is each number another key. */
function eventOf(place: ControlPlace, state: HidState, value: number): KeyEvent | null {
  if (place.kind === 'array') {
    const key = place.keys?.get(value);
    if (!key) return null;
    return key.name === 'keypad' ? { key: 'keypad', digit: key.digit } : pressed(key.name, key.index, state);
  }
  if (place.name === 'keypad') return null;
  if (place.kind === 'step') return stepOf(place.name, place.index, state, value);
  return value === 1 ? pressed(place.name, place.index, state) : null;
}

type KeyName = Exclude<ControlName, 'keypad'>;

function pressed(name: KeyName, index: number, state: HidState): KeyEvent {
  if (name === 'hook') return { key: 'hook', up: !state.up };
  return name === 'button' ? { key: 'button', number: index } : { key: name };
}

/** Two bits, signed: 1 switches on, -1 (0b11) off. Where the hook stands already, it says nothing new. */
function stepOf(name: KeyName, index: number, state: HidState, value: number): KeyEvent | null {
  if (value !== 1 && value !== 3) return null;
  const event = pressed(name, index, state);
  return event.key === 'hook' && event.up !== (value === 1) ? null : event;
}

/** One name per key, for people's bindings: `button-2`, `keypad-*`, `mute`. */
export function nameOf(event: KeyEvent): string {
  if (event.key === 'keypad') return `keypad-${event.digit}`;
  return event.key === 'button' ? `button-${event.number}` : event.key;
}

/**
 * Lights to reports, each written whole from what shall be lit: one bit of an unknown rest must never be flipped alone.
 * @returns the reports that have to go out (the id first, 0 where the device uses none: hidapi wants it); none where nothing changed
 */
export function showLights(
  layout: TelephonyLayout,
  behaviour: HidBehaviour,
  state: HidState,
  lights: Lights,
  now: number,
): { readonly state: HidState; readonly reports: readonly Uint8Array[] } {
  const changed = layout.lights.filter(({ name }) => lights[name] !== state.lights[name]);
  const ids = new Set(changed.map(({ reportId }) => reportId));
  const reports = [...ids].map((reportId) => outputReport(layout, reportId, lights));
  const told = lights['off-hook'] !== state.lights['off-hook'];
  const echo = told ? { up: lights['off-hook'], until: now + behaviour.echoMs } : state.echo;
  // A key that springs back has no place of its own: it stands where the call stands.
  const hasSwitch = layout.controls.some((place) => isSwitch(place, behaviour));
  const up = told && !hasSwitch ? lights['off-hook'] : state.up;
  return { state: { ...state, lights, echo, up }, reports };
}

function outputReport(layout: TelephonyLayout, reportId: number, lights: Lights): Uint8Array {
  const report = new Uint8Array(1 + (layout.outputBytes.get(reportId) ?? 0));
  report[0] = reportId;
  for (const place of layout.lights) {
    if (place.reportId !== reportId || !lights[place.name]) continue;
    const at = 1 + (place.offset >> 3);
    report[at] = (report[at] ?? 0) | (1 << (place.offset & 7));
  }
  return report;
}
