import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { headerOf, type SipMessage } from '#simulator/pbx/sip-message.ts';
import { nth } from '#tests/support/nth.ts';
import { ScriptedLine, type Passing } from '#tests/support/scripted-line.ts';
import { until } from '#tests/support/until.ts';
import { askRegistrar, type RegistrarAnswer } from './ask-registrar.ts';

let server: ScriptedLine;
let clock: ManualClock;
/** What a REGISTER gets; a registrar that says nothing, to begin with. */
let answer: (register: Passing) => boolean;

beforeEach(async () => {
  clock = new ManualClock();
  answer = () => true;
  server = await ScriptedLine.start();
  server.script = (passing) => answer(passing);
});
afterEach(() => server.close());

const challenge = 'Digest realm="pbx.example.com", nonce="n1", qop="auth", algorithm=MD5';
const challenges = (register: Passing): true => server.reply(register, 401, [['WWW-Authenticate', challenge]]);
/** Asks for the password first. */
const challenged = (register: Passing, then: () => boolean): boolean =>
  headerOf(register.message, 'authorization') === '' ? challenges(register) : then();
const seen = (): readonly SipMessage[] => server.requests('REGISTER');

const ask = (register = false, signal = new AbortController().signal): Promise<RegistrarAnswer> => {
  const account = {
    server: server.url,
    domain: 'pbx.example.com',
    user: '8001',
    authUser: 'desk-8001',
    password: 'secret',
    displayName: '',
    callerIds: [],
  };
  return askRegistrar(account, { clock, signal, limitMs: 8_000, register });
};

it('asks with the password and without a Contact, so that nothing changes at the server', async () => {
  answer = (register) => challenged(register, () => server.reply(register, 200));
  expect(await ask()).toEqual({ type: 'accepted', proven: true });
  expect(seen()).toHaveLength(2);
  for (const request of seen()) {
    expect(request.uri).toBe('sip:pbx.example.com');
    expect(headerOf(request, 'contact')).toBe('');
  }
  expect(headerOf(nth(seen(), 1), 'authorization')).toContain('username="desk-8001"');
  await until('its socket is gone', () => server.sockets === 0);
});

it('tells where nobody asked for the password', async () => {
  answer = (register) => server.reply(register, 200);
  expect(await ask()).toEqual({ type: 'accepted', proven: false });
});

it.each([401, 403, 404, 400, 503])('is refused with %i', async (status) => {
  answer = (register) =>
    challenged(register, () => (status === 401 ? challenges(register) : server.reply(register, status)));
  expect(await ask()).toEqual({ type: 'rejected', status });
});

it('registers for a moment where it must, and takes that back with the password too', async () => {
  answer = (register) => challenged(register, () => server.reply(register, 200));
  expect(await ask(true)).toEqual({ type: 'accepted', proven: true });
  const contacts = seen().map((request) => /expires=(\d+)/.exec(headerOf(request, 'contact'))?.[1]);
  expect(contacts).toEqual(['60', '60', '0', '0']);
  expect(headerOf(nth(seen(), 3), 'authorization')).not.toBe('');
});

it('is let in although the taking back is not answered', async () => {
  answer = (register) => headerOf(register.message, 'contact').includes('expires=0') || server.reply(register, 200);
  const asked = ask(true);
  await until('it takes it back', () => seen().length === 2);
  clock.advance(8_000);
  expect(await asked).toEqual({ type: 'accepted', proven: false });
});

it('says that nobody answers, in time and when nobody wants to know any more', async () => {
  const late = ask();
  await until('it has asked', () => seen().length === 1);
  clock.advance(8_000);
  expect(await late).toEqual({ type: 'silent' });
  const controller = new AbortController();
  const left = ask(false, controller.signal);
  await until('it has asked again', () => seen().length === 2);
  controller.abort();
  expect(await left).toEqual({ type: 'silent' });
  await until('its sockets are gone', () => server.sockets === 0);
});

it('says that the socket went', async () => {
  answer = () => {
    server.cut();
    return true;
  };
  expect(await ask()).toEqual({ type: 'lost' });
});
