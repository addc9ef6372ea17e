import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, tagOf, type SipHeader, type SipMessage } from '#simulator/pbx/sip-message.ts';
import { nth } from '#tests/support/nth.ts';
import { ScriptedLine, type Passing } from '#tests/support/scripted-line.ts';
import { SilentPhone, someSound } from '#tests/support/silent-phone.ts';
import { until } from '#tests/support/until.ts';
import type { SipCall } from './sip-call.ts';

let server: ScriptedLine;
let phone: SilentPhone;
/** INVITEs that began or changed a call, as they came. */
let invites: Passing[];
/** What an INVITE gets; true = it has got it. */
let callee: (invite: Passing, n: number) => boolean;
/** What everything else gets, before the server's usual manners. */
let else_: (passing: Passing) => boolean;

beforeEach(async () => {
  invites = [];
  callee = () => true;
  else_ = () => false;
  server = await ScriptedLine.start();
  server.script = (passing) => {
    const { message } = passing;
    if (message.method !== 'INVITE') return else_(passing);
    return callee(passing, invites.push(passing) - 1);
  };
  phone = new SilentPhone(server.url);
  phone.line.start();
  await until('it is registered', () => phone.has('registered'));
});
afterEach(async () => {
  phone.line.dispose();
  await server.close();
});

const contact: SipHeader = ['Contact', '<sip:line@127.0.0.1:5999>'];
const ringAs = (tag: string, invite: Passing): true => server.reply(invite, 180, [contact], tag);
const answerAs = (tag: string, invite: Passing): true => server.reply(invite, 200, [contact], tag, someSound);
const ring = (invite: Passing): true => ringAs('a', invite);
const answer = (invite: Passing): true => answerAs('a', invite);
const told = (what: string): Promise<void> => until(what, () => phone.has(what));
const sent = (method: string, times = 1): Promise<void> =>
  until(`${method} comes, ${times}`, () => server.requests(method).length >= times);
const branchOf = (message: SipMessage): string => /branch=([^;]+)/.exec(headerOf(message, 'via'))?.[1] ?? '';
const challenge = (nonce: string, stale = false): SipHeader => [
  'Proxy-Authenticate',
  `Digest realm="pbx.example.com", nonce="${nonce}", qop="auth", algorithm=MD5${stale ? ', stale=true' : ''}`,
];

/** Answered by the server. */
async function talking(): Promise<SipCall> {
  callee = answer;
  const call = phone.dial('c1');
  await told('c1:answered');
  await sent('ACK');
  return call;
}
/** The WebSocket goes and comes back. */
async function lose(): Promise<void> {
  const before = phone.told.filter((what) => what === 'waiting').length;
  server.cut();
  await until('it is missed', () => phone.told.filter((what) => what === 'waiting').length > before);
}
async function comeBack(): Promise<void> {
  const before = phone.told.filter((what) => what === 'registered').length;
  phone.clock.advance(phone.view.retryInMs ?? 0);
  await until('it is back', () => phone.told.filter((what) => what === 'registered').length > before);
}
const outcome = (done: Promise<void>): Promise<string> =>
  done.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

describe('what our INVITE comes to', () => {
  it.each([
    [302, 'network-failure'],
    [403, 'network-failure'],
    [404, 'unreachable'],
    [408, 'no-answer'],
    [410, 'unreachable'],
    [480, 'unreachable'],
    [484, 'unreachable'],
    [486, 'busy'],
    [487, 'no-answer'],
    [488, 'network-failure'],
    [500, 'network-failure'],
    [503, 'network-failure'],
    [600, 'busy'],
    [603, 'rejected'],
    [604, 'unreachable'],
  ])('%i is %s, and is acknowledged', async (status, cause) => {
    callee = (invite) => server.reply(invite, status, status === 302 ? [['Contact', '<sip:x@other.example>']] : []);
    phone.dial('c1');
    await told(`c1:ended:${cause}`);
    await sent('ACK');
    // Nobody follows a 302, and nobody tries again.
    expect(invites).toHaveLength(1);
    expect(phone.sounds.at(-1)?.closed).toBe(true);
  });

  it('a cause of the network counts more than the status', async () => {
    callee = (invite) => server.reply(invite, 480, [['Reason', 'Q.850;cause=17;text="User busy"']]);
    phone.dial('c1');
    await told('c1:ended:busy');
  });

  it('an answer without any ringing is an answer', async () => {
    await talking();
    expect(phone.told.filter((what) => what.startsWith('c1'))).toEqual(['c1:accepted', 'c1:answered']);
  });

  it('sound from one party, ringing, and the answer of another', async () => {
    callee = (invite) => {
      server.reply(invite, 183, [contact], 'a', someSound);
      ringAs('b', invite);
      return answerAs('b', invite);
    };
    phone.dial('c1');
    await told('c1:answered');
    await sent('ACK');
    expect(phone.sounds[0]?.early).toEqual([someSound]);
    expect(tagOf(headerOf(nth(server.requests('ACK'), 0), 'to'))).toBe('b');
  });

  it('two that answer: the first has the call, the second is told that it is over', async () => {
    callee = (invite) => answerAs('a', invite) && answerAs('b', invite);
    phone.dial('c1');
    await sent('BYE');
    await sent('ACK', 2);
    expect(tagOf(headerOf(nth(server.requests('BYE'), 0), 'to'))).toBe('b');
    expect(phone.told.filter((what) => what.startsWith('c1:'))).not.toContain('c1:ended:network-failure');
    expect(phone.has('c1:answered')).toBe(true);
  });

  it('a ringing that wants to be acknowledged is (100rel)', async () => {
    callee = (invite) => server.reply(invite, 180, [contact, ['Require', '100rel'], ['RSeq', '7']], 'a');
    else_ = (passing) => passing.message.method === 'PRACK' && server.reply(passing, 200) && answer(nth(invites, 0));
    phone.dial('c1');
    await told('c1:answered');
    expect(headerOf(nth(server.requests('PRACK'), 0), 'rack')).toMatch(/^7 \d+ INVITE$/);
  });

  it('a password that is asked for twice is given twice, where the first question was too old', async () => {
    callee = (invite, n) => (n < 2 ? server.reply(invite, 407, [challenge(`n${n}`, n === 1)]) : answer(invite));
    phone.dial('c1');
    await told('c1:answered');
    expect(invites.map(({ message }) => /nonce="(\w+)"/.exec(headerOf(message, 'proxy-authorization'))?.[1])).toEqual([
      undefined,
      'n0',
      'n1',
    ]);
  });

  it('… and is not guessed at', async () => {
    callee = (invite, n) => server.reply(invite, 407, [challenge(`n${n}`)]);
    phone.dial('c1');
    await told('c1:ended:network-failure');
    expect(invites).toHaveLength(2);
  });
});

describe('giving up before the answer', () => {
  it('before the server has said anything waits for it, and ends what the password has let through', async () => {
    const call = phone.dial('c1');
    await until('it is dialled', () => invites.length === 1);
    call.hangUp();
    callee = (invite) => server.reply(invite, 100);
    server.reply(nth(invites, 0), 407, [challenge('n0')]);
    await sent('CANCEL');
    expect(branchOf(nth(server.requests('CANCEL'), 0))).toBe(branchOf(nth(invites, 1).message));
    server.reply(nth(invites, 1), 487);
    await told('c1:ended:local-hang-up');
    expect(invites).toHaveLength(2);
  });

  it('while it rings', async () => {
    callee = ring;
    const call = phone.dial('c1');
    await told('c1:alerting');
    call.hangUp();
    await sent('CANCEL');
    expect(branchOf(nth(server.requests('CANCEL'), 0))).toBe(branchOf(nth(invites, 0).message));
    server.reply(nth(invites, 0), 487, [], 'a');
    await told('c1:ended:local-hang-up');
  });

  it.each([
    ['ringing before', true],
    ['without a word before', false],
  ])('crosses the answer: it is acknowledged, and ended (%s)', async (_, rings) => {
    if (rings) callee = ring;
    const call = phone.dial('c1');
    await until('it is dialled', () => invites.length === 1 && (!rings || phone.has('c1:alerting')));
    call.hangUp();
    answer(nth(invites, 0));
    await sent('ACK');
    await sent('BYE');
    await told('c1:ended:local-hang-up');
  });

  it('ends here after 4 s where nobody answers the CANCEL, and an answer that is late still gets its BYE', async () => {
    callee = ring;
    else_ = ({ message }) => message.method === 'CANCEL';
    const call = phone.dial('c1');
    await told('c1:alerting');
    call.hangUp();
    await sent('CANCEL');
    phone.clock.advance(3_999);
    expect(phone.has('c1:ended:local-hang-up')).toBe(false);
    phone.clock.advance(1);
    expect(phone.has('c1:ended:local-hang-up')).toBe(true);
    answer(nth(invites, 0));
    await sent('BYE');
  });
});

describe('a change of a running call', () => {
  it.each([488, 408, 500, 503])(
    'that is refused with %i leaves the call, and the next one goes through',
    async (status) => {
      const call = await talking();
      callee = (invite) => server.reply(invite, status);
      expect(await outcome(call.hold())).toBe('call.hold-refused');
      expect(phone.sounds[0]).toMatchObject({ rolledBack: 1, closed: false });
      callee = answer;
      expect(await outcome(call.hold())).toBe('done');
      expect(phone.told.filter((what) => what.startsWith('c1:ended'))).toEqual([]);
    },
  );

  it('that crosses theirs (491) is asked for again after the time of the RFC, three times in all', async () => {
    const call = await talking();
    callee = (invite) => server.reply(invite, 491);
    const held = outcome(call.hold());
    for (const n of [2, 3]) {
      await until('it has waited', () => {
        phone.clock.advance(50);
        return invites.length === n + 1;
      });
    }
    expect(await held).toBe('call.hold-refused');
    callee = answer;
    expect(await outcome(call.hold())).toBe('done');
  });

  it('of which the other side says that there is no such call (481) ends it, on both sides', async () => {
    const call = await talking();
    callee = (invite) => server.reply(invite, 481);
    expect(await outcome(call.hold())).toBe('call.hold-refused');
    await told('c1:ended:remote-hang-up');
    await sent('BYE');
  });
});

describe('a line that is lost', () => {
  it('while it rings there ends the call at once, and tells them when it is back', async () => {
    callee = ring;
    phone.dial('c1');
    await told('c1:alerting');
    await lose();
    expect(phone.has('c1:ended:network-failure')).toBe(true);
    await comeBack();
    await sent('CANCEL');
    // Who has answered meanwhile knows nothing of a CANCEL.
    await sent('BYE');
    expect(branchOf(nth(server.requests('CANCEL'), 0))).toBe(branchOf(nth(invites, 0).message));
    expect(tagOf(headerOf(nth(server.requests('BYE'), 0), 'to'))).toBe('a');
  });

  it('in a call leaves the call, and a BYE that found no way is said when it is back, once', async () => {
    const call = await talking();
    await lose();
    expect(phone.told.filter((what) => what.startsWith('c1:ended'))).toEqual([]);
    call.hangUp();
    await told('c1:ended:local-hang-up');
    expect(server.requests('BYE')).toHaveLength(0);
    await comeBack();
    await sent('BYE');
    await lose();
    await comeBack();
    expect(server.requests('BYE')).toHaveLength(1);
  });

  it('that nobody has noticed yet swallows a BYE: it is said again', async () => {
    const call = await talking();
    else_ = ({ message }) => message.method === 'BYE';
    call.hangUp();
    await sent('BYE');
    else_ = () => false;
    await lose();
    await comeBack();
    await sent('BYE', 2);
    const [first, second] = [0, 1].map((n) => headerOf(nth(server.requests('BYE'), n), 'call-id'));
    expect(second).toBe(first);
  });

  it('takes the answer to a change with it, and the next change does not wait for that', async () => {
    const call = await talking();
    callee = () => true;
    const held = outcome(call.hold());
    await until('it is sent', () => invites.length === 2);
    await lose();
    expect(await held).toBe('call.hold-refused');
    await comeBack();
    callee = answer;
    expect(await outcome(call.hold())).toBe('done');
  });

  it.each([408, 501, null])('and a question after the call that gets %s ends nothing', async (status) => {
    await talking();
    const asked = (): number => server.requests('OPTIONS').filter((one) => tagOf(headerOf(one, 'to')) !== '').length;
    else_ = (passing) => {
      if (passing.message.method !== 'OPTIONS' || tagOf(headerOf(passing.message, 'to')) === '') return false;
      return status === null || server.reply(passing, status);
    };
    await lose();
    await comeBack();
    await until('the call is asked after', () => asked() === 1);
    await lose();
    await comeBack();
    await until('and again', () => asked() === 2);
    expect(phone.told.filter((what) => what.startsWith('c1:ended'))).toEqual([]);
  });

  it('… but one that gets 481 does', async () => {
    await talking();
    else_ = (passing) =>
      passing.message.method === 'OPTIONS' &&
      tagOf(headerOf(passing.message, 'to')) !== '' &&
      server.reply(passing, 481);
    await lose();
    await comeBack();
    await told('c1:ended:remote-hang-up');
  });
});

const answered = (status: number): Promise<void> =>
  until(`${status} to the caller`, () => server.answers('INVITE').some((one) => one.status === status));

describe('who hangs up at once', () => {
  it('after the answer, while it is still being read: the BYE is answered, and the call has begun and ended', async () => {
    let read = (): void => undefined;
    phone.reading = new Promise((resolve) => (read = resolve));
    callee = (invite) => {
      answer(invite);
      server.hangUp(invite, 'a');
      return true;
    };
    phone.dial('c1');
    await until('the BYE is answered', () => server.answers('BYE').some(({ status }) => status === 200));
    read();
    await told('c1:ended:remote-hang-up');
    expect(phone.has('c1:answered')).toBe(true);
    expect(server.requests('BYE')).toEqual([]);
  });
});

describe('a call that comes in', () => {
  it('rings, unless its 180 would have to be acknowledged: then it gets the answer alone (100rel)', async () => {
    server.call('i-1', someSound, [['Require', '100rel']]);
    await until('it is there', () => phone.incoming.length === 1);
    await nth(phone.incoming, 0).answer();
    await answered(200);
    expect(server.answers('INVITE').map(({ status }) => status)).toEqual([100, 200]);
  });

  it('rings on while the line is away, and the answer goes by the new socket', async () => {
    server.call('i-1', someSound);
    await answered(180);
    await lose();
    await comeBack();
    await nth(phone.incoming, 0).answer();
    await answered(200);
    expect(phone.told.filter((what) => what.startsWith('in1'))).toEqual(['in1:answered']);
  });

  it('is taken and given up in the same moment: the caller is told', async () => {
    server.call('i-1', someSound);
    await answered(180);
    const taken = nth(phone.incoming, 0)
      .answer()
      .catch(() => undefined);
    nth(phone.incoming, 0).hangUp();
    await taken;
    await answered(603);
    expect(phone.has('in1:ended:local-hang-up')).toBe(true);
  });
});
