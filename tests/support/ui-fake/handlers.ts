import { AppError } from '#shared/base/errors.ts';
import { sleep } from '#shared/base/clock.ts';
import { dialChecks } from '#shared/domain/dial-evidence.ts';
import { capsFor } from '#shared/domain/sim-caps.ts';
import { readNumber } from '#shared/domain/phone-number.ts';
import { callResults, outcomes } from '#shared/domain/vocabulary.ts';
import type { CallQuery, CallView } from '#shared/desk-contract/areas/calls.ts';
import type { SimSlot } from '#shared/desk-contract/areas/phone.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { CommandName, Handlers } from '#shared/desk-contract/kit.ts';
import { companyHandlers } from './company.ts';
import { companyOfKind } from './company-kinds.ts';
import { numberHandlers } from './company-numbers.ts';
import { sampleFigures } from './figures.ts';
import { snippetHandlers } from './company-snippets.ts';
import { queueHandlers, type FakeQueue } from './dial-queue.ts';
import { leadHandlers } from './leads.ts';
import { sampleDevices } from './devices.ts';
import { placeHandlers } from './places.ts';
import { fakeId, sampleFoundPhones, samplePeaks } from './sample.ts';
import { selfTestHandlers } from './self-test.ts';
import { sipHandlers } from './sip.ts';
import type { FakeWorld } from './world.ts';

type Some<Prefix extends string> = Pick<
  Handlers<DeskContract>,
  Extract<CommandName<DeskContract>, `${Prefix}.${string}`>
>;

export const fakeHandlers = (world: FakeWorld, queue: FakeQueue): Handlers<DeskContract> => ({
  ...sessionHandlers(world),
  ...settingsHandlers(world),
  ...selfTestHandlers(world),
  ...leadHandlers(world),
  ...world.exports.handlers,
  ...world.imports.handlers,
  ...world.checks.handlers,
  ...callHandlers(world),
  ...mediaHandlers(world),
  ...sipHandlers(),
  ...companyOfKind(
    world.company,
    companyHandlers(() => world.clock.now(), world.outcomes),
  ),
  ...numberHandlers(() => world.clock.now()),
  ...placeHandlers(),
  ...queueHandlers(queue, world),
  'statistics.calls': ({ from }) => sampleFigures(world.clock.now(), from === null ? 300 : 21),
  'scripts.get'({ id }) {
    const found = world.outcomes.scripts.value.find((one) => one.id === id);
    if (!found) throw new AppError('not-found');
    return { id, title: found.title, text: found.text };
  },
  ...snippetHandlers(() => world.revision.set(world.revision.value + 1)),
});

function sessionHandlers(world: FakeWorld): Some<'session' | 'sync' | 'agent'> {
  return {
    async 'session.chooseEnvironment'(input, { signal }) {
      if (input.environment === 'production') {
        await sleep(world.clock, 600);
        throw new AppError('cloud.unreachable', { url: input.cloudUrl });
      }
      const steps = ['database', 'cloud', 'sample-data', 'phone', 'data'] as const;
      for (const [n, step] of steps.entries()) {
        world.session.patch({
          phase: 'preparing',
          environment: 'demo',
          preparing: { step, progress: n / steps.length },
        });
        await sleep(world.clock, 700, signal);
        if (signal.aborted) {
          world.enter('choose-environment');
          throw new AppError('cancelled');
        }
      }
      world.enter('signed-out');
      return null;
    },
    'session.leaveEnvironment': () => (world.enter('choose-environment'), null),
    async 'session.signIn'({ account, password, newPassword }) {
      await sleep(world.clock, 300);
      if (password === 'one-time' && newPassword === undefined) throw new AppError('password.change-required');
      if (password !== 'demo') throw new AppError('auth.bad-credentials');
      world.enter('signed-in', account);
      return null;
    },
    'session.signOut': () => (world.enter('signed-out'), null),
    async 'session.changePassword'({ oldPassword, newPassword }) {
      await sleep(world.clock, 300);
      if (oldPassword !== 'demo') throw new AppError('password.wrong-old');
      if (newPassword === oldPassword) throw new AppError('password.unchanged');
      return null;
    },
    'session.devices': () => ({ devices: sampleDevices(world.clock.now()) }),
    'session.endDevice': () => null,
    'session.openDesk': () => ({ url: location.href }),
    'sync.retry': ({ opId }) => (world.settleProblem(opId), null),
    'sync.discard': ({ opId }) => (world.settleProblem(opId), null),
    'sync.now': () => (world.sync.patch({ state: 'synced', lastSyncAt: world.clock.now() }), null),
    'agent.choose'({ state, reason }) {
      world.agent.set({ effective: state, chosen: state, breakReason: reason, since: world.clock.now(), wrapUp: null });
      return null;
    },
    'agent.finishWrapUp'() {
      world.endWrapUp();
      if (world.owed.length > 0) throw new AppError('call.incomplete', { missing: world.owed });
      return null;
    },
    'agent.keepWrapUp': () => (world.agent.patch({ wrapUp: { until: null } }), null),
  };
}

function settingsHandlers(world: FakeWorld): Some<'shell' | 'settings' | 'phone'> {
  return {
    'shell.raise': () => null,
    'shell.openDialLinks': ({ on }) => (world.shell.patch({ opensDialLinks: on }), null),
    'shell.takeDialLink': () => (world.shell.patch({ dialLink: null }), null),
    'settings.change': (change) => (world.settings.patch(change as never), null),
    'phone.listPorts': () => [
      { path: '/dev/ttyUSB0', manufacturer: 'Quectel', serialNumber: '0123', usbId: '2c7c:0125' },
      { path: '/dev/ttyUSB1', manufacturer: 'Quectel', serialNumber: '0123', usbId: '2c7c:0125' },
      { path: '/dev/ttyS0', manufacturer: null, serialNumber: null, usbId: null },
    ],
    'phone.listPhones': () => sampleFoundPhones(),
    async 'phone.reconnect'() {
      world.phone.patch({ connection: 'connecting' });
      await sleep(world.clock, 800);
      world.phone.patch({ connection: 'ready', problem: null });
      return null;
    },
    async 'phone.selectSlot'({ slot }) {
      if (world.phone.value.slots[slot - 1]?.condition === 'absent') throw new AppError('sim.absent', { slot });
      world.phone.patch({ switchingTo: slot });
      await sleep(world.clock, 900);
      world.phone.patch({ switchingTo: null, activeSlot: slot });
      return null;
    },
    'phone.allowRoaming'({ slot, allowed }) {
      const slots = world.phone.value.slots.map((each) =>
        each.slot === slot
          ? { ...each, roamingAllowed: allowed, problem: allowed ? null : { code: 'sim.roaming', details: { slot } } }
          : each,
      );
      world.phone.patch({ slots });
      return null;
    },
    async 'phone.learnKey'(_input, { signal }) {
      await sleep(world.clock, 1500, signal);
      if (signal.aborted) throw new AppError('cancelled');
      const lastKey = { name: 'button-2', at: world.clock.now() };
      world.keys.patch({ lastKey });
      return { key: lastKey.name };
    },
    async 'phone.enterPin'({ slot, pin }) {
      await sleep(world.clock, 500);
      const change = (part: Partial<SimSlot>): void =>
        world.phone.patch({
          slots: world.phone.value.slots.map((each) => (each.slot === slot ? { ...each, ...part } : each)),
        });
      if (pin !== '1234') {
        const triesLeft = (world.phone.value.slots[slot - 1]?.pinTriesLeft ?? 3) - 1;
        change({ pinTriesLeft: triesLeft });
        throw new AppError('sim.pin-wrong', { slot, triesLeft });
      }
      change({ condition: 'ready', operator: 'china-mobile', signalBars: 3, signalDbm: -79, problem: null });
      return null;
    },
    async 'phone.ussd'({ text }) {
      await sleep(world.clock, 1200);
      if (!/^[*#0-9]+$/.test(text)) throw new AppError('ussd.invalid');
      if (text === '*139#') return { text: '1 话费余额\n2 套餐余量\n3 已订业务', expectsReply: true };
      return { text: '您好，您的话费余额为 36.50 元。', expectsReply: false };
    },
    'phone.cancelUssd': () => null,
    'phone.exportTrace': () => ({ url: 'data:text/plain,OK', fileName: 'phone-trace.txt', lines: 1 }),
    async 'phone.setCard'({ slot, label, ownNumber, kind, caps }) {
      await sleep(world.clock, 300);
      const ofDesk = world.settings.value.simCaps;
      const card = { label, ownNumber, kind, caps: capsFor(kind, caps, ofDesk) };
      const slots = world.phone.value.slots.map((each) => (each.slot === slot ? { ...each, card } : each));
      world.phone.patch({ slots });
      return null;
    },
  };
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

function callMatches(call: CallView, query: CallQuery): boolean {
  const { search } = query;
  const digits = digitsOf(search);
  return (
    (query.result === null || call.result === query.result) &&
    (query.outcome === null || call.outcome === query.outcome) &&
    // Everybody of the fake works in one department.
    (query.department === null || query.department === '销售一部') &&
    (query.channel === null || call.channel === query.channel) &&
    (query.leadId === null || call.leadId === query.leadId) &&
    (query.customerId === null || call.leadId === query.customerId) &&
    (query.direction === null || call.direction === query.direction) &&
    (query.talkFrom === null || (call.talkMs ?? 0) >= query.talkFrom) &&
    (query.talkBelow === null || (call.talkMs ?? 0) < query.talkBelow) &&
    (query.from === null || call.startedAt >= query.from) &&
    (query.to === null || call.startedAt < query.to) &&
    (search === '' || (call.customerName?.includes(search) ?? false) || (digits !== '' && call.number.includes(digits)))
  );
}

function compareCalls(a: CallView, b: CallView, { sort, descending }: CallQuery): number {
  const later = a.startedAt - b.startedAt;
  const places = <T>(list: readonly T[], one: T | null, other: T | null): number => list.indexOf(one as T) - list.indexOf(other as T); // prettier-ignore
  const by = {
    newest: later,
    name: (a.customerName ?? '').localeCompare(b.customerName ?? '', 'zh-CN'),
    employee: a.employeeName.localeCompare(b.employeeName, 'zh-CN'),
    wait: (a.waitMs ?? 0) - (b.waitMs ?? 0),
    talk: (a.talkMs ?? 0) - (b.talkMs ?? 0),
    result: places(callResults, a.result, b.result),
    outcome: places(outcomes, a.outcome, b.outcome),
  }[sort];
  return (descending ? -by : by) || -later;
}

const refused = (): never => {
  throw new AppError('call.transfer-refused');
};
const noTransfers = {
  'calls.transfer': refused,
  'calls.consult': refused,
  'calls.completeTransfer': refused,
  'calls.endConsultation': refused,
  'calls.join': refused,
  'calls.split': refused,
  'calls.acceptTransfer': refused,
  'calls.declineTransfer': refused,
};

function callHandlers(world: FakeWorld): Some<'calls' | 'soundCard'> {
  const live = (id: string): CallView => {
    const call = world.call.value;
    if (call?.id !== id) throw new AppError('call.gone');
    return call;
  };
  return {
    'calls.dial'({ number, leadId, slot }) {
      const read = readNumber(number);
      if (!read.ok) throw new AppError(read.error);
      if (world.call.value && !world.call.value.endedAt) throw new AppError('call.busy');
      if (world.phone.value.connection !== 'ready') throw new AppError('phone.not-ready');
      const { slots, activeSlot } = world.phone.value;
      const use = slots.find((each) => each.slot === (slot ?? activeSlot))?.use;
      if (use?.verdict) {
        const details = { count: 5, minutes: 30, slot: slot ?? activeSlot, nextAt: use.nextAt, other: 1 };
        throw new AppError(use.verdict, details);
      }
      return { callId: world.dial(read.value.e164 ?? number, leadId) };
    },
    'calls.hangUp': ({ callId }) => (live(callId), world.hangUp(), null),
    'calls.forceEnd': ({ callId }) => (live(callId), world.hangUp(), null),
    'calls.answer': ({ callId }) => (world.answer(callId), null),
    'calls.reject'({ callId }) {
      if (world.other?.id === callId) world.showBoth(world.call.value, null);
      else world.hangUp();
      return null;
    },
    'calls.hold': ({ callId }) => (world.changeCall(live(callId).id, { state: 'held' }), null),
    'calls.resume': ({ callId }) => (world.changeCall(live(callId).id, { state: 'active' }), null),
    'calls.swap'() {
      const { value } = world.call;
      if (world.other && value) world.showBoth({ ...world.other, state: 'active' }, { ...value, state: 'held' });
      return null;
    },
    // The fake desk's calls are the phone's, which can do none of these.
    ...noTransfers,
    'calls.cutIn'({ callId }) {
      const call = live(callId);
      if (call.opener?.state !== 'playing') throw new AppError('call.opener-not-playing');
      const cutInMs = world.times().talkMs;
      world.call.set({ ...call, cutInMs, opener: { ...call.opener, state: 'cut-in', heardMs: cutInMs } });
      return null;
    },
    'calls.sendDtmf': ({ callId }) => (live(callId), null),
    'calls.setMuted': ({ callId, muted }) => (world.changeCall(live(callId).id, { muted }), null),
    'calls.speak': () => ({ at: world.clock.mono(), taken: true }),
    'soundCard.report': () => null,
    'soundCard.heard': () => ({ at: world.clock.mono(), taken: true }),
    'calls.setOutcome': ({ callId, outcome, outcomeId }) => (world.changeCall(callId, { outcome, outcomeId }), null),
    'calls.setNote': ({ callId, note }) => (world.changeCall(callId, { note }), null),
    'calls.dismiss'() {
      if (world.owed.length > 0) throw new AppError('call.incomplete', { missing: world.owed });
      world.call.set(null);
      world.agent.patch({ effective: world.agent.value.chosen });
      return null;
    },
    async 'calls.list'({ query, offset, limit }) {
      await sleep(world.clock, 30);
      const found = world.calls.filter((call) => callMatches(call, query)).sort((a, b) => compareCalls(a, b, query));
      return { rows: found.slice(offset, offset + limit), total: found.length };
    },
    'calls.get'({ id }) {
      const call = world.calls.find((each) => each.id === id);
      if (!call) throw new AppError('not-found');
      return call;
    },
    'calls.checks': () => ({
      checks: dialChecks({
        listed: false,
        refused: false,
        hours: { from: '08:00', to: '21:00', now: '10:00' },
        gapMinutes: 10,
        'gate.too-frequent': { count: 0, limit: 3 },
        'gate.too-many-today': { count: 1, limit: 5 },
        sample: true,
        lineIsReal: false,
        openersAllowed: true,
        opener: fakeId(9, 1),
        recording: true,
        sim: { slot: 2, dialsThisHour: 11, dialsToday: 34, caps: { perHour: 60, perDay: 300 } },
      }),
    }),
    'calls.seeMissed': () => null,
    'calls.employees': () => [
      { id: fakeId(3, 0), name: '林晓', department: '销售一部' },
      { id: fakeId(3, 1), name: '赵敏', department: '销售一部' },
    ],
  };
}

function mediaHandlers(world: FakeWorld): Some<'openers' | 'recordings'> {
  const change = (id: string, part: object): null => {
    world.openers.set(world.openers.value.map((each) => (each.id === id ? { ...each, ...part } : each)));
    return null;
  };
  return {
    'openers.beginUpload': () => ({ uploadId: fakeId(7, world.openers.value.length) }),
    'openers.uploadChunk': () => null,
    'openers.finishUpload'({ name, text }) {
      if (name.includes('坏')) throw new AppError('opener.not-audio');
      const made = {
        id: fakeId(2, 50 + world.openers.value.length),
        name,
        text,
        durationMs: 9000,
        source: 'upload' as const,
        fileName: name,
        createdAt: world.clock.now(),
        chosen: false,
        isDefault: false,
        here: true,
        peaks: samplePeaks(9000, 4),
      };
      world.openers.set([...world.openers.value, made]);
      return made;
    },
    'openers.sendToCompany': () => ({ sha256: 'c'.repeat(64), durationMs: 12_400 }),
    'openers.listenCompany': () => ({ url: quietWav }),
    'openers.cancelUpload': () => null,
    'openers.change': ({ id, ...part }) => change(id, part),
    'openers.remove': ({ id }) => (world.openers.set(world.openers.value.filter((each) => each.id !== id)), null),
    'openers.listen': () => ({ url: quietWav }),
    async 'recordings.open'({ callId }) {
      const call = world.calls.find((each) => each.id === callId);
      await sleep(world.clock, 200);
      if (!call?.recording) throw new AppError('recording.none');
      const durationMs = call.recording.durationMs;
      return {
        url: quietWav,
        durationMs,
        customer: samplePeaks(durationMs, 2),
        agent: samplePeaks(durationMs, 7),
        openerStartMs: 0,
        openerEndMs: 7200,
        cutInMs: 7200,
        receipt: call.recording,
      };
    },
    'recordings.download': () => ({ url: quietWav, fileName: '20261128-140512 154xxxx0137.wav' }),
  };
}

/** A tenth of a second of silence. */
const quietWav = `data:audio/wav;base64,UklGRkQDAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YSADAAA${'A'.repeat(1069)}`;
