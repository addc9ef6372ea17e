/**
 * Five digits or more are a number of somebody (phone, card, IMSI, balance). One blank or dash between them does not make
 * them another's: operators write 154-0000-0137 in their texts.
 */
const numbers = /\d(?:[ -]?\d){4,}/g;
/** PINs and passwords are shorter than that: +CPIN, +CPWD, +CLCK (TS 27.007 §8.3, §7.5, §7.4). */
const secretCommands = /(\+(?:CPIN2?|CPWD|CLCK)=)(.*)/is;
/** Digits that are keyed into a call go one by one, and may be somebody's password as well (TS 27.007 §C.2.11). */
const keyedDigits = /(\+VTS=).*/i;

/** What a person sends by USSD may be a password as well (TS 27.007 §7.15). */
const ussdSent = /(\+CUSD=\d\s*,).*/is;
/** What the network answers is somebody's money, and often short of five digits in a row (36.50); on either SIM stack. */
const ussdAnswered = /(\+CUSD[A-Z]*:\s*\d\s*,\s*")([^"]*)/i;
/** Numbers as UCS2 or in a PDU: digits with letters between them. Cell ids are shorter. */
const hexStrings = /(?<![A-Z0-9])[0-9A-F]{12,}/gi;

const hideDigits = (text: string): string => text.replace(/\d/g, '*');
/** The last two stay, so that lines can be matched. */
const maskNumber = (text: string): string => hideDigits(text.slice(0, -2)) + text.slice(-2);

/** A line of a modem as it may be shown, exported and sent to support. */
export function maskTrace(line: string): string {
  return line
    .replace(secretCommands, '$1****')
    .replace(keyedDigits, '$1*')
    .replace(ussdSent, '$1****')
    .replace(hexStrings, (hex) => `${'*'.repeat(hex.length - 2)}${hex.slice(-2)}`)
    .replace(numbers, maskNumber)
    .replace(ussdAnswered, (_line, head: string, text: string) => head + hideDigits(text));
}
