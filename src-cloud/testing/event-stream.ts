import { get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { changeStream, type CloudSession } from '#shared/cloud-contract/contract.ts';

/** A desk's end of the stream of nudges, over a real connection. */
export interface OpenStream {
  readonly status: number;
  /** Of a refusal. */
  readonly code: string | null;
  readonly headers: IncomingMessage['headers'];
  /** What came so far, e.g. `changed 42`, `end session`, `beat`. */
  readonly said: string[];
  /** Waits for the next thing that was said and not asked for yet; null = the stream is over. */
  next(): Promise<string | null>;
  close(): void;
}

/** Resolves with the headers of the answer. */
export async function openStream(url: string, session: CloudSession): Promise<OpenStream> {
  const headers = { authorization: `Bearer ${session.accessToken}` };
  const request = get(`${url}${changeStream.path}`, { headers, agent: false });
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
  const said: string[] = [];
  let asked = 0;
  let over = false;
  let heard: () => void = () => undefined;
  const say = (text: string): void => {
    said.push(text);
    heard();
  };
  const parser = createParser({
    onEvent: ({ event, data }) => say(`${event} ${String(Object.values(JSON.parse(data) as object)[0])}`),
    onComment: () => say('beat'),
  });
  let text = '';
  reply.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (reply.statusCode === 200) parser.feed(part);
  });
  for (const sign of ['end', 'error', 'close'] as const)
    reply.on(sign, () => {
      over = true;
      heard();
    });
  if (reply.statusCode !== 200) await new Promise((resolve) => reply.on('end', resolve));
  const refusal = reply.statusCode === 200 ? null : (JSON.parse(text) as { error: { code: string } });
  return {
    status: reply.statusCode ?? 0,
    code: refusal?.error.code ?? null,
    headers: reply.headers,
    said,
    async next() {
      while (asked >= said.length && !over) await new Promise<void>((resolve) => (heard = resolve));
      return asked < said.length ? (said[asked++] ?? null) : null;
    },
    close: () => request.destroy(),
  };
}
