import type { z } from 'zod';
import { parseIccid, parsePinTries } from '../at/answers.ts';
import { phoneProfile, type PhoneProfile } from '../profiles/profile.ts';
import { said, type Findings } from './findings.ts';

type ProfileInput = z.input<typeof phoneProfile>;

export interface Draft {
  readonly profile: PhoneProfile;
  /** What a probe cannot find out: to be tried with a call, or asked of the vendor. */
  readonly questions: readonly string[];
}

/** A first profile for this phone, good enough to connect it; what is a guess stands among the questions. */
export function draftProfile(findings: Findings): Draft {
  const questions: string[] = [];
  const { manufacturer, model, revision } = findings;
  if (manufacturer === null || model === null)
    questions.push('The phone does not tell maker and model: how else can it be recognised (USB id)?');
  const profile: ProfileInput = {
    id: slug([manufacturer, model]),
    name: [manufacturer, model].filter(Boolean).join(' ') || 'Unknown phone',
    match: { manufacturer, model },
    simulatedRevision: revision !== null && /simulat/i.test(revision) ? revision : null,
    init: initOf(findings),
    minGapMs: 20,
    ...callsOf(findings, questions),
    ...cardOf(findings, questions),
    ...switchOf(findings, questions),
    sound: soundOf(findings, questions),
  };
  questions.push('How long must a command wait after a result (minGapMs)? 20 ms is the careful value.');
  return { profile: phoneProfile.parse(profile), questions };
}

const slug = (parts: readonly (string | null)[]): string =>
  parts
    .filter(Boolean)
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '') || 'unknown-phone';

/** Settings in the order of research/hardware 1.1; those that the phone showed not to know are left out. */
function initOf(findings: Findings): string[] {
  const knows = (command: string): boolean => said(findings, command) !== null;
  const optional: readonly (readonly [string, boolean])[] = [
    ['AT+CMEE=1', knows('AT+CMEE?')],
    ['AT+CSCS="GSM"', knows('AT+CSCS=?')],
    ['AT&D0', true],
    ['ATS0=0', knows('ATS0?')],
    ['ATX4', true],
    ['AT+CREG=1', knows('AT+CREG?')],
    ['AT+CEREG=1', knows('AT+CEREG?')],
    ['AT+CLIP=1', knows('AT+CLIP=?')],
    ['AT+CRC=1', knows('AT+CRC=?')],
    ['AT+CCWA=1,1', knows('AT+CCWA=?')],
    ['AT+COLP=0', knows('AT+COLP=?')],
    ['AT+CVHU=0', knows('AT+CVHU=?') || knows('AT+CVHU?')],
  ];
  return ['ATE0', 'ATV1', 'ATQ0', ...optional.filter(([, wanted]) => wanted).map(([command]) => command)];
}

function callsOf(
  findings: Findings,
  questions: string[],
): Pick<ProfileInput, 'atdBlocks' | 'hangUp' | 'clccVoiceModes'> {
  questions.push('Does ATD answer at once, or only when the call is through or over (atdBlocks)?');
  if (said(findings, 'AT+CLCC') === null)
    questions.push('The phone lists no calls (AT+CLCC): by what does it tell that somebody answered?');
  else questions.push('Which mode has a voice call in +CLCC (clccVoiceModes)? 0 is the standard, some say 1.');
  const reports = ['AT^DSCI=?', 'AT+QINDCFG="ccinfo"', 'AT^CURC=?', 'AT+CLCC?'].filter(
    (command) => (said(findings, command) ?? []).length > 0,
  );
  if (reports.length > 0)
    questions.push(`Call reports seem to exist (${reports.join(', ')}): which of them tells the answer at once?`);
  const hold = said(findings, 'AT+CHLD=?');
  const released = said(findings, 'AT+CHUP=?') === null ? [] : ['AT+CHUP'];
  if (released.length === 0) questions.push('AT+CHUP is not known here: does ATH hang up a running call?');
  const one = hold === null || hold.join().includes('1x') ? ['AT+CHLD=1{index}'] : [];
  return { atdBlocks: false, hangUp: [...released, ...one, 'ATH', 'AT+CHLD=0'], clccVoiceModes: [0] };
}

const iccidForms = ['AT+CCID', 'AT+ICCID', 'AT+QCCID', 'AT+CICCID', 'AT^ICCID?'];
const pinForms = ['AT+CPINR="SIM PIN"', 'AT+QPINC?', 'AT+SPIC'];

function cardOf(findings: Findings, questions: string[]): Pick<ProfileInput, 'iccid' | 'pinCounter'> {
  const readable = iccidForms.filter((command) => parseIccid(said(findings, command) ?? []) !== null);
  if (readable.length === 0)
    questions.push('No ICCID could be read: is there a card in the slot? By which command (iccid)?');
  const counters = pinForms.filter((command) => parsePinTries(said(findings, command) ?? []) !== null);
  const pinCounter = counters[0] ?? null;
  if (pinCounter === null)
    questions.push('The PIN tries that are left cannot be read (pinCounter): one PIN per card will be tried, no more.');
  return { iccid: readable.length > 0 ? readable : iccidForms, pinCounter };
}

/** Only makes that number their slots from 1 fit the placeholder {slot}. */
const switches = ['JHSLOT', 'QUIMSLOT'];
const otherSwitches = ['CSUS', 'QDSIM', 'SWITCHSIM', 'GTDUALSIM'];

function slotsOf(findings: Findings, questions: string[]): ProfileInput['slots'] {
  const known = (name: string): boolean => said(findings, `AT+${name}=?`) !== null;
  const found = switches.find(known);
  if (found) {
    questions.push(`How often a day may the slot be switched (AT+${found}), and does the USB port go away meanwhile?`);
    const query = said(findings, `AT+${found}?`) === null ? null : `AT+${found}?`;
    const times = { selectTimeoutMs: 20_000, cardTimeoutMs: 15_000, registrationTimeoutMs: 60_000 };
    return { select: `AT+${found}={slot}`, query, ...times };
  }
  const other = otherSwitches.filter(known);
  if (other.length > 0)
    questions.push(
      `A slot switch seems to exist (${other.join(', ')}), but counts from 0: how are the slots numbered?`,
    );
  else questions.push('No slot switch was found: one modem per SIM, or a command of the vendor?');
  return null;
}

/** With two SIM stacks the switch has another form, and the modem of one stack's is not there to be asked. */
function switchOf(findings: Findings, questions: string[]): Pick<ProfileInput, 'slots' | 'stacks'> {
  const stacks = stacksOf(findings, questions);
  return { stacks, slots: stacks ? null : slotsOf(findings, questions) };
}

/** Two cards at once; the makes that can are often sold with one. */
function stacksOf(findings: Findings, questions: string[]): ProfileInput['stacks'] {
  const others = ['AT+DUALSIM?', 'AT+GTDUALSIM?'].filter((command) => (said(findings, command) ?? []).length > 0);
  if (others.length > 0)
    questions.push(
      `Two cards at once seem to be possible (${others.join(', ')}): which command selects one, how are its reports marked (stacks)?`,
    );
  if (said(findings, 'AT+JHSIM=?') === null) return null;
  questions.push('With two cards registered: do the reports of the second one say DS (stacks.reportMark)?');
  const times = { selectTimeoutMs: 20_000, cardTimeoutMs: 15_000, registrationTimeoutMs: 60_000 };
  const slots = { select: 'AT+JHSLOT={stack},{slot}', query: 'AT+JHSLOT?', ...times };
  return { select: 'AT+JHSIM={stack}', reportMark: 'DS', slots };
}

function soundOf(findings: Findings, questions: string[]): ProfileInput['sound'] {
  const knows = (command: string): boolean => said(findings, command) !== null;
  const quectel = knows('AT+QPCMV=?');
  const simcom = knows('AT+CPCMREG=?');
  if (!quectel && !simcom) {
    questions.push('No sound over a port was found: is the phone a USB sound device, or is the handset the only way?');
    return null;
  }
  questions.push(
    'Does the sound port carry the far party alone or both (sound.downlink), at 8 kHz, and which port is it?',
  );
  const handset = knows('AT+JHUPL=?');
  const pcm = {
    sampleRate: 8000 as const,
    frameMs: 20 as const,
    disable: [quectel ? 'AT+QPCMV=0' : 'AT+CPCMREG=0'],
    enable: [quectel ? 'AT+QPCMV=1,0' : 'AT+CPCMREG=1'],
  };
  if (handset)
    return {
      kind: 'pcm-switch',
      ...pcm,
      downlink: 'stereo-far-near',
      uplinkPort: 'AT+JHUPL=1',
      uplinkHandset: 'AT+JHUPL=0',
    };
  questions.push('Can the running call be given back to the handset while the sound port was on (sound.handset)?');
  return {
    kind: 'pcm-plain',
    ...pcm,
    downlink: 'mono-far',
    enableAt: simcom ? 'answer' : 'before-dial',
    handset: null,
  };
}
