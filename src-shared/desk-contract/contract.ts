import { callRulesArea } from './areas/call-rules.ts';
import { callsArea } from './areas/calls.ts';
import { capabilityNumbersArea } from './areas/capability-numbers.ts';
import { companyArea } from './areas/company.ts';
import { dialQueueArea } from './areas/dial-queue.ts';
import { exportsArea } from './areas/exports.ts';
import { importsArea } from './areas/imports.ts';
import { leadBulkArea } from './areas/lead-bulk.ts';
import { leadsArea } from './areas/leads.ts';
import { mediaArea } from './areas/media.ts';
import { numberChecksArea } from './areas/number-checks.ts';
import { numberListsArea } from './areas/number-lists.ts';
import { numberPlacesArea } from './areas/number-places.ts';
import { outcomesArea } from './areas/outcomes.ts';
import { phoneArea } from './areas/phone.ts';
import { selfTestArea } from './areas/self-test.ts';
import { sessionArea } from './areas/session.ts';
import { settingsArea } from './areas/settings.ts';
import { sipArea } from './areas/sip.ts';
import { snippetsArea } from './areas/snippets.ts';
import { statisticsArea } from './areas/statistics.ts';
import { soundCardArea } from './areas/sound-card.ts';
import { workbenchArea } from './areas/workbench.ts';
import { withHash } from './hash.ts';
import { mergeAreas } from './kit.ts';

/**
 * What the UI may ask of the engine. Any change of a schema changes its hash: where a version was released, bump it,
 * add a line here and move the hash to its history in tests/contract.
 *
 * 1  first cut: session, settings, phone, leads, calls, openers, recordings
 * 2  the phone: what a card can do, consent to roaming, changes of card left, 上岗自检,
 *    USSD, device facts, signal in dBm, PIN tries left, live log, export of the trace,
 *    five SIM policies, caps of cards and their use, a headset at the PC as the agent's voice, how the sound fares,
 *    calls that come in, wait and are held, phones found by USB, what keeps their sound or their power away,
 *    keys of the handset, sound cards of a found phone by name, a phone that is one, two SIM stacks in one modem, a call
 *    that the phone does not let go of, what the next call will have of opener and recording, whether a call is heard
 * 3  SIP: the account, the line, and the window that carries it; administration of the company;
 *    batch dialling, a wrap-up that is held, what to do next, places of numbers; outcomes of the company, what a call still lacks,
 *    call scripts, checks of numbers
 */
export const deskContractVersion = 3;

/** As `schemaHash` has it: tests/contract compares the two. */
export const deskContractHash = '2c5a787da1f86186';

const areas = mergeAreas(
  sessionArea,
  settingsArea,
  phoneArea,
  selfTestArea,
  soundCardArea,
  sipArea,
  leadsArea,
  leadBulkArea,
  importsArea,
  exportsArea,
  callsArea,
  dialQueueArea,
  mediaArea,
  companyArea,
  numberListsArea,
  numberPlacesArea,
  numberChecksArea,
  callRulesArea,
  capabilityNumbersArea,
  snippetsArea,
  outcomesArea,
  statisticsArea,
  workbenchArea,
);

export const deskContract = withHash(areas, deskContractHash);
export type DeskContract = typeof deskContract;
