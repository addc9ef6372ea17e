import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { AtSession } from '#engine/devices/at/at-session.ts';
import { pass, ScriptedModem, settle } from './scripted-modem.ts';

/** One line of a trace: its mark and what stands behind it. The marks are explained in tests/fixtures/at/README.md. */
export interface TraceStep {
  readonly mark: '>' | '<' | '^' | '~' | '=' | '+' | '!';
  readonly text: string;
}
export interface Trace {
  readonly name: string;
  readonly steps: readonly TraceStep[];
}
/** Cuts the bytes of one burst into pieces. */
export type Chunking = (bytes: Buffer) => readonly Buffer[];

export const inOnePiece: Chunking = (bytes) => [bytes];
export const byteByByte: Chunking = (bytes) => Array.from(bytes, (byte) => Buffer.from([byte]));

const folder = join(import.meta.dirname, '../fixtures/at');
const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', '0': '\0', '\\': '\\' };

export const unescape = (text: string): string =>
  text.replace(/\\(?:x([0-9A-Fa-f]{2})|([rn0\\]))/g, (_all, hex: string | undefined, letter: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[letter] ?? letter),
  );

export function readTraces(): readonly Trace[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => ({ name: basename(file, '.txt'), steps: parseTrace(readFileSync(join(folder, file), 'utf8')) }));
}

const parseTrace = (text: string): readonly TraceStep[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const mark = line.charAt(0);
      if (!'><^~=+!'.includes(mark)) throw new Error(`no such mark in a trace: ${line}`);
      return { mark: mark as TraceStep['mark'], text: line.slice(2) };
    });

/** What a trace says should have happened, in the words in which `replay` tells what did. */
export const expected = ({ steps }: Trace): readonly string[] =>
  steps.filter(({ mark }) => '=+!'.includes(mark)).map(({ mark, text }) => `${mark} ${unescape(text)}`);

/** All bytes that the modem of a trace sends. */
export const bytesOf = ({ steps }: Trace): Buffer =>
  Buffer.from(steps.map(({ mark, text }) => (mark === '<' ? unescape(text) : '')).join(''), 'latin1');

/**
 * Plays a trace to a session and tells what came of it: results and reports as `expected` writes them. Results stand where
 * the trace looks for them, reports too, since both may come with the same bytes.
 */
export async function replay({ steps }: Trace, chunking: Chunking): Promise<readonly string[]> {
  const clock = new ManualClock();
  const modem = new ScriptedModem().on(/./, null).on(/^$/, null);
  const session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
  const seen: string[] = [];
  const reports: string[] = [];
  const results: Promise<readonly string[]>[] = [];
  session.onUrc((urc) => reports.push(`! ${urc.kind} ${urc.line}`));
  for (const { mark, text } of steps) {
    if (mark === '>') {
      const [command = '', prefix] = text.split(' | ');
      results.push(outcome(session.send({ text: command, priority: 'call', ...(prefix ? { prefix } : {}) })));
    } else if (mark === '<')
      for (const chunk of chunking(Buffer.from(unescape(text), 'latin1'))) modem.raw(chunk.toString('latin1'));
    else if (mark === '^') session.abortDial();
    else if (mark === '~') await pass(clock, Number(text), 50);
    else if (mark === '=') seen.push(...(await nowOf(results.shift())));
    else if (mark === '!') seen.push(reports.shift() ?? '! nothing was reported');
    await settle();
  }
  session.close('end of trace');
  return [...seen, ...reports];
}

/** A trace that is wrong must fail and not hang. */
const nowOf = (result: Promise<readonly string[]> | undefined): Promise<readonly string[]> =>
  Promise.race([result ?? Promise.resolve(['= nothing was asked']), settle().then(() => ['= still in flight'])]);

async function outcome(answer: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return ['= OK', ...(await answer).map((line) => `+ ${line}`)];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'phone.refused') return [`= refused ${String(error.details['result'])}`];
    return [`= ${error.code.replace('phone.', '')}`];
  }
}
