import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { SipTestFacts, SipTestStep } from '#shared/desk-contract/areas/sip.ts';
import type { IceAnswer } from '#renderer/telephony/ask-ice.ts';
import type { RegistrarAnswer } from '#renderer/telephony/ask-registrar.ts';
import type { IceWays } from '#shared/domain/sip-account.ts';
import { ConnectionTest, testStepIds, type TestStepId, type TestStepView, type TestWays } from './connection-test.ts';

const account = {
  server: 'wss://pbx.example.com:7443',
  domain: 'pbx.example.com',
  user: '8001',
  authUser: null,
  password: 'secret',
  displayName: '',
  callerIds: [],
  stun: [] as string[],
  turn: [] as string[],
  turnUser: 'desk',
  turnPassword: 'relay',
};
const facts: Record<SipTestStep, SipTestFacts> = {
  name: { step: 'name', addresses: ['192.0.2.7'] },
  port: { step: 'port', address: '192.0.2.7', port: 7443 },
  certificate: { step: 'certificate', issuer: 'Example CA', validTo: 1 },
  socket: { step: 'socket', server: '' },
};

let clock: ManualClock;
/** What was asked of the world, in order. */
let asked: string[];
let fails: Partial<Record<SipTestStep, ErrorCode>>;
let opens: boolean;
let answers: RegistrarAnswer[];
let ice: Record<string, IceAnswer>;
let addresses: number;
let microphone: boolean;
/** That step takes until somebody says so. */
let held: Promise<void> | null;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  fails = {};
  opens = true;
  answers = [{ type: 'accepted', proven: true }];
  ice = {};
  addresses = 2;
  microphone = true;
  held = null;
});

const ways: TestWays = {
  async engine(step) {
    asked.push(step);
    await held;
    clock.advance(7);
    const code = fails[step];
    if (code) throw new AppError(code);
    return facts[step];
  },
  opens: () => {
    asked.push('opens');
    return Promise.resolve(opens);
  },
  ask: (_account, register) => {
    asked.push(register ? 'register' : 'ask');
    return Promise.resolve(answers.shift() ?? { type: 'silent' });
  },
  askIce: (server) => {
    asked.push(JSON.stringify(server));
    return Promise.resolve(ice[server.urls] ?? { type: 'silent' });
  },
  soundAddresses: () => Promise.resolve(addresses),
  hasMicrophone: () => Promise.resolve(microphone),
};

const start = (
  server = account.server,
  inUse = false,
  servers: Partial<IceWays> = {},
): { test: ConnectionTest; done: Promise<void> } => {
  const test = new ConnectionTest(clock, ways);
  return { test, done: test.run({ ...account, server, ...servers }, inUse) };
};
async function tested(server = account.server, inUse = false): Promise<ConnectionTest> {
  const { test, done } = start(server, inUse);
  await done;
  return test;
}
const states = (test: ConnectionTest): string => test.now.steps.map(({ state }) => state).join(' ');
const step = (test: ConnectionTest, wanted: TestStepId): TestStepView | undefined =>
  test.now.steps.find(({ id }) => id === wanted);

describe('the connection test', () => {
  it('goes from the name to the sound, and never calls the sound proven', async () => {
    const test = await tested();
    expect(test.now.state).toBe('passed');
    expect(test.now.steps.map(({ id }) => id)).toEqual([...testStepIds]);
    expect(states(test)).toBe('passed passed passed passed passed untested untested untested');
    expect(asked).toEqual(['name', 'port', 'certificate', 'socket', 'opens', 'ask']);
    expect(step(test, 'name')).toMatchObject({ ms: 7, note: facts.name });
    expect(step(test, 'media')?.note).toEqual({ step: 'sound', addresses: 2 });
  });

  it.each<[SipTestStep, ErrorCode, string]>([
    ['name', 'sip.test-name-unknown', 'failed skipped skipped skipped skipped skipped skipped skipped'],
    ['port', 'sip.test-port-closed', 'passed failed skipped skipped skipped skipped skipped skipped'],
    ['certificate', 'sip.test-certificate-expired', 'passed passed failed skipped skipped skipped skipped skipped'],
    ['socket', 'sip.test-not-sip', 'passed passed passed failed skipped skipped skipped skipped'],
  ])('ends at %s with %s, and sends no password to whoever is there', async (at, code, end) => {
    fails = { [at]: code };
    opens = false;
    const test = await tested();
    expect(test.now.state).toBe('failed');
    expect(states(test)).toBe(end);
    expect(step(test, at)?.problem?.code).toBe(code);
    expect(asked).not.toContain('ask');
  });

  it('goes by the window where that gets through: calls run there', async () => {
    fails = { certificate: 'sip.test-certificate-untrusted' };
    const test = await tested();
    expect(states(test)).toBe('passed passed passed skipped passed untested untested untested');
    expect(step(test, 'certificate')?.note).toMatchObject({ step: 'window', instead: { code: fails.certificate } });
  });

  it('fails where the window does not get through, though the program does', async () => {
    opens = false;
    const test = await tested();
    expect(step(test, 'socket')?.problem).toMatchObject({
      code: 'sip.test-window-refused',
      details: { host: 'pbx.example.com:7443' },
    });
  });

  it('asks no window about an engine that is not there', async () => {
    fails = { name: 'host.unavailable' };
    expect(step(await tested(), 'name')?.problem?.code).toBe('host.unavailable');
    expect(asked).toEqual(['name']);
  });

  it('has no certificate to look at in clear, and says so', async () => {
    const test = await tested('ws://pbx.example.com');
    expect(step(test, 'certificate')).toMatchObject({ state: 'skipped', ms: null, note: { step: 'plain' } });
    expect(test.now.state).toBe('passed');
  });
});

describe('registering', () => {
  it.each<[RegistrarAnswer, ErrorCode]>([
    [{ type: 'rejected', status: 401 }, 'sip.test-password'],
    [{ type: 'rejected', status: 407 }, 'sip.test-password'],
    [{ type: 'rejected', status: 403 }, 'sip.test-forbidden'],
    [{ type: 'rejected', status: 404 }, 'sip.test-user-unknown'],
    [{ type: 'rejected', status: 503 }, 'sip.test-status'],
    [{ type: 'silent' }, 'sip.test-no-answer'],
    [{ type: 'lost' }, 'sip.test-socket-lost'],
  ])('%o is %s', async (answer, code) => {
    answers = [answer];
    const test = await tested();
    expect(step(test, 'register')?.problem?.code).toBe(code);
    expect(step(test, 'media')?.state).toBe('skipped');
  });

  it('that nobody asked a password for is let through with a word about it', async () => {
    answers = [{ type: 'accepted', proven: false }];
    expect(step(await tested(), 'register')).toMatchObject({ state: 'passed', note: { step: 'no-password' } });
  });

  it('is done for a moment where a server answers nothing else', async () => {
    answers = [
      { type: 'rejected', status: 400 },
      { type: 'rejected', status: 403 },
    ];
    expect(step(await tested(), 'register')?.problem?.code).toBe('sip.test-forbidden');
    expect(asked.slice(-2)).toEqual(['ask', 'register']);
  });

  it('… but not over a line that is in use', async () => {
    answers = [{ type: 'rejected', status: 400 }];
    const test = await tested(account.server, true);
    expect(step(test, 'register')).toMatchObject({ state: 'untested', note: { step: 'in-use' } });
    expect(asked).not.toContain('register');
  });
});

describe('STUN and TURN', () => {
  const stun = ['stun:stun.example.com', 'stun:192.0.2.8:3478'];
  const turn = ['turn:turn.example.com:3478?transport=udp'];
  async function testedWith(servers: Partial<IceWays>): Promise<ConnectionTest> {
    const { test, done } = start(account.server, false, servers);
    await done;
    return test;
  }

  it('that an account does not have are nobody’s fault, and nobody is asked', async () => {
    const test = await tested();
    expect(step(test, 'stun')).toMatchObject({ state: 'untested', ms: null, note: { step: 'no-ice' } });
    expect(step(test, 'turn')).toMatchObject({ state: 'untested', note: { step: 'no-ice' } });
    expect(test.now.state).toBe('passed');
    expect(asked.at(-1)).toBe('ask');
  });

  it('are asked one URL at a time, TURN servers with their user, and what was found is told', async () => {
    ice = {
      'stun:stun.example.com': { type: 'found', address: '203.0.113.5' },
      'stun:192.0.2.8:3478': { type: 'no-nat' },
      'turn:turn.example.com:3478?transport=udp': { type: 'found', address: '203.0.113.9' },
    };
    const test = await testedWith({ stun, turn });
    expect(asked.slice(-3)).toEqual([
      '{"urls":"stun:stun.example.com"}',
      '{"urls":"stun:192.0.2.8:3478"}',
      '{"username":"desk","credential":"relay","urls":"turn:turn.example.com:3478?transport=udp"}',
    ]);
    expect(step(test, 'stun')).toMatchObject({
      state: 'passed',
      note: { step: 'stun', address: '203.0.113.5', others: [] },
    });
    expect(step(test, 'turn')).toMatchObject({ state: 'passed', note: { step: 'turn', address: '203.0.113.9' } });
    expect(test.now.state).toBe('passed');
  });

  it('pass where one server of a kind does, and say what is wrong with the others', async () => {
    ice = { 'stun:192.0.2.8:3478': { type: 'no-nat' } };
    expect(step(await testedWith({ stun }), 'stun')).toMatchObject({
      state: 'passed',
      note: { address: null, others: [{ code: 'sip.test-stun-silent', details: { server: stun[0] } }] },
    });
  });

  it.each<['stun' | 'turn', IceAnswer, ErrorCode, object]>([
    ['stun', { type: 'silent' }, 'sip.test-stun-silent', { server: stun[0] }],
    ['stun', { type: 'unknown-name' }, 'sip.test-name-unknown', { host: 'stun.example.com' }],
    ['stun', { type: 'refused', status: 401 }, 'sip.test-ice-refused', { server: stun[0], status: 401 }],
    ['turn', { type: 'silent' }, 'sip.test-turn-silent', { server: turn[0] }],
    ['turn', { type: 'unknown-name' }, 'sip.test-name-unknown', { host: 'turn.example.com' }],
    ['turn', { type: 'refused', status: 401 }, 'sip.test-turn-password', { server: turn[0], status: 401 }],
    ['turn', { type: 'refused', status: 441 }, 'sip.test-turn-password', { server: turn[0], status: 441 }],
    ['turn', { type: 'refused', status: 486 }, 'sip.test-ice-refused', { server: turn[0], status: 486 }],
  ])('%s: %o is %s', async (kind, answer, code, details) => {
    const servers = kind === 'stun' ? stun.slice(0, 1) : turn;
    ice = Object.fromEntries(servers.map((url) => [url, answer]));
    const test = await testedWith({ [kind]: servers });
    expect(step(test, kind)?.problem).toMatchObject({ code, details });
    // A call may do without either: the test goes on, and has failed.
    expect(step(test, 'media')?.state).toBe('untested');
    expect(test.now.state).toBe('failed');
  });
});

describe('the sound', () => {
  it('has failed where the window could not send any', async () => {
    addresses = 0;
    expect(step(await tested(), 'media')?.problem?.code).toBe('sip.test-no-address');
    addresses = 1;
    microphone = false;
    answers = [{ type: 'accepted', proven: true }];
    expect(step(await tested(), 'media')?.problem?.code).toBe('sip.test-no-microphone');
  });
});

it('is stopped in the middle of a step: what is left is skipped, and what still comes does not count', async () => {
  let release: () => void = () => undefined;
  held = new Promise((resolve) => (release = resolve));
  const { test, done } = start();
  expect(states(test)).toBe('running waiting waiting waiting waiting waiting waiting waiting');
  test.cancel();
  expect(test.now.state).toBe('cancelled');
  release();
  await done;
  expect(states(test)).toBe('skipped skipped skipped skipped skipped skipped skipped skipped');
  expect(asked).toEqual(['name']);
});
