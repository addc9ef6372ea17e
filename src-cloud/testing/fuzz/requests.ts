import type { JsonValue } from '#shared/base/json.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { demoAccounts } from '../../main/sample-company.ts';
import { uploadHeaders, type TheirRows } from '../marked-rows.ts';
import { generate, type Dice, type Schema } from './generate.ts';
import { bend, garble, nasty } from './mutate.ts';

/** docs/openapi.json, as far as it is read here. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | null;
}

/** Rows that an asker has, by right or not. */
interface Known {
  readonly mine: TheirRows;
  readonly foreign: TheirRows;
  /** Of nobody's use: to be refreshed and ended. */
  readonly spare: CloudSession;
}

const tus = 'application/offset+octet-stream';
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const ranges = [
  'bytes=0-9',
  'bytes=-5',
  'bytes=5-',
  'bytes=9-1',
  'bytes=0-0,3-5',
  'bytes=99999999999999999999-',
  'bytes=-0',
  'lines=1-2',
  'bytes=',
  'bytes=a-b',
];
const offsets = ['0', '5', '-1', '1e3', '99999999999999999999', ' 0', '0x0', '', '1.5', '000000000000000'];

/** Makes requests of the document, sound ones and bent ones. The same seed makes the same ones for the same rows. */
export class RequestMaker {
  private readonly operations: { path: string; method: string; operation: Operation }[];
  private readonly callRow: Schema;
  private readonly dice: Dice;
  private readonly sentOps: JsonValue[] = [];

  constructor(document: Document, dice: Dice) {
    this.dice = dice;
    this.operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );
    this.callRow = callSchema(document);
  }

  next(known: Known, token: string | null): FuzzRequest {
    const { dice } = this;
    const bent = dice.chance(0.75);
    const { path, method, operation } = this.pickOperation();
    const headers = {
      ...this.headersOf(path, method, known),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const request = {
      method: bent && dice.chance(0.02) ? dice.pick(methods) : method,
      path: this.pathOf(path, operation, known, bent),
      headers,
      body: this.bodyOf(path, operation, known, bent, headers),
    };
    if (bent && dice.chance(0.3)) this.bendHeaders(headers);
    return request;
  }

  /** Rows come in by few routes: those more often. Argon2 is slow on purpose: a sign-in now and then is enough. */
  private pickOperation(): (typeof this.operations)[number] {
    for (;;) {
      const picked = this.dice.pick(this.operations);
      const part = /sign-in|password/.test(picked.path) ? 0.1 : /push|upload$/.test(picked.path) ? 1 : 0.3;
      if (this.dice.chance(part)) return picked;
    }
  }

  /** Ids: mostly the asker's, else another company's, or nobody's. */
  private hint(known: Known): (name: string) => JsonValue | undefined {
    const { dice } = this;
    return (name) => {
      const whose = dice.chance(0.7) ? known.mine : known.foreign;
      switch (name) {
        case 'employeeId':
          return whose.employeeId;
        case 'callId':
          return whose.callId;
        case 'id':
        case 'recordingId':
          return dice.pick([dice.uuid(), whose.callId, whose.recordingId, whose.uploadId, whose.employeeId]);
        case 'opId':
          return dice.chance(0.9) ? dice.uuid() : whose.opId;
        case 'account':
          return dice.pick(demoAccounts).account;
        case 'password':
          return dice.pick(['wrong', demoAccounts[0].password]);
        case 'refreshToken':
          return dice.pick([known.spare.refreshToken, dice.hex(43)]);
        case 'deviceId':
          return dice.pick([`device-${known.spare.employee.account}`, 'd']);
        case 'ops':
          return this.ops(known);
        default:
          return undefined;
      }
    };
  }

  private ops(known: Known): JsonValue[] {
    const { dice } = this;
    return Array.from({ length: dice.chance(0.02) ? 101 : dice.below(4) }, () => {
      // An operation that was sent before, with another body.
      if (this.sentOps.length > 0 && dice.chance(0.2)) return bend(dice.pick(this.sentOps), dice);
      const type = dice.chance(0.95) ? 'call.put' : 'lead.put';
      const op = { opId: dice.uuid(), type, row: generate(this.callRow, dice, this.hint(known)) };
      if (this.sentOps.length < 200) this.sentOps.push(op);
      return op;
    });
  }

  private pathOf(path: string, { parameters = [] }: Operation, known: Known, bent: boolean): string {
    const { dice } = this;
    const hint = this.hint(known);
    const value = (name: string, schema: Schema): string =>
      String(bent && dice.chance(0.3) ? nasty(dice) : generate(schema, dice, hint, name)).slice(0, 6000);
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      bent && dice.chance(0.1)
        ? dice.pick(['%00', '%ff', '..%2f..%2f', '%', 'a/b', '%E4%BD', '*'])
        : safely(value(name, { type: 'string', pattern: '-7[0-9a-f]{3}' })),
    );
    const query = parameters
      .filter((one) => one.in === 'query' && dice.chance(0.7))
      .flatMap(({ name, schema }) =>
        bent && dice.chance(0.1)
          ? [
              [name, '1'],
              [`${name}[]`, '2'],
              [name, '3'],
            ]
          : [[name, value(name, schema)]],
      )
      .map(([name = '', text = '']) => `${name}=${safely(text)}`);
    return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
  }

  private headersOf(path: string, method: string, { mine, foreign }: Known): Record<string, string> {
    const { dice } = this;
    if (path === '/v1/recordings/upload') {
      const whose = dice.chance(0.7) ? mine : foreign;
      const fields = { recordingId: dice.pick([dice.uuid(), whose.uploadId, whose.recordingId]), callId: whose.callId, sha256: dice.hex(64), durationMs: '1' }; // prettier-ignore
      return { 'tus-resumable': '1.0.0', ...uploadHeaders(fields, dice.pick([1, 9, 1e6])) };
    }
    if (method === 'PATCH')
      return { 'tus-resumable': '1.0.0', 'upload-offset': dice.pick(offsets), 'content-type': tus };
    return path.endsWith('/file') && dice.chance(0.7) ? { range: dice.pick(ranges) } : {};
  }

  private bodyOf(
    path: string,
    operation: Operation,
    known: Known,
    bent: boolean,
    headers: Record<string, string>,
  ): Buffer | null {
    const { dice } = this;
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (headers['content-type'] === tus) return Buffer.from(dice.hex(dice.below(20)));
    if (!schema) return bent && dice.chance(0.05) && path.length > 0 ? Buffer.from('{}') : null;
    headers['content-type'] = 'application/json';
    let value = generate(schema, dice, this.hint(known));
    for (let times = bent ? 1 + dice.below(3) : 0; times > 0; times -= 1) value = bend(value, dice);
    const json = JSON.stringify(value);
    return bent && dice.chance(0.15) ? garble(json, dice) : Buffer.from(json);
  }

  private bendHeaders(headers: Record<string, string>): void {
    const { dice } = this;
    const changes: readonly [string, readonly string[]][] = [
      ['authorization', ['Bearer', 'Bearer x.y.z', 'Basic YTpi', `Bearer ${'a'.repeat(4000)}`, `${headers['authorization'] ?? ''}x`]],
      ['content-type', ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/json; charset=utf-7', tus, 'x', 'multipart/form-data']],
      ['content-encoding', ['gzip', 'br']],
      ['x-jinhu-contract', ['0', '99', 'abc', '1, 1']],
      ['tus-resumable', ['0.2.2', '', '1.0.0, 1.0.0']],
      ['upload-offset', offsets],
      ['upload-length', offsets],
      ['upload-metadata', ['', ',', 'recordingId', 'callId !!!', `callId ${Buffer.from('a\u0000b').toString('base64')}`, 'a b, c d,, e', 'x '.repeat(2000)]],
      ['range', ranges],
      ['accept', ['text/html', '*/*;q=0']],
      ['x-forwarded-for', ['127.0.0.1', 'x', '1.2.3.4, 5.6.7.8']],
      ['if-none-match', ['*', '"x"']],
    ]; // prettier-ignore
    for (let times = 1 + dice.below(2); times > 0; times -= 1) {
      const [name, values] = dice.pick(changes);
      headers[name] = dice.pick(values);
    }
  }
}

/** Half a character is no part of a URL. */
const safely = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The row of a call, as the change stream has it: a push says of its rows only that they are objects. */
function callSchema(document: Document): Schema {
  const page = document.paths['/v1/changes']?.['get']?.responses['200']?.content?.['application/json']?.schema;
  const kinds = page?.properties?.['changes']?.items?.oneOf ?? [];
  const call = kinds.find(
    ({ properties }) => properties?.['type']?.enum?.includes('call') ?? properties?.['type']?.const === 'call',
  );
  const row = call?.properties?.['row']?.anyOf?.find(({ type }) => type === 'object');
  if (!row) throw new Error('the document has no row of a call');
  return row;
}
