import type { SipAccountView } from '#shared/desk-contract/areas/sip.ts';

export interface TypedStateCodes {
  ready: string;
  break: string;
  wrapUp: string;
}

export const typedCodes = (codes: SipAccountView['stateCodes']): TypedStateCodes => ({
  ready: codes?.ready ?? '',
  break: codes?.break ?? '',
  wrapUp: codes?.wrapUp ?? '',
});

/** As the engine wants them; nothing typed is none. */
export function codesTyped({ ready, break: away, wrapUp }: TypedStateCodes): Pick<SipAccountView, 'stateCodes'> {
  if ([ready, away, wrapUp].every((code) => code.trim() === '')) return {};
  return { stateCodes: { ready, break: away, wrapUp: wrapUp.trim() === '' ? null : wrapUp } };
}
