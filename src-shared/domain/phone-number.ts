import type { ErrorCode } from '../base/errors.ts';
import { err, ok, type Result } from '../base/result.ts';

/** `extension`: of the company's own PBX, not a number of the public network. */
type NumberKind = 'mobile' | 'landline' | 'service' | 'emergency' | 'extension' | 'other';

export interface PhoneNumber {
  /** E.164 for mobiles, landlines and foreign numbers; short, service and local numbers have none and stand as dialled. */
  readonly e164: string;
  /** What goes to a line: only [0-9*#+], so that nothing typed can end a command and start another one. */
  readonly dialString: string;
  readonly kind: NumberKind;
}

/** Loose on purpose: operators open new heads every year. The head 154 is unassigned and marks our sample numbers. */
const mobile = /^1[3-9]\d{9}$/;
/** With the trunk 0: 010 and 02x have 8 digits behind them, the other areas 7 or 8 (libphonenumber metadata, research/scrm B4). */
const landline = /^0(?:(?:10|2\d)[2-8]\d{7}|[3-9]\d{2}[2-8]\d{6,7})$/;
/** 400/800, 95xxx and 950…, 96xxx, operators and hot lines (10086, 114, 12345), banks behind an area code (0571 96888). */
const service = /^(?:[48]00\d{7}|95\d{3,4}|950\d{7,8}|96\d{3,5}|1[012]\d{3}|11[4-8]|12[1-9]|0\d{2,3}9[56]\d{3,4})$/;
const emergency = new Set(['110', '119', '120', '122']);
/** 110 police, 119 fire, 120 ambulance, 122 traffic accidents. @param dialString as `readNumber` gives it */
export const isEmergencyNumber = (dialString: string): boolean => emergency.has(dialString);

/** A number of one's own area, dialled without its code. */
const local = /^[2-8]\d{6,7}$/;

/** Characters that people and address books put between digits, copied control marks (bidi, zero width) included. */
const betweenDigits = String.raw`\s\-\u2010-\u2015\u2212().\u00b7\u2022/\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff`;
const separators = new RegExp(`[${betweenDigits}]`, 'gu');
/** One of them as it stands in a text, full-width forms included: the source of a pattern. */
export const numberSeparator = `[${betweenDigits}－．（）／]`;

/**
 * Reads a number as people write it: spaces, dashes, dots, parentheses, +86, 0086, 86, full-width forms, `tel:` and
 * `callto:` links. Supplementary-service codes (*21#, ##002#) are refused: dialled by mistake they change the SIM's settings.
 *
 * @returns the number, or `number.empty`, `number.has-letters`, `number.too-short`, `number.too-long`, `number.invalid`
 */
export function readNumber(typed: string): Result<PhoneNumber, ErrorCode> {
  const text = unlink(toHalfWidth(typed).trim()).replace(separators, '');
  if (text === '') return err('number.empty');
  if (/\p{L}/u.test(text)) return err('number.has-letters');
  if (!/^\+?\d+$/.test(text)) return err('number.invalid');
  const foreign = /^(?:\+|00)(?!86)(.*)$/.exec(text);
  return foreign ? readForeign(foreign[1] ?? '') : readNational(withoutCountry(text));
}

/** 分机号 in use have two to six digits; seven and eight are local numbers. */
const extension = /^\d{2,6}$/;

/** As `readNumber`, where a PBX has extensions besides: what is no public number and as short as they are. */
export function readPbxNumber(typed: string): Result<PhoneNumber, ErrorCode> {
  const read = readNumber(typed);
  const digits = toHalfWidth(typed).trim().replace(separators, '');
  if (read.ok || !extension.test(digits)) return read;
  return ok({ e164: digits, dialString: digits, kind: 'extension' });
}

/** Digits of a part of a number, as somebody looks for one: without +86, whatever stands between them. A landline keeps its 0. */
export const nationalDigits = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/^\s*(?:\+|00)86/, '')
    .replace(/\D/g, '')
    .replace(/^86(?=\d{8})/, '');

/** As it stands in a field to be changed: how people write it, a landline with its trunk 0; what is no number, as it is. */
export function writtenNumber(number: string): string {
  const read = readNumber(number);
  return read.ok ? read.value.dialString : number;
}

/** Sample data of the demo: may be shown, never dialled on a real line. */
export const isSampleNumber = (e164: string): boolean => e164.startsWith('+86154');

const toHalfWidth = (text: string): string =>
  text.replace(/[！-～]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));

/** RFC 3966 parameters (`;ext=`, `;phone-context=`) and a mail-like query are not part of the number. */
function unlink(text: string): string {
  const link = /^(?:tel|callto):(?:\/\/)?([^;?]*)/i.exec(text);
  if (!link) return text;
  return (link[1] ?? '').replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function withoutCountry(text: string): string {
  const prefixed = /^(?:\+|00)86(.*)$/.exec(text);
  if (prefixed) return withTrunk(prefixed[1] ?? '');
  // A bare 86 is a country code only where a whole number follows it: 86880000 is a local number.
  const rest = text.startsWith('86') ? withTrunk(text.slice(2)) : '';
  return mobile.test(rest) || landline.test(rest) ? rest : text;
}

/** Behind +86 the trunk 0 of a landline is left out; inside the country it is dialled. */
const withTrunk = (digits: string): string =>
  landline.test(`0${digits}`) && !mobile.test(digits) ? `0${digits}` : digits;

function readNational(digits: string): Result<PhoneNumber, ErrorCode> {
  const number = /^01[3-9]\d{9}$/.test(digits) ? digits.slice(1) : digits; // 0 before a mobile: the old long-distance way
  const read = (kind: NumberKind, e164 = number): Result<PhoneNumber, ErrorCode> =>
    ok({ e164, dialString: number, kind });
  if (mobile.test(number)) return read('mobile', `+86${number}`);
  if (emergency.has(number)) return read('emergency');
  if (service.test(number)) return read('service');
  if (landline.test(number)) return read('landline', `+86${number.slice(1)}`);
  if (local.test(number)) return read('other');
  return err(wrongLength(number));
}

/** E.164: at most 15 digits with the country code; the shortest in use have 7. */
function readForeign(digits: string): Result<PhoneNumber, ErrorCode> {
  if (digits.length < 7) return err('number.too-short');
  if (digits.length > 15) return err('number.too-long');
  if (!/^[1-9]/.test(digits)) return err('number.invalid');
  return ok({ e164: `+${digits}`, dialString: `+${digits}`, kind: 'other' });
}

function wrongLength(digits: string): ErrorCode {
  const [shortest, longest] = /^1[3-9]/.test(digits) ? [11, 11] : digits.startsWith('0') ? [10, 12] : [3, 12];
  if (digits.length < shortest) return 'number.too-short';
  return digits.length > longest ? 'number.too-long' : 'number.invalid';
}

/**
 * For people: "154 0000 0137", "0571 8888 0000", "400 123 4567", abroad "+1 2025550123" as it is; masked, the four digits before the last
 * four are hidden ("154 **** 0137"). Service and emergency numbers are nobody's own and stay readable.
 */
export function formatNumber(number: string, options: { masked: boolean }): string {
  const groups = grouped(number);
  if (!options.masked || groups.open) return groups.parts.join(' ');
  if (groups.parts.length > 1)
    return groups.parts.map((part, index) => (index === groups.parts.length - 2 ? hide(part) : part)).join(' ');
  const [only = ''] = groups.parts;
  const tail = only.length >= 10 ? 4 : 2;
  const head = only.length >= 10 ? 3 : 0;
  return only.slice(0, head) + hide(only.slice(head, -tail)) + only.slice(-tail);
}

const hide = (text: string): string => '*'.repeat(text.length);

/** `open`: not personal. The part before the last is the one that is hidden. */
function grouped(number: string): { parts: string[]; open: boolean } {
  const digits = number.startsWith('+86') ? number.slice(3) : number;
  if (mobile.test(digits)) return { parts: [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)], open: false };
  const national = number.startsWith('+86') ? `0${digits}` : digits;
  if (landline.test(national)) {
    const area = /^0(?:10|2)/.test(national) ? 3 : 4;
    return { parts: [national.slice(0, area), national.slice(area, -4), national.slice(-4)], open: false };
  }
  if (/^[48]00\d{7}$/.test(number))
    return { parts: [number.slice(0, 3), number.slice(3, 6), number.slice(6)], open: true };
  if (local.test(number)) return { parts: [number.slice(0, -4), number.slice(-4)], open: false };
  return { parts: [number], open: service.test(number) || emergency.has(number) };
}
