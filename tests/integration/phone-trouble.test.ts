import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenCall } from '#shared/domain/call-channel.ts';
import { loadProfiles } from '#engine/devices/index.ts';
import { talkative } from '#simulator/network/behaviours.ts';
import { simCard } from '#simulator/phone/sim-card.ts';
import { failure } from '#tests/support/scripted-modem.ts';
import { canDial, need, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

const number = '15400000137';
const prompt = { ...talkative, alertAfterMs: 100, answerAfterMs: [400, 400] as const, opening: [], replies: [] };

let rig: PhoneRig;
afterEach(async () => {
  await rig.close();
});

describe('the cable', () => {
  it('is out before: the state says so, and it comes back by itself', async () => {
    rig = await openRig('mux');
    await rig.ptys.unplug();
    rig.phone.connect(rig.connection);
    await until('the problem is shown', () => rig.phone.state.problem !== null);
    expect(rig.phone.state).toMatchObject({ connection: 'connecting', problem: { code: 'phone.port-missing' } });
    expect(rig.phone.obstacle(1)?.code).toBe('phone.port-missing');
    const error = await failure(rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 }));
    expect(error.code).toBe('phone.port-missing');
    await rig.ptys.plug();
    await until('ready', canDial(rig, 1));
    expect(rig.phone.state).toMatchObject({ connection: 'ready', problem: null, model: 'JH-5 SIM' });
  });

  it('comes out during a call: it ends as device-lost, and the next one works after plugging in', async () => {
    rig = await openRig('mux', { farParties: { [number]: prompt } });
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 1));
    await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await until('answered', () => rig.seen('c1').includes('answered'));
    await rig.ptys.unplug();
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'device-lost' });
    await until('lost', () => rig.phone.state.connection === 'lost');
    await rig.ptys.plug();
    rig.phone.reconnect();
    await until('ready again', canDial(rig, 1));
    // The phone has its own power: the old call is still up, and goes when a new one is wanted.
    expect(rig.sim.calls.at(-1)?.state).toBe('active');
    await rig.phone.dial({ callId: 'c2', dialString: number, slot: 1 });
    expect(rig.sim.calls[0]?.state).toBe('ended');
    await until('answered again', () => rig.seen('c2').includes('answered'));
    expect(rig.phone.sound('c2')).not.toBeNull();
  });

  it('cases 25 and 26: a restarted engine takes its call over', async () => {
    rig = await openRig('mux', { farParties: { [number]: prompt } });
    const first = rig.newDriver();
    first.connect(rig.connection);
    await until('ready', () => first.obstacle(1) === null);
    await first.dial({ callId: 'c1', dialString: number, slot: 1 });
    await until('up', () => rig.sim.calls.at(-1)?.state === 'active');
    const told: string[] = [];
    first.onEvent((_callId, event) => told.push(event.type));
    first.dispose();
    expect(told).toEqual([]);
    rig.phone.connect(rig.connection);
    const wanted: OpenCall = { callId: 'c1', direction: 'outbound', dialString: number, slot: 1 };
    expect(await rig.phone.adopt([{ ...wanted, callId: 'c0', dialString: '15400000555' }, wanted])).toEqual(['c1']);
    expect(rig.seen('c1')).toEqual(['answered']);
    expect(rig.events[0]?.stamp.source).toBe('assumed');
    await rig.phone.hangUp('c1');
    await until('the end', () => rig.seen('c1').includes('ended'));
  });
});

describe('case 25: closing the port', () => {
  it('says nothing to the phone, leaves DTR alone, and the call goes on', async () => {
    rig = await openRig('mux', { farParties: { [number]: prompt } });
    const { at } = need(rig.ptys.modems[0], 'modem');
    const driver = rig.newDriver();
    driver.connect(rig.connection);
    await until('ready', () => driver.obstacle(1) === null);
    // The kernel would drop DTR at the last close of the port (termios HUPCL).
    expect(execFileSync('stty', ['-a', '-F', at], { encoding: 'utf8' })).toContain('-hupcl');
    await driver.dial({ callId: 'c1', dialString: number, slot: 1 });
    await until('up', () => rig.sim.calls.at(-1)?.state === 'active');
    let said = '';
    const port = need(rig.sim.modems[0], 'modem').at;
    const write = port.write.bind(port);
    Object.assign(port, {
      write: (bytes: Uint8Array) => {
        said += Buffer.from(bytes).toString('latin1');
        write(bytes);
      },
    });
    driver.dispose();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(said).not.toMatch(/ATH|CHUP|CHLD|ATZ|AT&F|\+\+\+/);
    expect(rig.sim.calls.at(-1)?.state).toBe('active');
  });

  it('is harmless with every make: DTR is told to mean nothing before anything else could drop it', () => {
    for (const { id, init } of loadProfiles('resources/devices'))
      expect([id, init.includes('AT&D0')]).toEqual([id, true]);
  });
});

describe('the sound port', () => {
  it('is held by another program: the phone dials, and says that calls have neither opener nor recording', async () => {
    rig = await openRig('mux');
    const { pcm } = need(rig.ptys.modems[0], 'modem');
    const holder = spawn('flock', ['--no-fork', '-x', pcm, 'sleep', '60']);
    const ended = once(holder, 'exit');
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      rig.phone.connect(rig.connection);
      await until('ready', canDial(rig, 1));
      expect(rig.phone.state.problem).toMatchObject({
        code: 'phone.no-sound',
        details: { port: pcm, cause: 'phone.port-busy', program: 'sleep' },
      });
    } finally {
      holder.kill();
      await ended;
    }
    await until('the sound is back', () => rig.phone.state.problem === null);
    expect(rig.phone.state.connection).toBe('ready');
  });
});

describe('the port', () => {
  it('is held by another program: busy, and free again later', async () => {
    rig = await openRig('mux');
    const other = rig.newDriver();
    other.connect(rig.connection);
    await until('the other has it', () => other.state.connection === 'ready');
    rig.phone.connect(rig.connection);
    await until('the problem is shown', () => rig.phone.state.problem !== null);
    expect(rig.phone.state.problem?.code).toBe('phone.port-busy');
    other.dispose();
    await until('ready', canDial(rig, 1));
  });

  it('case 2: a port that another program has locked names that program, which lives on; then it is ours', async () => {
    rig = await openRig('mux');
    const { at } = need(rig.ptys.modems[0], 'modem');
    const holder = spawn('flock', ['--no-fork', '-x', at, 'sleep', '60']);
    const ended = once(holder, 'exit');
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      rig.phone.connect(rig.connection);
      await until('the problem is shown', () => rig.phone.state.problem !== null);
      expect(rig.phone.state.problem).toMatchObject({
        code: 'phone.port-busy',
        details: { port: at, program: 'sleep', pid: holder.pid },
      });
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(holder.exitCode).toBeNull();
    } finally {
      holder.kill();
      await ended;
    }
    await until('ready', canDial(rig, 1));
  });

  it('is not the one that takes commands', async () => {
    rig = await openRig('mux');
    const pcm = need(rig.ptys.modems[0], 'modem').pcm;
    const at = { kind: 'serial', path: pcm, baudRate: 115_200 } as const;
    rig.phone.connect({ kind: 'mux', modem: { at, pcm: null } });
    await until('the problem is shown', () => rig.phone.state.problem !== null);
    expect(rig.phone.state.problem?.code).toBe('phone.not-a-phone');
  });
});

describe('cards', () => {
  it('case 30: each slot says why it cannot dial: empty, locked, denied, no network', async () => {
    const good = simCard('mobile', 101, { signal: 27 });
    const sims = [
      good,
      null,
      simCard('telecom', 103, { pin: '1234' }),
      simCard('mobile', 104, { coverage: 'denied' }),
      simCard('unicom', 105, { coverage: 'none' }),
    ];
    rig = await openRig('modemPerSim', { sims });
    rig.phone.connect(rig.connection);
    const problems = (): (string | undefined)[] => [1, 2, 3, 4, 5].map((slot) => rig.phone.obstacle(slot)?.code);
    const wanted = [undefined, 'sim.absent', 'sim.pin-required', 'sim.registration-denied', 'sim.not-registered'];
    await until('all five are known', () => JSON.stringify(problems()) === JSON.stringify(wanted));
    expect((await failure(rig.phone.dial({ callId: 'c1', dialString: number, slot: 2 }))).code).toBe('sim.absent');
    expect((await failure(rig.phone.selectSlot(2))).code).toBe('sim.absent');
    expect(rig.phone.state.slots[0]).toMatchObject({
      condition: 'ready',
      operator: 'china-mobile',
      signalBars: 4,
      problem: null,
    });
    expect(rig.phone.state.slots[0]?.iccidTail).toBe(good.iccid.slice(-4));

    await rig.phone.enterPin(3, '1234');
    await until('slot 3 can dial', canDial(rig, 3));
  });

  it('case 30: a PIN is tried while more than one try is left, never the last', async () => {
    rig = await openRig('mux');
    rig.sim.lockSim(1, '4321');
    rig.phone.connect(rig.connection);
    await until('locked', () => rig.phone.obstacle(1)?.code === 'sim.pin-required');
    for (const left of [2, 1]) {
      const error = await failure(rig.phone.enterPin(1, '0000'));
      expect([error.code, error.details['triesLeft']]).toEqual(['sim.pin-wrong', left]);
    }
    const kept = await failure(rig.phone.enterPin(1, '4321'));
    expect(kept.details).toMatchObject({ triesLeft: 1, kept: true });
    expect(rig.sim.card(1)?.pinTries).toBe(1);
  });

  it('case 33: another card in the same holder is another card, also when nobody saw the holder empty', async () => {
    rig = await openRig('modemPerSim');
    rig.phone.connect(rig.connection);
    await until('slot 4 is ready', canDial(rig, 4));
    const before = need(rig.phone.card(4), 'the card').iccid;
    rig.sim.pullSim(4);
    rig.sim.insertSim(4, simCard('telecom', 915));
    await until('the new card is told', () => rig.phone.card(4) !== null && rig.phone.card(4)?.iccid !== before);
    expect(need(rig.phone.card(4), 'the card').iccid).toBe(simCard('telecom', 915).iccid);
    await until('it can dial', canDial(rig, 4));
    expect(JSON.stringify(rig.states)).not.toContain(simCard('telecom', 915).iccid);
    rig.sim.pullSim(4);
    await until('the holder is empty', () => rig.phone.card(4) === null);
  });

  it('pulled and put back while idle', async () => {
    rig = await openRig('modemPerSim');
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 4));
    const card = need(rig.sim.card(4), 'card');
    rig.sim.pullSim(4);
    await until('absent', () => rig.phone.obstacle(4)?.code === 'sim.absent');
    rig.sim.insertSim(4, card);
    await until('ready again', canDial(rig, 4));
  });
});

describe('registered is not able to call', () => {
  it('case 31: a roaming card asks for consent before it dials', async () => {
    rig = await openRig('modemPerSim', { sims: [simCard('mobile', 101, { coverage: 'roaming' })] });
    rig.phone.connect(rig.connection);
    await until('consent is asked for', () => rig.phone.obstacle(1)?.code === 'sim.roaming');
    rig.rules.roaming = true;
    expect(rig.phone.obstacle(1)).toBeNull();
  });
});

describe('the 5:1 switch', () => {
  it('moves to another card and back, refuses in a call, rolls back from an empty slot', async () => {
    rig = await openRig('mux', {
      sims: [simCard('mobile', 101), simCard('unicom', 102), null],
      farParties: { [number]: prompt },
    });
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 1));
    expect(rig.phone.obstacle(2)?.code).toBe('sim.not-selected');
    await rig.phone.selectSlot(2);
    expect(rig.states.some((state) => state.switchingTo === 2)).toBe(true);
    expect(rig.phone.state).toMatchObject({ activeSlot: 2, switchingTo: null });
    expect(rig.phone.state.slots[1]).toMatchObject({ operator: 'china-unicom', problem: null });

    expect((await failure(rig.phone.selectSlot(3))).code).toBe('sim.absent');
    await until('back on 2', canDial(rig, 2));
    expect(rig.phone.state.activeSlot).toBe(2);
    // There, to the empty slot, and back from it: all three wear the phone.
    expect(rig.rules.spent).toHaveLength(3);
    expect(new Set(rig.rules.spent.map(({ device }) => device))).toEqual(new Set(['860000000000017']));
    expect(rig.phone.state.switchesLeft).toBe(26);

    await rig.phone.dial({ callId: 'c1', dialString: number, slot: 2 });
    expect((await failure(rig.phone.selectSlot(1))).code).toBe('sim.switch-in-call');
    await rig.phone.hangUp('c1');
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(rig.sim.calls.at(-1)?.slot).toBe(2);
  });
});

describe('brown-out', () => {
  it('ends the call as device-reset and settles again', async () => {
    rig = await openRig('modemPerSim', { farParties: { [number]: prompt } });
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 2));
    await rig.phone.dial({ callId: 'c1', dialString: number, slot: 2 });
    await until('answered', () => rig.seen('c1').includes('answered'));
    rig.sim.reboot(2);
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'device-reset' });
    await until('ready again', canDial(rig, 2));
  });
});
