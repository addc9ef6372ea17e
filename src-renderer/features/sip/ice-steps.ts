import { AppError } from '#shared/base/errors.ts';
import type { IceWays } from '#shared/domain/sip-account.ts';
import type { IceAnswer } from '#renderer/telephony/ask-ice.ts';
import { iceServersOf } from '#renderer/telephony/ice-servers.ts';

export type IceKind = 'stun' | 'turn';

/** What an account's servers of one kind have answered. */
export interface IceNote {
  readonly step: IceKind;
  /** STUN: where this machine is seen from outside; null = at its own address. TURN: the relay's. */
  readonly address: string | null;
  /** What is wrong with others of them: one is enough for a call. */
  readonly others: readonly AppError[];
}

/** A server with one URL. */
export type IceAsk = (server: RTCIceServer & { urls: string }) => Promise<IceAnswer>;

/**
 * Asks all servers of a kind at once: a browser asks them for a call in the same way, and takes what comes.
 * @returns null = the account has none
 * @throws AppError what is wrong with the first one, where none of them is of any use
 */
export async function askIceServers(kind: IceKind, ways: IceWays, ask: IceAsk): Promise<IceNote | null> {
  const one = { ...ways, stun: [], turn: [], [kind]: ways[kind] };
  const servers = iceServersOf(one).flatMap(({ urls, ...user }) =>
    [urls].flat().map((url) => ({ ...user, urls: url })),
  );
  const answers = await Promise.all(servers.map(async (server) => heard(kind, server.urls, await ask(server))));
  const [first] = answers;
  if (first === undefined) return null;
  const good = answers.find((answer) => !(answer instanceof AppError));
  const others = answers.filter((answer) => answer instanceof AppError);
  if (!good || good instanceof AppError) throw first;
  return { step: kind, address: good.address, others };
}

/** The name or address of a server's URL (RFC 7064, RFC 7065), without brackets. */
const hostIn = (url: string): string => /^\w+:(?:\[([^\]]*)\]|([^:?]*))/.exec(url)?.slice(1).find(Boolean) ?? url;

function heard(kind: IceKind, server: string, answer: IceAnswer): { address: string | null } | AppError {
  switch (answer.type) {
    case 'found':
      return { address: answer.address };
    case 'no-nat':
      return { address: null };
    case 'unknown-name':
      return new AppError('sip.test-name-unknown', { host: hostIn(server) });
    case 'silent':
      return new AppError(`sip.test-${kind}-silent`, { server });
    case 'refused':
      return refusal(kind, server, answer.status);
  }
}

/** 401 and 441 are the user's and the password's (RFC 8656 §19); STUN servers have no users. */
const refusal = (kind: IceKind, server: string, status: number): AppError =>
  kind === 'turn' && (status === 401 || status === 441)
    ? new AppError('sip.test-turn-password', { server, status })
    : new AppError('sip.test-ice-refused', { server, status });
