import type { ReportDescriptor, ReportField } from './report-descriptor.ts';

/** Keys and switches that mean something to a call (USB HID Usage Tables, pages 0B Telephony and 09 Button). */
export const controlNames = [
  'hook',
  'mute',
  'flash',
  'redial',
  'hold',
  'drop',
  'line',
  'speed-dial',
  'keypad',
  'button',
] as const;
export type ControlName = (typeof controlNames)[number];

export const lightNames = ['off-hook', 'ring', 'mute', 'hold'] as const;
export type LightName = (typeof lightNames)[number];

/** Where one bit or one number stands in a report. */
export interface ControlPlace {
  readonly name: ControlName;
  /** `button`: its number from 1; `keypad`: unused, see `keys`; else 0. */
  readonly index: number;
  readonly reportId: number;
  readonly offset: number;
  readonly size: number;
  /**
   * A level tells how the switch stands; a pulse tells that the key was pressed, whatever stood there before; a step is
   * a signed pair of bits, 1 = on, -1 = off (HID Usage Tables §3.4.1.2, On/Off Control, relative).
   */
  readonly kind: 'level' | 'pulse' | 'step' | 'array';
  /** Of an array: the key that each value means; a value that is not in it means none. */
  readonly keys: ReadonlyMap<number, ArrayKey> | null;
}

export type ArrayKey =
  | { readonly name: 'keypad'; readonly digit: string }
  | { readonly name: Exclude<ControlName, 'keypad'>; readonly index: number };

export interface LightPlace {
  readonly name: LightName;
  readonly reportId: number;
  readonly offset: number;
}

/** All that a telephony device can tell and show. */
export interface TelephonyLayout {
  readonly controls: readonly ControlPlace[];
  readonly lights: readonly LightPlace[];
  /** Bytes of each output report, its id not counted: reports are always written whole. */
  readonly outputBytes: ReadonlyMap<number, number>;
  readonly usesReportIds: boolean;
}

const telephonyPage = 0x0b;
const buttonPage = 0x09;
const pageOf = (usage: number): number => Math.floor(usage / 0x1_0000);
const idOf = (usage: number): number => usage % 0x1_0000;

/** Page 0B. Conference, transfer, park and the rest have no part in what this phone does. */
const controls: Readonly<Record<number, Exclude<ControlName, 'keypad'>>> = {
  0x20: 'hook',
  0x21: 'flash',
  0x23: 'hold',
  0x24: 'redial',
  0x26: 'drop',
  0x2a: 'line',
  0x2f: 'mute',
  0x50: 'speed-dial',
};
const firstKey = 0xb0;
const keypad = [...'0123456789*#ABCD'];

/** Page 08; the ringer of page 0B (9E) is the bell of devices without a light for it. */
const lights: Readonly<Record<number, LightName>> = {
  0x8_0017: 'off-hook',
  0x8_0018: 'ring',
  0x8_0009: 'mute',
  0x8_0020: 'hold',
  0xb_009e: 'ring',
};

/** True for a device of which any part is for telephony. */
export const isTelephony = ({ applications }: ReportDescriptor): boolean =>
  applications.some((usage) => pageOf(usage) === telephonyPage);

/**
 * Finds keys and lights in a descriptor. A relative bit is a pulse, whatever its usage; an absolute hook is a level, any
 * other absolute key is a pulse too: it is 1 while a finger is on it (research/hardware 2.3). Keys that are marked
 * constant count all the same: some makes mark all that the host cannot set (Anker). Padding has no usage.
 */
export function readTelephonyLayout(descriptor: ReportDescriptor): TelephonyLayout {
  const found = descriptor.input.flatMap((field) => (field.variable ? bitsOf(field) : arrayOf(field)));
  const shown = descriptor.output.flatMap((field) =>
    field.constant || !field.variable || field.size !== 1 ? [] : lightsOf(field),
  );
  return {
    controls: found,
    lights: shown,
    outputBytes: bytesOf(descriptor.output),
    usesReportIds: descriptor.usesReportIds,
  };
}

const usageAt = ({ usages }: ReportField, index: number): number => usages[Math.min(index, usages.length - 1)] ?? 0;

function bitsOf(field: ReportField): ControlPlace[] {
  const isStep = field.size === 2 && field.relative && field.logicalMin < 0;
  if (field.size !== 1 && !isStep) return [];
  const places: ControlPlace[] = [];
  // A last usage that serves several bits (HID 1.11 §6.2.2.8) is one key all the same, and its first bit tells.
  for (let index = 0; index < Math.min(field.count, field.usages.length); index += 1) {
    const what = meaningOf(usageAt(field, index), field);
    if (!what) continue;
    const kind = isStep ? 'step' : what.name === 'hook' && !field.relative ? 'level' : 'pulse';
    const { reportId, size } = field;
    places.push({ ...what, reportId, offset: field.offset + index * size, size, kind, keys: null });
  }
  return places;
}

/** Buttons count only inside a telephone: the same page is a mouse's. */
function meaningOf(
  usage: number,
  { collections }: ReportField,
): { name: Exclude<ControlName, 'keypad'>; index: number } | null {
  const [page, id] = [pageOf(usage), idOf(usage)];
  const name = page === telephonyPage ? controls[id] : undefined;
  if (name) return { name, index: 0 };
  const inPhone = collections.some((collection) => pageOf(collection) === telephonyPage);
  return page === buttonPage && inPhone && id > 0 ? { name: 'button', index: id } : null;
}

/** Each value of an array names the usage that is on: value − logical minimum counts them (HID 1.11 §6.2.2.5). */
function arrayOf(field: ReportField): ControlPlace[] {
  if (field.size > 16) return [];
  const keys = new Map<number, ArrayKey>();
  field.usages.forEach((usage, index) => {
    const digit = pageOf(usage) === telephonyPage ? keypad[idOf(usage) - firstKey] : undefined;
    const key: ArrayKey | null = digit === undefined ? meaningOf(usage, field) : { name: 'keypad', digit };
    if (key) keys.set(field.logicalMin + index, key);
  });
  if (keys.size === 0) return [];
  return Array.from({ length: field.count }, (_, index) => ({
    name: 'keypad' as const,
    index: 0,
    reportId: field.reportId,
    offset: field.offset + index * field.size,
    size: field.size,
    kind: 'array' as const,
    keys,
  }));
}

function lightsOf(field: ReportField): LightPlace[] {
  return Array.from({ length: field.count }, (_, index) => ({
    name: lights[usageAt(field, index)],
    reportId: field.reportId,
    offset: field.offset + index,
  })).filter((place): place is LightPlace => place.name !== undefined);
}

function bytesOf(fields: readonly ReportField[]): ReadonlyMap<number, number> {
  const bytes = new Map<number, number>();
  for (const { reportId, offset, size, count } of fields)
    bytes.set(reportId, Math.max(bytes.get(reportId) ?? 0, Math.ceil((offset + size * count) / 8)));
  return bytes;
}
