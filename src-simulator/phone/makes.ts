import { jh5, type MakeName, type ModemOptions } from './options.ts';

const mono = { pcmLayout: 'mono-far', uplink: 'port' } as const;

/**
 * Makes of modem that a phone may be built around, by what is known of them (research/hardware 1.3–1.9); the guide has
 * the table. Each says SIMULATED in its revision: nobody real is reached through it.
 */
export const makes: Readonly<Record<MakeName, ModemOptions>> = {
  jh5,
  /** The JH-5 with a sound card in place of the PCM port; a card gives the far party alone. */
  jh5u: {
    ...jh5,
    make: 'jh5u',
    identity: { maker: 'Jinhu', model: 'JH-5U SIM', revision: 'JH5U-1.0.0 SIMULATED' },
    soundOver: 'usb-audio',
    pcmLayout: 'mono-far',
  },
  quectel: {
    ...jh5,
    ...mono,
    make: 'quectel',
    identity: { maker: 'Quectel', model: 'EC20F', revision: 'EC20CEHDLGR06A07M1G SIMULATED' },
    bootLines: { before: ['RDY', '+CFUN: 1'], after: ['+QIND: SMS DONE', '+QIND: PB DONE'] },
    pcmOpening: 'before-call',
  },
  simcom: {
    ...jh5,
    ...mono,
    make: 'simcom',
    identity: { maker: 'SIMCOM INCORPORATED', model: 'A7670C-LASS', revision: 'A7670M7_V1.11.1 SIMULATED' },
    reports: ['VOICE CALL'],
    voiceHangUpControl: 1,
    bootLines: { before: ['*ATREADY: 1', '+CFUN: 1'], after: ['SMS DONE', 'PB DONE'] },
    pcmOpening: 'connected',
  },
  huawei: {
    ...jh5,
    ...mono,
    make: 'huawei',
    identity: { maker: 'huawei', model: 'E173', revision: '11.126.85.00.209 SIMULATED' },
    unknownCommand: 'command-not-support',
    reports: ['^CURC'],
    bootLines: { before: ['^SYSSTART'], after: ['^SIMST:1'] },
  },
  cuttlefish: {
    ...jh5,
    make: 'cuttlefish',
    identity: { maker: 'Android', model: 'Cuttlefish', revision: '1.0 SIMULATED' },
    echo: 'never',
    framing: 'cr',
    unknownCommand: 'always-cme',
    bareAt: false,
    urcsInsideAnswers: true,
    ringOn: 'any-change',
    noCarrierFor: 'none',
    outgoingMode: 1,
    quotedNumbers: false,
  },
  phonesim: {
    ...jh5,
    make: 'phonesim',
    identity: { maker: 'MeeGo', model: 'Synthetic Device', revision: 'REV1 SIMULATED' },
    echo: 'never',
    bareAt: false,
    chains: false,
    colpBlocks: false,
    reports: ['*ECAM'],
    noCarrierFor: 'outbound',
    ringEveryMs: 2000,
    bootLines: { before: [], after: [] },
  },
};
