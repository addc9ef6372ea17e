import type { Command } from './command-parser.ts';
import type { ModemCore } from './core.ts';

type Word = 'OK' | 'ERROR' | 'NO CARRIER' | 'BUSY' | 'NO ANSWER' | 'NO DIALTONE';
/** Huawei's words for ERROR. */
type HuaweiWord = 'COMMAND NOT SUPPORT' | 'TOO MANY PARAMETERS';
export type Result = Word | HuaweiWord | { cme: number };
export interface Answer {
  readonly lines: readonly string[];
  readonly result: Result;
}
/** The command runs on; `start` is given the way to end it and the way to say something before that. */
export interface Running {
  start(done: (answer: Answer) => void, say: (line: string) => void): void;
  /** Takes the host's bytes while it runs (an upload); without it they wait, or call off ATD and ATA. */
  receive?(byte: number): void;
}
export type Handler = (command: Command, core: ModemCore) => Answer | Running;
export type CommandTable = Readonly<Record<string, Handler>>;

export const done = (...lines: string[]): Answer => ({ lines, result: 'OK' });
export const failed = (result: Result): Answer => ({ lines: [], result });
/** TS 27.007 §9.2: 3 not allowed, 4 not supported, 10 no SIM, 11 PIN, 12 PUK, 13 SIM failure, 14 SIM busy, 16 wrong password, 50 parameters. */
export const cme = (code: number): Answer => failed({ cme: code });

/** CMEE=2 texts; whatever is not here is "unknown error". */
export const cmeTexts: Readonly<Record<number, string>> = {
  3: 'operation not allowed',
  4: 'operation not supported',
  10: 'SIM not inserted',
  11: 'SIM PIN required',
  12: 'SIM PUK required',
  13: 'SIM failure',
  14: 'SIM busy',
  16: 'incorrect password',
  26: 'dial string too long',
  27: 'invalid characters in dial string',
  30: 'no network service',
  32: 'network not allowed - emergency calls only',
  50: 'incorrect parameters',
};

/** A setting that takes small numbers: `AT+X=n`, `AT+X?`, `AT+X=?`. */
export function level(name: string, values: readonly number[]): Handler {
  return (command, core) => {
    if (command.kind === 'test') return done(`${name}: (${values.join(',')})`);
    if (command.kind === 'read') return done(`${name}: ${core.level(name)}`);
    const value = command.value.split(',')[0] ?? '';
    const wanted = value === '' ? values[0] : Number(value);
    if (wanted === undefined || !values.includes(wanted)) return failed('ERROR');
    core.settings.levels.set(name, wanted);
    return done();
  };
}

/** A question with a fixed shape: bare or `?`; `=?` answers OK. */
export function question(lines: (core: ModemCore) => readonly string[]): Handler {
  return (command, core) => {
    if (command.kind === 'test') return done();
    return command.kind === 'set' ? failed('ERROR') : done(...lines(core));
  };
}
