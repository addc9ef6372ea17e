import { assertNever } from '../base/assert-never.ts';
import { endCauses, type CallResult, type Direction, type EndCause } from './vocabulary.ts';

/** What the record list shows and filters by. An answered call is `connected`, however it ended. */
export function callResult(cause: EndCause, answered: boolean, direction: Direction): CallResult {
  if (answered) return 'connected';
  return direction === 'inbound' ? inboundResult(cause) : outboundResult(cause);
}

/** Why a caller was not spoken to matters less than that somebody has to call back. */
function inboundResult(cause: EndCause): CallResult {
  if (cause === 'taken-elsewhere') return 'taken-elsewhere';
  return cause === 'local-hang-up' ? 'declined' : 'missed';
}

function outboundResult(cause: EndCause): CallResult {
  switch (cause) {
    case 'busy':
      return 'busy';
    case 'no-answer':
    case 'rejected':
    case 'remote-hang-up':
      return 'no-answer';
    case 'unreachable':
      return 'unreachable';
    case 'local-hang-up':
      return 'cancelled';
    // Never of a call of ours.
    case 'taken-elsewhere':
    case 'agent-away':
    case 'network-failure':
    case 'device-lost':
    case 'device-reset':
    case 'refused-by-device':
    case 'engine-crash':
      return 'failed';
    default:
      return assertNever(cause);
  }
}

/** The inverse for queries: which causes give this result to an unanswered call. Empty for `connected`. */
export const causesOf = (result: CallResult, direction: Direction): readonly EndCause[] =>
  endCauses.filter((cause) => callResult(cause, false, direction) === result);

/** Who ended a call. */
export type CallEnder = 'me' | 'customer' | 'network' | 'device';

/** Who hung up, as the record list shows it (挂断方); null = it goes on. */
export function callEnder(cause: EndCause | null): CallEnder | null {
  switch (cause) {
    case null:
      return null;
    case 'local-hang-up':
    case 'agent-away':
      return 'me';
    case 'remote-hang-up':
    case 'rejected':
    case 'busy':
      return 'customer';
    case 'no-answer':
    case 'unreachable':
    case 'taken-elsewhere':
    case 'network-failure':
      return 'network';
    case 'device-lost':
    case 'device-reset':
    case 'refused-by-device':
    case 'engine-crash':
      return 'device';
    default:
      return assertNever(cause);
  }
}
