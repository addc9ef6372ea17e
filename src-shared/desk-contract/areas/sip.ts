import { z } from 'zod';
import { errorCodes, type ErrorCode } from '../../base/error-codes.ts';
import { accountTroubles, sipAccountFields } from '../../company/sip-accounts.ts';
import { linePhases, lineTroubles } from '../../domain/sip-line.ts';
import { endCauses } from '../../domain/vocabulary.ts';
import { mediaFlows } from '../../domain/voice-quality.ts';
import { defineArea } from '../kit.ts';
import * as c from './common.ts';
import { stateReport } from './sip-state.ts';

/** A SIP account without its passwords, which a window is told only to register with it. What old ones lack has a default. */
export const sipAccount = z.object(sipAccountFields);
export type SipAccountView = z.output<typeof sipAccount>;

const secrets = {
  password: z.string(),
  /** Null where there is no TURN server. */
  turnPassword: z.string().nullable(),
};
/** For the window that registers with it. */
const usedAccount = sipAccount.extend({ ...secrets, id: c.id });
export type UsedSipAccount = z.output<typeof usedAccount>;

export const sipLine = z.object({
  phase: z.enum(linePhases),
  trouble: z.enum(lineTroubles).nullable(),
  /** SIP status behind the trouble. */
  status: z.number().int().nullable(),
  /** Of `waiting`: when the next try begins. */
  retryAt: c.time.nullable(),
  /** The server calls itself a simulator: who is dialled there is nobody. */
  simulated: z.boolean(),
});
export type SipLineView = z.output<typeof sipLine>;

/**
 * Why an account has no line although nobody has switched it off: it is not this person's any more and goes with the end of
 * its call; the company's password is not here yet, or its cloud cannot read it; the company has assigned the same one;
 * there are eight already.
 */
export const sipIdles = ['leaving', 'no-password', 'unreadable', 'of-company', 'too-many'] as const;
export type SipIdle = (typeof sipIdles)[number];

/** One account of this person, and how its line stands. */
export const sipLineState = z.object({
  id: c.id,
  account: sipAccount,
  /** 公司分配: the company has set it up, and nothing of it is changed at a desk. */
  company: z.boolean(),
  /** False = 停用, or `idle`: it neither registers nor rings, and nobody can be called over it. */
  enabled: z.boolean(),
  /** Null = nothing but the person keeps it from having a line. */
  idle: z.enum(sipIdles).nullable(),
  /** 默认线路: the one of calls for which none is chosen; exactly one where any is enabled. */
  isDefault: z.boolean(),
  line: sipLine,
  /** Null = the account has no codes for that. */
  stateReport: stateReport.nullable(),
});
export type SipLineState = z.output<typeof sipLineState>;

export const sipState = z.object({
  /** Those of the company first, then as they were added. */
  lines: z.array(sipLineState).readonly(),
  /** A window has the lines. Without one nobody can be called over them. */
  served: z.boolean(),
  /** It is this one. */
  serving: z.boolean(),
});
export type SipState = z.output<typeof sipState>;

/** What the engine asks of the window that has the lines; each but `use`, `clip` and `reconnect` is settled by its id. */
export const sipOrder = z.discriminatedUnion('do', [
  /** These and no others, a line each. */
  z.object({ do: z.literal('use'), accounts: z.array(usedAccount).readonly() }),
  /** The opener of the calls to come: 16-bit little-endian mono at 8 kHz. */
  z.object({ do: z.literal('clip'), pcm: c.base64.nullable() }),
  z.object({ do: z.literal('reconnect'), accountId: c.id }),
  z.object({
    do: z.literal('dial'),
    callId: c.id,
    accountId: c.id,
    number: z.string(),
    callerId: z.string().nullable(),
    hideNumber: z.boolean(),
  }),
  z.object({ do: z.literal('answer'), callId: c.id }),
  z.object({ do: z.literal('reject'), callId: c.id }),
  z.object({ do: z.literal('hang-up'), callId: c.id }),
  z.object({ do: z.literal('hold'), callId: c.id }),
  z.object({ do: z.literal('resume'), callId: c.id }),
  z.object({ do: z.literal('digit'), callId: c.id, digit: z.string() }),
  z.object({ do: z.literal('mute'), callId: c.id, muted: z.boolean() }),
  /** The agent is heard from here on; an opener that plays stops. */
  z.object({ do: z.literal('open'), callId: c.id }),
  z.object({ do: z.literal('play'), callId: c.id }),
  z.object({ do: z.literal('stop-clip'), callId: c.id }),
  z.object({ do: z.literal('transfer'), callId: c.id, number: z.string() }),
  /** The other sides of both are connected with each other. */
  z.object({ do: z.literal('connect'), callId: c.id, otherId: c.id }),
  /** Three-way. */
  z.object({ do: z.literal('join'), callId: c.id, otherId: c.id }),
  /** Whom the other side asks us to call, as a new call under that id. */
  z.object({ do: z.literal('accept-transfer'), requestId: c.id, callId: c.id }),
  z.object({ do: z.literal('decline-transfer'), requestId: c.id }),
  /** A short call to a feature code, which is no call of the agent's; settled when the PBX has taken it, or will not. */
  z.object({ do: z.literal('tell-state'), accountId: c.id, code: z.string() }),
]);
export type SipOrder = z.output<typeof sipOrder>;

/** What has become of a call: events of the call machine (domain/call-channel.ts). */
export const sipEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted') }),
  z.object({ type: z.literal('dialing') }),
  z.object({ type: z.literal('alerting') }),
  z.object({ type: z.literal('answered') }),
  z.object({ type: z.literal('held') }),
  z.object({ type: z.literal('resumed') }),
  z.object({ type: z.literal('ended'), cause: z.enum(endCauses) }),
]);

/** How the sound of a call came in during the last second (domain/voice-quality.ts). */
const mediaReading = z.object({
  flow: z.enum(mediaFlows),
  quietMs: z.number().nonnegative(),
  received: z.number().int().nonnegative(),
  lost: z.number().int().nonnegative(),
  jitterMs: z.number().nonnegative().nullable(),
  roundTripMs: z.number().nonnegative().nullable(),
});

/** A second of both sides at most, left the customer, right the agent: 16-bit little-endian at 8 kHz. */
const bothSides = c.base64.max(43_000);

const isCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);
const code = z.string().refine(isCode);

/** The engine's part of the connection test: what a browser's WebSocket cannot tell apart. The window goes on from there. */
export const sipTestSteps = ['name', 'port', 'certificate', 'socket'] as const;
export type SipTestStep = (typeof sipTestSteps)[number];

/** What a step that went well has seen. */
export const sipTestFacts = z.discriminatedUnion('step', [
  z.object({ step: z.literal('name'), addresses: z.array(z.string()) }),
  z.object({ step: z.literal('port'), address: z.string(), port: z.number().int() }),
  z.object({ step: z.literal('certificate'), issuer: z.string(), validTo: c.time }),
  z.object({ step: z.literal('socket'), server: z.string() }),
]);
export type SipTestFacts = z.output<typeof sipTestFacts>;

const sipTestTroubles = [
  'sip.server-invalid',
  'sip.test-name-unknown',
  'sip.test-no-name-server',
  'sip.test-port-closed',
  'sip.test-unreachable',
  'sip.test-silent',
  'sip.test-not-tls',
  'sip.test-handshake',
  'sip.test-certificate-expired',
  'sip.test-certificate-early',
  'sip.test-certificate-self-signed',
  'sip.test-certificate-name',
  'sip.test-certificate-untrusted',
  'sip.test-not-websocket',
  'sip.test-not-sip',
  'sip.test-http-status',
] as const satisfies readonly ErrorCode[];

/** As a person types it; a password that is null = the one that is kept already. */
const typedAccount = sipAccount.extend({
  password: z.string().max(200).nullable(),
  turnPassword: z.string().max(200).nullable().default(null),
});
export type TypedSipAccount = z.output<typeof typedAccount>;
/** Null = a new one. */
const ofAccount = c.id.nullable();

/** SIP calls: the engine is no browser, so one window speaks SIP and carries the sound (decision 9). */
export const sipArea = defineArea({
  commands: {
    /** While it has a call nothing is changed that its line is made from (`sip.account-in-call`); a first one is the default. */
    'sip.saveAccount': {
      in: z.object({ id: ofAccount, account: typedAccount }),
      out: z.object({ id: c.id }),
      errors: [
        ...accountTroubles, 'sip.name-taken', 'sip.account-exists', 'sip.too-many-accounts', 'sip.account-in-call',
        'not-found', 'disk.full',
      ],
    }, // prettier-ignore
    'sip.removeAccount': {
      in: z.object({ id: c.id }),
      out: z.null(),
      errors: ['sip.account-in-call', 'not-found', 'disk.full'],
    },
    'sip.enableAccount': {
      in: z.object({ id: c.id, enabled: z.boolean() }),
      out: z.null(),
      errors: ['sip.account-in-call', 'not-found', 'disk.full'],
    },
    /** One that is 停用 is the default as soon as it is not any more. */
    'sip.setDefaultAccount': { in: z.object({ id: c.id }), out: z.null(), errors: ['not-found', 'disk.full'] },
    /**
     * What was typed, as it would be kept, with its passwords: for the window that is about to ask the server whether it takes
     * them. Nothing is kept.
     */
    'sip.draftAccount': {
      in: z.object({ id: ofAccount, account: typedAccount }),
      out: sipAccount.extend(secrets),
      errors: accountTroubles,
    },
    /** One step on the way to that server; it ends within 5 s, or when the window cancels it. */
    'sip.testStep': {
      in: z.object({
        step: z.enum(sipTestSteps),
        server: z.string().max(300),
        /** The window's own, as its WebSocket names it to the server. */
        origin: z.string().max(300),
      }),
      out: sipTestFacts,
      errors: sipTestTroubles,
    },
    /** At once, not at the next try. */
    'sip.reconnect': { in: z.object({ id: c.id }), out: z.null(), errors: [] },
    /** The PBX of that line is told the agent's state once more, whether it knows it or not. */
    'sip.tellState': { in: z.object({ id: c.id }), out: z.null(), errors: [] },
    // The serving window's words; those of another window are passed over.
    'sip.line': {
      in: sipLine.omit({ retryAt: true }).extend({ accountId: c.id, retryInMs: z.number().nullable() }),
      out: z.null(),
      errors: [],
    },
    /** `status`: the SIP status behind the problem, where there is one. */
    'sip.settled': {
      in: z.object({ order: z.number().int(), problem: code.nullable(), status: z.number().int().optional() }),
      out: z.null(),
      errors: [],
    },
    /**
     * Somebody calls, and hears nothing yet; the id is the call's from here on. `takesPlace`: it comes in the place of a
     * call that is spoken (RFC 3891), and is answered as it comes. `asksAnswer`: the PBX wants it answered by itself, which
     * the engine does, by its ordinary order, or not. `refuse`: with that SIP status, and the call is over; null = it may ring.
     */
    'sip.incoming': {
      in: z.object({
        accountId: c.id,
        number: z.string().max(100).nullable(),
        name: z.string().max(200),
        takesPlace: z.boolean(),
        asksAnswer: z.boolean(),
      }),
      out: z.object({ callId: c.id, refuse: z.number().int().nullable() }),
      errors: ['sip.not-serving'],
    },
    'sip.event': {
      in: z.object({ callId: c.id, event: sipEvent }),
      out: z.null(),
      errors: [],
    },
    /**
     * From the answer on, all that the window has, however late. `lackMs`: what its audio thread had no time for before this
     * part, by the window's clock.
     */
    'sip.sound': {
      in: z.object({ callId: c.id, pcm: bothSides, lackMs: z.number().int().nonnegative() }),
      out: z.null(),
      errors: [],
    },
    /** Once a second from the answer on. */
    'sip.quality': { in: z.object({ callId: c.id, reading: mediaReading }), out: z.null(), errors: [] },
    /** The other side of a call asks us to call somebody in its place; the id is the request's from here on. */
    'sip.transferAsked': {
      in: z.object({
        callId: c.id,
        number: z.string().max(100).nullable(),
        attended: z.boolean(),
        leftMs: c.duration,
      }),
      out: z.object({ requestId: c.id }),
      errors: ['sip.not-serving', 'call.gone'],
    },
    /** It is decided, or was declined because nobody did in time. */
    'sip.transferOver': { in: z.object({ requestId: c.id }), out: z.null(), errors: [] },
    /** The opener has come to its end. */
    'sip.played': { in: z.object({ callId: c.id }), out: z.null(), errors: [] },
  },
  streams: {
    'sip.state': { args: z.null(), item: sipState, resume: 'latest' },
    /** Opened by the window that has the browser's lock for the lines; `calls` are those that it carries already. */
    'sip.orders': {
      args: z.object({ calls: z.array(z.object({ callId: c.id, accountId: c.id })) }),
      item: z.object({ order: z.number().int(), what: sipOrder }),
      resume: 'log',
    },
  },
});
