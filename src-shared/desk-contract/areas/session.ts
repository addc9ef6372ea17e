import { z } from 'zod';
import { passwordFaults } from '../../domain/password.ts';
import { defineArea } from '../kit.ts';
import { agentState, breakReason, cloudRefusals, id, problem, role, time } from './common.ts';

export const employee = z.object({ id, name: z.string(), account: z.string(), role, department: z.string() });
export const company = z.object({ id, name: z.string(), sample: z.boolean() });

/** A ready-made account of the demo company, shown on the sign-in screen so that nobody has to guess a password. */
export const demoAccount = z.object({ account: z.string(), password: z.string(), name: z.string(), role });

export const sessionState = z.object({
  phase: z.enum(['choose-environment', 'preparing', 'signed-out', 'signed-in']),
  environment: z.enum(['demo', 'production']).nullable(),
  /** While `preparing`: which step runs (i18n `session.steps.<step>`) and how far all of it is, 0…1. */
  preparing: z
    .object({ step: z.enum(['database', 'cloud', 'sample-data', 'phone', 'data']), progress: z.number() })
    .nullable(),
  /** Why the last attempt to prepare, or to keep a session alive, failed. */
  problem: problem.nullable(),
  cloudUrl: z.string().nullable(),
  demoAccounts: z.array(demoAccount),
  /** The account that signed in last, to fill the field. */
  lastAccount: z.string().nullable(),
  employee: employee.nullable(),
  company: company.nullable(),
  /** Signed in without the cloud, by what this desk remembers of it: until then. Null = the cloud knows. */
  offlineUntil: time.nullable(),
});
export type SessionState = z.output<typeof sessionState>;

/** A device that this person signs in on. */
export const deviceView = z.object({
  id,
  name: z.string(),
  firstSeenAt: time,
  lastSeenAt: time,
  signedInAt: time,
  /** This desk. */
  current: z.boolean(),
  signedIn: z.boolean(),
});
export type DeviceView = z.output<typeof deviceView>;

export const syncState = z.object({
  state: z.enum(['synced', 'waiting', 'syncing', 'offline', 'signed-out']),
  /** Local changes and recordings that the cloud has not confirmed. */
  pendingRows: z.number().int(),
  pendingRecordings: z.number().int(),
  lastSyncAt: time.nullable(),
  problem: problem.nullable(),
  /** What the cloud did not take (同步问题); none of it holds up the rest. */
  refused: z.number().int(),
  /** By how much the PC's clock is behind the cloud's, ms; negative = ahead. Null = not measured since the sign-in. */
  clockOffMs: z.number().int().nullable(),
  /**
   * Everything of the company is being read: a new desk, or another history. Stays through cuts until all of it is there.
   * Null = what stands here is in use, and followed change by change.
   */
  reading: z
    .object({
      /** Nothing of the company stands here yet. */
      first: z.boolean(),
      /** That have come. */
      rows: z.number().int(),
      /**
       * 0…1, never falls while one history is read. Null = not known: no page has come, one page is all, or the cloud does
       * not say.
       */
      share: z.number().min(0).max(1).nullable(),
    })
    .nullable(),
});
export type SyncState = z.output<typeof syncState>;
export type SyncReading = NonNullable<SyncState['reading']>;

/** What is done to a lead and decided by the cloud. */
export const leadDeedKinds = ['lead-edit', 'lead-claim', 'lead-release', 'lead-assign', 'lead-delete'] as const;

export const syncProblem = z.object({
  opId: id,
  kind: z.enum(['call', ...leadDeedKinds, 'note', 'listing', 'snippet']),
  /** The lead's or customer's name, the number, or the snippet's title; null where nobody knows any more. */
  subject: z.string().nullable(),
  /** What the person wrote into a lead, by field. */
  fields: z.record(z.string(), z.json()).nullable(),
  /** The note, the snippet, or why a lead was given up or deleted, or a number was to be listed. */
  text: z.string().nullable(),
  problem,
  at: time.nullable(),
});
export type SyncProblem = z.output<typeof syncProblem>;

export const agentView = z.object({
  effective: agentState,
  /** What the person chose; survives calls, reconnects and restarts. */
  chosen: z.enum(['idle', 'break']),
  breakReason: breakReason.nullable(),
  since: time,
  /** Of `wrap-up`: when it is over by itself; `until` null = 继续整理, when the person says so. */
  wrapUp: z.object({ until: time.nullable() }).nullable(),
});
export type AgentView = z.output<typeof agentView>;

export const sessionArea = defineArea({
  commands: {
    /** Long: starts an embedded cloud the first time. Progress is in `session.state`; cancel the call to stop. */
    'session.chooseEnvironment': {
      in: z.discriminatedUnion('environment', [
        z.object({ environment: z.literal('demo') }),
        z.object({ environment: z.literal('production'), cloudUrl: z.string().max(300) }),
      ]),
      out: z.null(),
      errors: [
        'demo.start-failed',
        'cloud.unreachable',
        'cloud.address-invalid',
        'cloud.not-a-cloud',
        'cloud.version-mismatch',
        'environment.in-use',
      ],
      deadline: 0,
    },
    /** Back to the first screen; the data of the environment stays on disk. */
    'session.leaveEnvironment': { in: z.null(), out: z.null(), errors: ['call.busy'] },
    'session.signIn': {
      in: z.object({
        account: z.string().trim().min(1).max(100),
        password: z.string().min(1).max(200),
        /** In place of a one-time password, once that was refused with `password.change-required`. */
        newPassword: z.string().max(1000).optional(),
      }),
      out: z.null(),
      errors: [
        'password.change-required',
        'password.unchanged',
        ...passwordFaults,
        'auth.bad-credentials',
        'auth.locked',
        'auth.disabled',
        'auth.offline-expired',
        'cloud.unreachable',
        'cloud.refused',
        'rate.limited',
        'environment.not-chosen',
        'call.busy',
        'database.locked',
        'database.damaged',
        'database.sealed',
        'database.from-the-future',
        'disk.full',
      ],
      deadline: 30_000,
    },
    'session.signOut': { in: z.null(), out: z.null(), errors: ['call.busy'] },
    /** Ends the person's sessions on all other devices. Not in the demo, whose passwords are everybody's. */
    'session.changePassword': {
      in: z.object({ oldPassword: z.string().min(1).max(200), newPassword: z.string().max(1000) }),
      out: z.null(),
      errors: ['password.wrong-old', 'password.unchanged', ...passwordFaults, 'auth.locked', ...cloudRefusals],
      deadline: 30_000,
    },
    /** Asked of the cloud each time. */
    'session.devices': {
      in: z.null(),
      out: z.object({ devices: z.array(deviceView) }),
      errors: cloudRefusals,
      deadline: 30_000,
    },
    'session.endDevice': {
      in: z.object({ id }),
      out: z.null(),
      errors: ['not-found', ...cloudRefusals],
      deadline: 30_000,
    },
    /** Opens another desk on the same demo cloud. `url` is for the window to open, null where the shell opened it itself. */
    'session.openDesk': {
      in: z.object({ account: z.string().max(100) }),
      out: z.object({ url: z.string().nullable() }),
      errors: [],
      needs: 'open-desk',
      deadline: 30_000,
    },
    'sync.now': { in: z.null(), out: z.null(), errors: ['cloud.unreachable'], deadline: 60_000 },
    /** Once more, as a new change behind all others. */
    'sync.retry': { in: z.object({ opId: id }), out: z.null(), errors: ['not-found'] },
    /** Gives it up: what is on the desk stays, the cloud is not told. */
    'sync.discard': { in: z.object({ opId: id }), out: z.null(), errors: ['not-found'] },
    'agent.choose': {
      in: z.object({ state: z.enum(['idle', 'break']), reason: breakReason.nullable() }),
      out: z.null(),
      errors: [],
    },
    /** Ends 话后处理 before its time is up; not while its call lacks what the company requires. */
    'agent.finishWrapUp': { in: z.null(), out: z.null(), errors: ['call.incomplete'] },
    /** 继续整理: 话后处理 lasts until it is ended; nothing where there is none. */
    'agent.keepWrapUp': { in: z.null(), out: z.null(), errors: [] },
  },
  streams: {
    'session.state': { args: z.null(), item: sessionState, resume: 'latest' },
    'sync.state': { args: z.null(), item: syncState, resume: 'latest' },
    /** Oldest first, 200 at most; `sync.state` has the count. */
    'sync.problems': { args: z.null(), item: z.object({ problems: z.array(syncProblem) }), resume: 'latest' },
    'agent.state': { args: z.null(), item: agentView, resume: 'latest' },
  },
});
