import { z } from 'zod';
import type { ErrorCode } from '../../base/error-codes.ts';
import { operators } from '../../domain/operator.ts';
import { capBounds } from '../../domain/sim-caps.ts';
import * as words from '../../domain/vocabulary.ts';

export { numberFaults } from '../../company/phone-numbers.ts';

/** UUIDv7 made on the desk or by the cloud. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
/** ms since 1970, UTC. */
export const time = z.number().int();
/** ms of a duration, never negative. */
export const duration = z.number().int().nonnegative();
/** Bytes as base64. */
export const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
export const slot = z.number().int().min(1).max(5);

export const role = z.enum(words.roles);
export const channel = z.enum(words.channels);
export const voiceRoute = z.enum(words.voiceRoutes);
export const direction = z.enum(words.directions);
export const transferRole = z.enum(words.transferRoles);
/** By it desks know departments; '' = none. */
export const departmentName = z.string().max(200);
export const endCause = z.enum(words.endCauses);
export const outcome = z.enum(words.outcomes);
export const callResult = z.enum(words.callResults);
export const numberCheck = z.enum(words.numberChecks);
export const agentState = z.enum(words.agentStates);
export const breakReason = z.enum(words.breakReasons);
export const simCondition = z.enum(words.simConditions);
export const timeSource = z.enum(words.timeSources);

const cap = ({ min, max }: { min: number; max: number }): z.ZodNumber => z.number().int().min(min).max(max);
/** What one SIM card may be used for; each number's meaning and bounds: domain/sim-caps.ts. */
export const simCaps = z.object({
  perHour: cap(capBounds.perHour),
  perDay: cap(capBounds.perDay),
  talkMinutesPerDay: cap(capBounds.talkMinutesPerDay),
  gapSeconds: cap(capBounds.gapSeconds),
  streak: cap(capBounds.streak),
  coolDownMinutes: cap(capBounds.coolDownMinutes),
});

/** 归属地 and 号段 of a number, as domain/number-place.ts explains them. */
export const numberPlace = z.object({
  province: z.string(),
  city: z.string(),
  areaCode: z.string(),
  operator: z.enum(operators).nullable(),
  virtual: z.boolean(),
  source: z.enum(['number-head', 'area-code']),
});

/** An error as a value in a state: the code decides the text, the details fill its blanks. */
export const problem = z.object({ code: z.string(), details: z.record(z.string(), z.json()).default({}) });
export type Problem = z.output<typeof problem>;

/**
 * A window onto a long list: rows [offset, offset+limit) of the query's result. Lists are scrolled by index, so the
 * scrollbar is true; pages hold at most 100 rows because larger ones stall the bridge (measured).
 */
export const listWindow = { offset: z.number().int().min(0).max(10_000_000), limit: z.number().int().min(1).max(100) };

/** What a screen needs to know about a change: look again. `rev` grows with every change of the area. */
export const revision = z.object({ rev: z.number().int() });

/** What may be wrong with the desk phone: whatever asks something of it may be answered with any of these. */
export const phoneTroubles = [
  'phone.none',
  'phone.not-ready',
  'phone.port-busy',
  'phone.port-missing',
  'phone.port-denied',
  'phone.not-answering',
  'phone.not-a-phone',
  'phone.one-stack',
  'phone.lost',
  'phone.restarting',
  'phone.no-sound',
  'phone.refused',
  'phone.sound-silent',
] as const satisfies readonly ErrorCode[];

/** What may be wrong with the SIP line, or with the window that carries it. */
export const sipTroubles = [
  'sip.no-account',
  'sip.line-off',
  'sip.line-idle',
  'sip.no-window',
  'sip.not-registered',
  'sip.refused',
  'sip.window-lost',
  'microphone.unavailable',
] as const satisfies readonly ErrorCode[];

/** Why the card in a slot may not do what is asked of it. */
export const simTroubles = [
  'sim.absent',
  'sim.pin-required',
  'sim.puk-required',
  'sim.failed',
  'sim.not-registered',
  'sim.registration-denied',
  'sim.emergency-only',
  'sim.no-voice',
  'sim.roaming',
  'sim.not-selected',
] as const satisfies readonly ErrorCode[];

/** What any question that goes on to the cloud may be refused with, whatever it is about. */
export const cloudRefusals = [
  'cloud.unreachable',
  'cloud.refused',
  'rate.limited',
  'auth.expired',
  'auth.revoked',
  'auth.password-changed',
  'auth.disabled',
] as const satisfies readonly ErrorCode[];
