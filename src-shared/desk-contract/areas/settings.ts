import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { breakAnswers } from '../../domain/agent-state.ts';
import { autoAnswers } from '../../domain/auto-answer.ts';
import { exportLists } from '../../domain/exports.ts';
import { simPolicies } from '../../domain/sim-choice.ts';
import { channel, id, simCaps, voiceRoute } from './common.ts';
import { leadPlaces } from '#shared/domain/vocabulary.ts';
import { leadListLook } from './leads.ts';
import { exportChoice } from './exports.ts';
import { phoneConnection } from './phone.ts';

/** Names of sound devices as the window's browser tells them, the most wanted first. */
const deviceRanking = z.array(z.string().min(1).max(300)).max(20);

/** A sound device that a person picked: by the browser's id where that still holds, else by its name. */
const pickedDevice = z.object({ id: z.string().max(300), label: z.string().min(1).max(300) });

/** Whose calls ring in the window; a desk phone rings by itself. */
export const ringingCalls = ['none', 'sip', 'all'] as const;

export const settings = z.object({
  locale: z.enum(['zh-CN', 'en']),
  theme: z.enum(['system', 'light', 'dark']),
  channel,
  /** 开场白: plays at answer when on and one is chosen. */
  openerEnabled: z.boolean(),
  openerId: id.nullable(),
  /** What happens when nobody cut in before the opener's end: stay shut and listen, or say goodbye. */
  afterOpener: z.enum(['listen', 'hang-up']),
  maskNumbers: z.boolean(),
  /** What callers over SIP get in 小休中. */
  callersOnBreak: z.enum(breakAnswers),
  /** 自动接听: calls over SIP whose PBX asks for it. */
  autoAnswer: z.enum(autoAnswers),
  /** 来电通知: the system tells who calls while no window is in front. */
  callNotices: z.boolean(),
  wrapUpSeconds: z.number().int().min(0).max(600),
  phone: phoneConnection,
  /** 手动, 轮换, 最少使用, 号码归属地优先, 老客户同卡 (domain/sim-choice.ts). */
  simPolicy: z.enum(simPolicies),
  /** Caps of every card that has none of its own. */
  simCaps,
  /** 话音通路: the microphone of the next call. */
  voiceRoute,
  /** The first of these that is plugged in; none of them, or none named = the system's own choice. */
  voiceDevices: z.object({ inputs: deviceRanking, outputs: deviceRanking }),
  /** What the browser does to the agent's microphone. */
  voiceProcessing: z.object({ echoCancellation: z.boolean(), noiseSuppression: z.boolean(), autoGain: z.boolean() }),
  /** 铃声: the devices are ranked as those of the voice are, the volume is in per cent. */
  ringing: z.object({
    calls: z.enum(ringingCalls),
    devices: deviceRanking,
    volume: z.number().int().min(0).max(100),
  }),
  /** Sound cards of phones that are one, where the profile's names found none or several; by `WantedSoundCard.device`. */
  soundCards: z.record(
    z.string().max(80),
    z.object({ input: pickedDevice.nullable(), output: pickedDevice.nullable() }),
  ),
  /** Bindings of the handset's keys, by the names of `phone.keys`; null = none. */
  phoneKeys: z.object({ cutIn: z.string().max(40).nullable() }),
  /** 线索库, 我跟进的客户, 公海客户: columns and saved views. */
  leadLists: z.partialRecord(z.enum(leadPlaces), leadListLook),
  /** What was chosen for the last file of each list. */
  exports: z.partialRecord(z.enum(exportLists), exportChoice),
});
export type Settings = z.output<typeof settings>;

export const shellState = z.object({
  /** F2 while another program has the focus: taken by another program = busy. */
  globalCutIn: z.enum(['registered', 'busy', 'unavailable']),
  /** Whether numbers on web pages (`tel:`, `callto:`) are opened by this program; null = that cannot be here. */
  opensDialLinks: z.boolean().nullable(),
  /** The last of them, as it stood there; null = each was taken by a window. */
  dialLink: z.object({ rev: z.number().int(), text: z.string() }).nullable(),
});
export type ShellState = z.output<typeof shellState>;

export const settingsArea = defineArea({
  commands: {
    'settings.change': { in: settings.partial(), out: z.null(), errors: ['disk.full'] },
    /** The asking window comes to the front of all others, from the tray too. */
    'shell.raise': { in: z.null(), out: z.null(), errors: [], needs: 'raise-window' },
    'shell.openDialLinks': { in: z.object({ on: z.boolean() }), out: z.null(), errors: [], needs: 'dial-links' },
    /** A window has the number in its dial field. */
    'shell.takeDialLink': { in: z.object({ rev: z.number().int() }), out: z.null(), errors: [], needs: 'dial-links' },
  },
  streams: {
    'settings.values': { args: z.null(), item: settings, resume: 'latest' },
    'shell.state': { args: z.null(), item: shellState, resume: 'latest' },
  },
});
