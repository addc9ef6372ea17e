import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { parseIdentity, parseImei, parseSlot } from '../at/answers.ts';
import type { AtSession } from '../at/at-session.ts';
import { matchProfile } from '../profiles/load-profiles.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { isUnderWay, voiceCalls } from './call-rows.ts';
import type { SimStack } from './sim-stack.ts';

export interface ModemIdentity {
  readonly manufacturer: string | null;
  readonly model: string | null;
  /** Firmware, by AT+CGMR. */
  readonly revision: string | null;
  readonly profile: PhoneProfile;
  /** Tells one phone from another of the same make, at whatever port; null = it does not tell. Never leaves the engine. */
  readonly imei: string | null;
  /** By its own word no public network is behind it. */
  readonly simulated: boolean;
  /** A call runs already; one that only rings is not meant. */
  readonly carriesCall: boolean;
  /** Which slot each SIM stack has, the first one first; null = no switch, or the make cannot tell. */
  readonly slots: readonly (number | null)[];
}

export interface BringUpDeps {
  readonly profiles: readonly PhoneProfile[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const probeTries = 5;
/** How long a line is only listened to that seems to answer one question too late. */
const listenMs = 600;

/**
 * The first words with a modem, in the order of research/hardware 1.1: alive? no echo, results in words, who are you, then
 * the make's settings, then the calls that it carries. Rejects with `phone.not-a-phone` when nothing at the port speaks
 * AT (a composite device has ports for other things), with `phone.one-stack` where two stacks are expected and the make
 * has no words for a second one, else with the session's errors.
 */
export async function bringUp(
  session: AtSession,
  stacks: readonly SimStack[],
  { profiles, clock, logger }: BringUpDeps,
): Promise<ModemIdentity> {
  if (!(await session.probe(probeTries))) throw new AppError('phone.not-a-phone', { heard: session.heard });
  await attempt(session, 'ATE0', logger);
  await attempt(session, 'ATV1', logger);
  const manufacturer = await manufacturerOf(session, clock, logger);
  const model = parseIdentity(await attempt(session, 'AT+CGMM', logger));
  const profile = matchProfile(profiles, { manufacturer, model });
  if (stacks.length > 1 && !profile.stacks) throw new AppError('phone.one-stack', { model, profile: profile.id });
  session.setMinGap(profile.minGapMs);
  const revision = parseIdentity(await attempt(session, 'AT+CGMR', logger));
  const simulated = revision !== null && revision === profile.simulatedRevision;
  const imei = parseImei(await attempt(session, 'AT+CGSN', logger));
  for (const command of profile.init) await attempt(session, command, logger);
  const calls = await attempt(session, 'AT+CLCC', logger, '+CLCC');
  const carriesCall = (voiceCalls(calls, profile.clccVoiceModes) ?? []).some(isUnderWay);
  const query = stacks[0]?.slotSwitch(profile)?.query;
  const places = query ? await attempt(session, query, logger) : [];
  const slots = stacks.map((stack) => parseSlot(places, stack.row));
  return { manufacturer, model, revision, profile, imei, simulated, carriesCall, slots };
}

/**
 * An engine that was killed may have left a question at the modem: its answer passes for that to our first AT, and every
 * later one stands one question too late, the make's model where its name was asked for. +CGMI is the first that is not
 * answered by a bare OK, at any make (TS 27.007 §5.1): where none comes, what is still on its way is let in, and it is asked
 * anew. Null = the make keeps its name to itself.
 */
async function manufacturerOf(session: AtSession, clock: Clock, logger: Logger): Promise<string | null> {
  const ask = async (): Promise<string | null> => parseIdentity(await attempt(session, 'AT+CGMI', logger));
  const name = await ask();
  if (name !== null) return name;
  logger.log('debug', 'make-unnamed', { listenMs });
  await sleep(clock, listenMs);
  return ask();
}

/** Makes leave commands out: a refusal is noted and counts as an empty answer. */
async function attempt(session: AtSession, text: string, logger: Logger, prefix?: string): Promise<readonly string[]> {
  try {
    return await session.send({ text, priority: 'info', ...(prefix ? { prefix } : {}) });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'phone.refused') throw error;
    logger.log('debug', 'init-refused', error.details);
    return [];
  }
}
