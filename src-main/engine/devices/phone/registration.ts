import type { SimCondition } from '#shared/domain/vocabulary.ts';
import { intOf, parseAtLine } from '../at/tokenizer.ts';

/** `<stat>` of +CREG and +CEREG (TS 27.007 §7.2, §10.1.22), read for what it means to somebody who wants to call. */
type Registration =
  | 'none'
  | 'home'
  | 'roaming'
  | 'searching'
  | 'denied'
  | 'emergency-only'
  /** Registered, but the network offers no circuit-switched calls: messages only, or "CSFB not preferred". */
  | 'home-no-circuit'
  | 'roaming-no-circuit';

/** What the card's network lets it do. */
export interface NetworkView {
  readonly condition: SimCondition;
  /**
   * Registered is not able to call: `yes` = the network offers calls (circuit-switched or IMS), `no` = it offers none,
   * `unproven` = only LTE is there and the modem cannot tell whether IMS is; null = not registered.
   */
  readonly voice: 'yes' | 'no' | 'unproven' | null;
}

const meanings: Readonly<Record<number, Registration>> = {
  0: 'none',
  1: 'home',
  2: 'searching',
  3: 'denied',
  5: 'roaming',
  6: 'home-no-circuit',
  7: 'roaming-no-circuit',
  8: 'emergency-only',
  9: 'home-no-circuit',
  10: 'roaming-no-circuit',
};

/** The answer to a read command: `+CREG: n,stat[,…]`. */
export const parseRegistration = (line: string): Registration =>
  meanings[intOf(parseAtLine(line).fields[1]) ?? 0] ?? 'none';

/** `+CIREG: n,reg_info[,ext_info]` (TS 27.007 §10.1.71); ext_info is a hexadecimal mask, its lowest bit means voice. */
export function parseImsVoice(line: string): boolean {
  const { fields } = parseAtLine(line);
  if (intOf(fields[1]) !== 1) return false;
  const mask = fields[2]?.text;
  return mask === undefined || mask === '' || (Number.parseInt(mask, 16) & 1) === 1;
}

/** Whether more has to be asked: the circuit-switched network alone can say yes to calls. */
export const settlesVoice = (circuit: Registration | null): boolean => circuit === 'home' || circuit === 'roaming';

/**
 * Both registrations and IMS in one. Home wins over roaming, registered over searching, and a refusal counts only where
 * nothing else is still being tried.
 * @param circuit +CREG; null = refused  @param packet +CEREG; null = refused or not asked
 * @param ims whether IMS carries voice; null = the modem cannot tell
 */
export function readNetwork(
  circuit: Registration | null,
  packet: Registration | null,
  ims: boolean | null,
): NetworkView {
  if (circuit === 'home' || circuit === 'roaming')
    return { condition: circuit === 'home' ? 'ready' : 'roaming', voice: 'yes' };
  const found = [circuit, packet];
  const home = found.some((one) => one === 'home' || one === 'home-no-circuit');
  const roaming = found.some((one) => one === 'roaming' || one === 'roaming-no-circuit');
  if (home || roaming) return { condition: home ? 'ready' : 'roaming', voice: voiceWithoutCircuit(circuit, ims) };
  if (found.includes('emergency-only')) return { condition: 'emergency-only', voice: null };
  const denied = found.includes('denied') && !found.includes('searching');
  return { condition: denied ? 'denied' : 'searching', voice: null };
}

function voiceWithoutCircuit(circuit: Registration | null, ims: boolean | null): 'yes' | 'no' | 'unproven' {
  if (ims !== null) return ims ? 'yes' : 'no';
  const ruledOut = circuit === 'home-no-circuit' || circuit === 'roaming-no-circuit';
  return ruledOut ? 'no' : 'unproven';
}
