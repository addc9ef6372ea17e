import { AppError } from '../base/errors.ts';
import { readCallerId } from './caller-id.ts';
import type { SipSettings } from './sip-account.ts';
import { readIceServer, readSipDomain, readSipServer, type ParseUrl } from './sip-address.ts';
import { readStateCode, type StateCodes } from './state-codes.ts';

/**
 * An account as people type it, at a desk or for the company: the scheme may be left out, and so may the domain where it is
 * the server's own name.
 * @throws AppError `sip.server-invalid`, `sip.domain-invalid`, `sip.user-invalid`, `sip.caller-id-invalid`,
 * `sip.stun-invalid`, `sip.turn-invalid`, `sip.turn-no-user`, `sip.state-code…`
 */
export function checkSipAccount(typed: SipSettings, parse: ParseUrl): SipSettings {
  const { server, url } = readSipServer(typed.server, parse);
  const user = typed.user.trim();
  if (user === '' || /[\s@<>]/.test(user)) throw new AppError('sip.user-invalid');
  const domain = readSipDomain(typed.domain, url);
  const callerIds = once(typed.callerIds.map(callerId));
  const stun = once(typed.stun.map((text) => readIceServer(text, 'stun')));
  const turn = once(typed.turn.map((text) => readIceServer(text, 'turn')));
  const turnUser = turn.length === 0 ? '' : typed.turnUser.trim();
  if (turn.length > 0 && turnUser === '') throw new AppError('sip.turn-no-user');
  const { authUser, displayName, dtmf } = typed;
  return {
    name: typed.name.trim(),
    server,
    domain,
    user,
    authUser: authUser?.trim() || null,
    displayName: displayName.trim(),
    callerIds,
    stun,
    turn,
    turnUser,
    dtmf,
    ...(typed.stateCodes && { stateCodes: checkCodes(typed.stateCodes) }),
  };
}

/** What is told of one state has to be told of the other too, and by another code: a switch would go the wrong way when it is told again. */
function checkCodes({ ready, break: away, wrapUp }: StateCodes): StateCodes {
  if (ready.trim() === '' || away.trim() === '') throw new AppError('sip.state-codes-missing');
  const codes = { ready: stateCode(ready), break: stateCode(away), wrapUp: wrapUp?.trim() ? stateCode(wrapUp) : null };
  if (codes.ready === codes.break) throw new AppError('sip.state-codes-same', { code: codes.ready });
  return codes;
}

function stateCode(typed: string): string {
  const code = readStateCode(typed);
  if (code === null) throw new AppError('sip.state-code-invalid', { typed: typed.trim() });
  return code;
}

const once = (texts: readonly string[]): string[] => [...new Set(texts)];

function callerId(typed: string): string {
  const number = readCallerId(typed);
  if (number === null) throw new AppError('sip.caller-id-invalid', { number: typed });
  return number;
}
