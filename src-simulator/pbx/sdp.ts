export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a plain phone reads of somebody's session description (RFC 4566); null port = no audio is wanted. */
export interface PlainSdp {
  readonly host: string;
  readonly port: number;
  /** As the other side means it. `c=0.0.0.0` is the old way to say inactive (RFC 2543). */
  readonly direction: Direction;
  /** In its order of preference. */
  readonly payloadTypes: readonly number[];
  /** Its number for key presses (RFC 4733); null = it knows none. */
  readonly events: number | null;
}

export function readSdp(text: string): PlainSdp | null {
  const lines = text.split(/\r?\n/);
  const media = lines.findIndex((line) => line.startsWith('m=audio '));
  if (media < 0) return null;
  const begins = lines.flatMap((line, n) => (line.startsWith('m=') ? [n] : []));
  const end = begins.find((n) => n > media) ?? lines.length;
  const own = [...lines.slice(0, begins[0]), ...lines.slice(media, end)];
  const connection = own.findLast((line) => line.startsWith('c=')) ?? '';
  const host = /^c=IN IP4 (\S+)/.exec(connection)?.[1] ?? '';
  const [, port = '0', , ...types] = (lines[media] ?? '').split(' ');
  const direction = own.findLast((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))?.slice(2);
  const events = own.map((line) => /^a=rtpmap:(\d+) telephone-event\/8000/i.exec(line)?.[1]).find(Boolean);
  return {
    host,
    port: Number(port),
    events: events === undefined ? null : Number(events),
    direction: host === '0.0.0.0' ? 'inactive' : ((direction ?? 'sendrecv') as Direction),
    payloadTypes: types.map(Number),
  };
}

export interface OwnSdp {
  readonly host: string;
  readonly port: number;
  readonly direction: Direction;
  /** Of G.711, the wanted ones first; G.729 (18) can only be offered. */
  readonly payloadTypes: readonly number[];
  /** A picture is offered besides. */
  readonly video?: boolean;
  /** Of key presses: in an answer the number that was offered (RFC 3264 §6.1). */
  readonly events: number;
  /** Grows with every change. */
  readonly version: number;
}

export function writeSdp({ host, port, direction, payloadTypes, video = false, events, version }: OwnSdp): string {
  const names: Readonly<Record<number, string>> = { 0: 'PCMU', 8: 'PCMA', 18: 'G729' };
  return [
    'v=0',
    `o=- 20261126 ${version} IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${[...payloadTypes, events].join(' ')}`,
    ...payloadTypes.map((type) => `a=rtpmap:${type} ${names[type]}/8000`),
    `a=rtpmap:${events} telephone-event/8000`,
    `a=fmtp:${events} 0-15`,
    'a=ptime:20',
    `a=${direction}`,
    ...(video ? [`m=video ${port + 2} RTP/AVP 96`, 'a=rtpmap:96 H264/90000', 'a=sendrecv'] : []),
    '',
  ].join('\r\n');
}

const bothWays = (send: boolean, receive: boolean): Direction =>
  send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive';
export const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
export const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

/** What is answered by a side that wants `own` of the sound, which may have put the other one on hold (RFC 3264 §8.4). */
export const answerTo = (offer: Direction, own: Direction): Direction =>
  bothWays(sends(own) && receives(offer), receives(own) && sends(offer));
