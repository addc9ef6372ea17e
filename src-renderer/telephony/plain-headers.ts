/**
 * The forms that nearly every SIP message is written in (RFC 3261 §25.1), read at once. sip.js's grammar is an interpreter
 * that unpacks its whole table for every header: 0.3 ms and more each, 5 ms for a message, which is half of a
 * registration. Whatever is not plain is null here, and the grammar's to judge.
 */
import { Grammar, NameAddrHeader, URI } from 'sip.js';

/** null = a name without a value. */
type Params = Record<string, string | null>;
type Reader = (text: string) => unknown;
type Parse = (text: string, rule: string) => unknown;

const token = String.raw`[\w.!%*+~'\`-]+`;
/** Without escapes. */
const uriToken = String.raw`[\w.!*+~'-]+`;
const label = String.raw`[A-Za-z\d]+(?:-+[A-Za-z\d]+)*`;
const word = String.raw`[\w.+-]+`;
/** Neither escapes nor folded lines. */
const inQuotes = String.raw`[ !#-\[\]-~\u0080-\uffff]`;
const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ipv4 = String.raw`${octet}(?:\.${octet}){3}`;
/** A name whose last label begins with a letter, or an IPv4 address. */
const host = String.raw`(?:${label}\.)*[A-Za-z][A-Za-z\d]*(?:-+[A-Za-z\d]+)*|${ipv4}`;
const uri = new RegExp(
  String.raw`^(sips?):(?:([\w.!~*'()+-]+)@)?(${host})(?::(\d{1,5}))?((?:;${uriToken}(?:=${uriToken})?)*)$`,
);
const nameAddr = new RegExp(
  String.raw`^(?:"(${inQuotes}*)" *|(${word}(?: ${word})*) *)?<([^<>"]+)>((?:;${token}(?:=(?:${token}|"${inQuotes}*"))?)*)$`,
);
const via = new RegExp(
  String.raw`^SIP/2\.0/(UDP|TCP|TLS|WSS?) (${host})(?::(\d{1,5}))?((?:;branch=${token}|;rport=\d{1,5}|;received=${ipv4})*)$`,
);
const challenge = new RegExp(
  String.raw`^Digest ((?:[a-z]+=(?:"${inQuotes}*"|[\w-]+))(?:, ?[a-z]+=(?:"${inQuotes}*"|[\w-]+))*)$`,
);
const methods = 'INVITE|ACK|OPTIONS|BYE|CANCEL|REGISTER|SUBSCRIBE|NOTIFY|REFER|INFO|MESSAGE|UPDATE|PRACK';
const cseq = new RegExp(String.raw`^(\d{1,10}) (${methods})$`);
const pair = new RegExp(String.raw`;(${token})(?:=("[^"]*"|${token}))?`, 'g');
const requestLine = new RegExp(String.raw`^(${methods}) (\S+) SIP/2\.0$`);
const statusLine = /^SIP\/2\.0 ([1-6]\d\d) ([\w .,'()/-]*)$/;

/** Parameters that the grammar has rules of their own for, and what begins like one of those. */
const unlikeOthers = /^(?:user|method|ttl|maddr|lr.|transport.)/;

const readers: Readonly<Record<string, Reader>> = {
  Request_Response: firstLine,
  SIP_URI: (text) => uriOf(text),
  Via: viaOf,
  From: (text) => partyOf(text),
  To: (text) => partyOf(text),
  Contact: (text) => listOf(text, true),
  Record_Route: (text) => listOf(text, false),
  CSeq: cseqOf,
  Call_ID: (text) => (/^[\w.!%*+~-]+(?:@[\w.!%*+~-]+)?$/.test(text) ? text : null),
  Content_Length: numberOf,
  Max_Forwards: numberOf,
  Content_Type: (text) => (/^(?:application|message|text)\/[a-z.-]+$/.test(text) ? text : null),
  WWW_Authenticate: challengeOf,
  Proxy_Authenticate: challengeOf,
};

/** A function in an object, which everybody in sip.js asks by its name; its types call it constant. */
const grammar = Grammar as { parse: Parse };
/** sip.js's own. */
export const readSlowly = grammar.parse;

/** From now on sip.js reads plain headers with this, in every user agent of the page. */
export function readPlainHeadersFast(): void {
  grammar.parse = (text, rule) => readPlain(text, rule) ?? readSlowly(text, rule);
}

/** What sip.js's grammar makes of that header by that rule, or null where it is not plain. */
export const readPlain = (text: string, rule: string): unknown => readers[rule]?.(text) ?? null;

function firstLine(text: string): unknown {
  const status = statusLine.exec(text);
  if (status) return { sip_version: 'SIP/2.0', status_code: Number(status[1]), reason_phrase: status[2] };
  const [, method, target = ''] = requestLine.exec(text) ?? [];
  const address = method === undefined ? null : uriOf(target);
  return address && { method, uri: address, sip_version: 'SIP/2.0' };
}

function uriOf(text: string): URI | null {
  const [whole, scheme, user, name, port, rest = ''] = uri.exec(text) ?? [];
  if (whole === undefined) return null;
  const params: Params = {};
  for (const [key, value] of pairsOf(rest)) {
    if (unlikeOthers.test(key) || key in params) return null;
    if (key === 'transport' && !/^(?:udp|tcp|tls|wss?)$/i.test(value ?? '')) return null;
    params[key] = key === 'lr' ? null : key === 'transport' ? (value ?? '').toLowerCase() : value;
  }
  return new URI(scheme, user as string, name as string, port === undefined ? undefined : Number(port), params);
}

/** @returns with the tag behind the other parameters, as the grammar has it */
function partyOf(text: string): NameAddrHeader | null {
  const [whole, quoted, plain, address = '', rest = ''] = nameAddr.exec(text) ?? [];
  const target = whole === undefined ? null : uriOf(address);
  if (!target) return null;
  const party = new NameAddrHeader(target, (quoted ?? plain) as string, {});
  let tag: string | null = null;
  for (const [key, value] of pairsOf(rest)) {
    if (party.hasParam(key) || key === 'q' || (key === 'tag' && (value === null || tag !== null))) return null;
    if (key === 'tag') tag = value;
    else party.setParam(key, value);
  }
  if (tag !== null) party.setParam('tag', tag);
  return party;
}

/** Of one only. */
function listOf(text: string, withExpiry: boolean): unknown {
  const parsed = partyOf(text);
  if (!parsed || parsed.hasParam('tag') || (!withExpiry && parsed.hasParam('expires'))) return null;
  const expires = parsed.getParam('expires');
  if (typeof expires === 'string' && !/^[1-9]\d*$/.test(expires)) return null;
  // Where it ends and where it begins, in the grammar's words.
  return [{ position: text.length, offset: 0, parsed }];
}

function viaOf(text: string): unknown {
  const [whole, transport, name, port, rest = ''] = via.exec(text) ?? [];
  if (whole === undefined) return null;
  const params: Params = {};
  for (const [key, value] of pairsOf(rest)) {
    if (key in params) return null;
    params[key] = value;
  }
  const place = { host: name, ...(port === undefined ? {} : { port: Number(port) }) };
  return { protocol: 'SIP', transport, ...place, ...params };
}

function cseqOf(text: string): unknown {
  const [, value, method] = cseq.exec(text) ?? [];
  return method === undefined ? null : { value: Number(value), method };
}

function numberOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** RFC 7616 §3.3, with the parameters that sip.js reads. */
function challengeOf(text: string): unknown {
  const [, list] = challenge.exec(text) ?? [];
  if (list === undefined) return null;
  const said: Record<string, unknown> = {};
  for (const [, name = '', quoted, plain] of list.matchAll(/([a-z]+)=(?:"([^"]*)"|([\w-]+))/g)) {
    if (name in said) return null;
    if (['realm', 'nonce', 'opaque'].includes(name) && quoted !== undefined) said[name] = quoted;
    else if (name === 'algorithm' && /^(?:MD5|SHA-256)$/.test(plain ?? '')) said[name] = plain;
    else if (name === 'qop' && quoted !== undefined && /^auth(?:,auth-int)?$/.test(quoted))
      said[name] = quoted.split(',');
    else if (name === 'stale' && plain !== undefined && /^(?:true|false)$/i.test(plain)) said[name] = /^t/i.test(plain);
    else return null;
  }
  return said;
}

function* pairsOf(rest: string): Generator<[key: string, value: string | null]> {
  for (const [, key = '', value] of rest.matchAll(pair)) yield [key.toLowerCase(), value ?? null];
}
