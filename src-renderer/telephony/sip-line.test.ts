import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { headerOf } from '#simulator/pbx/sip-message.ts';
import { nth } from '#tests/support/nth.ts';
import { ScriptedLine, type Passing } from '#tests/support/scripted-line.ts';
import { SilentPhone, someSound } from '#tests/support/silent-phone.ts';
import { until } from '#tests/support/until.ts';

let server: ScriptedLine;
let phone: SilentPhone;

beforeEach(async () => {
  server = await ScriptedLine.start();
  phone = new SilentPhone(server.url);
});
afterEach(async () => {
  phone.line.dispose();
  await server.close();
});

const challenge = (nonce: string): readonly [string, string] => [
  'WWW-Authenticate',
  `Digest realm="pbx.example.com", nonce="${nonce}", qop="auth", algorithm=MD5`,
];
const isRegister = ({ message }: Passing): boolean => message.method === 'REGISTER';
/** What the nth and later REGISTER get, from 0 on. */
function registrar(answer: (passing: Passing, n: number) => boolean): void {
  server.script = (passing) => isRegister(passing) && answer(passing, server.requests('REGISTER').length - 1);
}
const registered = (times = 1): Promise<void> =>
  until(`it is registered, ${times}`, () => phone.told.filter((what) => what === 'registered').length >= times);
const waiting = (what = 'waiting'): Promise<void> => until(what, () => phone.told.includes(what));

describe('a registration', () => {
  it('is asked for the password, and gives it once', async () => {
    const said = (['log', 'info', 'warn', 'error', 'debug'] as const).map((how) => vi.spyOn(console, how));
    registrar(
      (passing) => headerOf(passing.message, 'authorization') === '' && server.reply(passing, 401, [challenge('n1')]),
    );
    phone.line.start();
    await registered();
    expect(server.requests('REGISTER').map((message) => headerOf(message, 'authorization').includes('n1'))).toEqual([
      false,
      true,
    ]);
    expect(server.seen.filter(({ text }) => text.includes('secret'))).toEqual([]);
    expect(said.flatMap(({ mock }) => mock.calls)).toEqual([]);
    vi.restoreAllMocks();
  });

  it('waits for a slow server, and says when one says nothing', async () => {
    let first: Passing | null = null;
    registrar((passing, n) => {
      if (n === 0) first = passing;
      return n === 0;
    });
    phone.line.start();
    await until('it is asked', () => first !== null);
    phone.clock.advance(2_000);
    expect(phone.told.at(-1)).toBe('registering');
    if (first) server.reply(first, 200, [['Contact', headerOf(nth(server.requests('REGISTER'), 0), 'contact')]]);
    await registered();

    const silent = new SilentPhone(server.url);
    server.script = isRegister;
    silent.line.start();
    await until('it is asked, too', () => server.requests('REGISTER').length === 2);
    silent.clock.advance(4_000);
    expect(silent.view).toMatchObject({ phase: 'waiting', trouble: 'not-answering' });
    silent.line.dispose();
  });

  it('asks for the time that the server wants (423)', async () => {
    registrar((passing, n) => n === 0 && server.reply(passing, 423, [['Min-Expires', '900']]));
    phone.line.start();
    await registered();
    expect(server.requests('REGISTER').map((message) => headerOf(message, 'expires'))).toEqual(['300', '900']);
    expect(server.opened).toBe(1);
  });

  it('stays away as long as the server asks (503, Retry-After), and comes back then', async () => {
    registrar((passing, n) => n === 0 && server.reply(passing, 503, [['Retry-After', '40 (maintenance)']]));
    phone.line.start();
    await waiting('waiting:503');
    expect(phone.view).toMatchObject({ trouble: 'server-error', retryInMs: 40_000 });
    phone.clock.advance(39_999);
    expect(phone.view.phase).toBe('waiting');
    phone.clock.advance(1);
    await registered();
    expect(server.opened).toBe(2);
  });

  it('with a wrong password asks twice and then leaves it for a minute', async () => {
    registrar((passing, n) => server.reply(passing, 401, [challenge(`n${n}`)]));
    phone.line.start();
    await waiting('waiting:401');
    expect(phone.view.trouble).toBe('refused');
    expect(phone.view.retryInMs).toBeGreaterThanOrEqual(60_000);
    expect(server.requests('REGISTER')).toHaveLength(2);
  });

  it('lives as long as the server says once for all bindings', async () => {
    registrar((passing) => {
      const contact = headerOf(passing.message, 'contact').replace(/;expires=\d+$/, '');
      return server.reply(passing, 200, [['Contact', contact], ['Expires', '5']]); // prettier-ignore
    });
    phone.line.start();
    await registered();
    // Refreshed at 60 % of it.
    phone.clock.advance(3_000);
    await until('it is refreshed', () => server.requests('REGISTER').length === 2);
  });
});

describe('a socket that goes', () => {
  it('while nothing runs is opened anew after 100 ms, and who calls then rings once', async () => {
    phone.line.start();
    await registered();
    server.cut();
    await waiting();
    phone.clock.advance(100);
    await registered(2);
    const second = nth(server.requests('REGISTER'), 1);
    server.call('c-1', someSound);
    await until('it rings', () => server.answers('INVITE').some(({ status }) => status === 180));
    expect(phone.incoming).toHaveLength(1);
    // One Contact as long as the page lives, or the first one would ring in vain.
    expect(headerOf(second, 'contact')).toBe(headerOf(nth(server.requests('REGISTER'), 0), 'contact'));
  });

  it('under a REGISTER that is on its way does not hold up the next one', async () => {
    registrar((_, n) => {
      if (n === 0) server.cut();
      return n === 0;
    });
    phone.line.start();
    await waiting();
    phone.clock.advance(1_000);
    await registered();
    expect(server.opened).toBe(2);
  });

  it('for two minutes is tried again all the time, and back within the longest pause', async () => {
    phone.line.start();
    await registered();
    server.open = false;
    server.cut();
    const begun = phone.clock.mono();
    for (let n = 1; phone.clock.mono() - begun < 120_000; n += 1) {
      await until('it waits', () => phone.told.filter((what) => what === 'waiting').length === n);
      phone.clock.advance(phone.view.retryInMs ?? 0);
    }
    server.open = true;
    await until('it waits or is there', () => ['waiting', 'registered'].includes(phone.view.phase));
    expect(phone.view.retryInMs ?? 0).toBeLessThanOrEqual(30_000);
    phone.clock.advance(phone.view.retryInMs ?? 0);
    await registered(2);
  });
});
