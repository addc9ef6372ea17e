/**
 * Five digits or more are a number of somebody (phone, card, IMSI, balance). One blank or dash between them does not make
 * them another's: operators write 154-0000-0137 in their texts.
 */
const numbers = /\d(?:[ -]?\d){4,}/g;
/** PINs and passwords are shorter than that: +CPIN, +CPWD, +CLCK (TS 27.007 §8.3, §7.5, §7.4). */
const secretCommands = /(\+(?:CPIN2?|CPWD|CLCK)=)(.*)/i;
/** Digits that are keyed into a call go one by one, and may be somebody's password as well (TS 27.007 §C.2.11). */
const keyedDigits = /(\+VTS=).*/i;

const hideDigits = (text: string): string => text.replace(/\d/g, '*');
/** The last two stay, so that lines can be matched. */
const maskNumber = (text: string): string => hideDigits(text.slice(0, -2)) + text.slice(-2);

/** A line of a modem as it may be shown, exported and sent to support. */
export function maskTrace(line: string): string {
  return line
    .replace(secretCommands, (_all, command: string, values: string) => command + hideDigits(values))
    .replace(keyedDigits, '$1*')
    .replace(numbers, maskNumber);
}
