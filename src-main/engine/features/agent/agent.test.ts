import { describe, expect, it } from 'vitest';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { CallGap } from '#shared/domain/outcome-set.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { testContext } from '../../testing/test-context.ts';
import { createAgent, type AgentFeature } from './index.ts';

const peer = { kind: 'in-process', id: 'test' } as const;
const from = { peer, signal: { aborted: false, addEventListener: () => undefined } };

class Desk {
  readonly context = testContext();
  readonly values: Map<string, string>;
  readonly seen: AgentView[] = [];
  readonly agent: AgentFeature;
  signedIn = true;
  inCall = false;
  owed: CallGap[] = [];

  constructor(values = new Map<string, string>()) {
    this.values = values;
    this.agent = createAgent({
      context: this.context,
      store: memoryStore(values),
      signedIn: () => this.signedIn,
      inCall: () => this.inCall,
      owed: () => this.owed,
      wrapUpSeconds: () => 20,
    });
    this.agent.sources['agent.state'](
      null,
      { item: (view) => void this.seen.push(view), fail: () => undefined },
      { peer, after: undefined },
    );
  }

  choose(state: 'idle' | 'break', reason: AgentView['breakReason'] = null): void {
    void this.agent.handlers['agent.choose']({ state, reason }, from);
  }

  call(answered: boolean): void {
    this.inCall = true;
    this.agent.update();
    this.context.clock.advance(1000);
    this.inCall = false;
    this.agent.callEnded(answered);
  }

  get states(): string[] {
    return this.seen.map((view) => view.effective);
  }
}

describe('agent state', () => {
  it('goes through a call and its wrap-up', () => {
    const desk = new Desk();
    desk.call(true);
    desk.context.clock.advance(19_999);
    expect(desk.states).toEqual(['idle', 'busy', 'wrap-up']);
    desk.context.clock.jumpWall(-3_600_000);
    desk.context.clock.advance(1);
    expect(desk.states).toEqual(['idle', 'busy', 'wrap-up', 'idle']);
  });

  it('gives a break back after a failed call, and after a wrap-up', () => {
    const desk = new Desk();
    desk.choose('break', 'meal');
    desk.call(false);
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'break', chosen: 'break', breakReason: 'meal' });
    desk.call(true);
    desk.context.clock.advance(20_000);
    expect(desk.states).toEqual(['idle', 'break', 'busy', 'break', 'busy', 'wrap-up', 'break']);
  });

  it('survives a restart, and unreadable data', () => {
    const desk = new Desk();
    desk.choose('break', 'training');
    expect(new Desk(desk.values).seen).toMatchObject([{ effective: 'break', breakReason: 'training' }]);
    desk.choose('idle');
    expect(new Desk(desk.values).seen).toMatchObject([{ effective: 'idle', breakReason: null }]);
    for (const damage of ['{', '{"state":"break","reason":null,"at":1}'])
      expect(new Desk(new Map([['agent.chosen', damage]])).seen).toMatchObject([{ effective: 'idle' }]);
  });

  it('ends a wrap-up when the person says so, or chooses', () => {
    const desk = new Desk();
    desk.call(true);
    void desk.agent.handlers['agent.finishWrapUp'](null, from);
    desk.call(true);
    desk.choose('break');
    expect(desk.states).toEqual(['idle', 'busy', 'wrap-up', 'idle', 'busy', 'wrap-up', 'break']);
    expect(desk.seen.at(-1)?.breakReason).toBe('other');
  });

  it('继续整理 holds a wrap-up until the person ends it, through calls that nobody answers', () => {
    const desk = new Desk();
    desk.call(true);
    const { clock } = desk.context;
    expect(desk.seen.at(-1)?.wrapUp).toEqual({ until: clock.now() + 20_000 });
    clock.advance(19_999);
    void desk.agent.handlers['agent.keepWrapUp'](null, from);
    clock.advance(3_600_000);
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'wrap-up', wrapUp: { until: null } });
    desk.call(false);
    clock.advance(3_600_000);
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'wrap-up', wrapUp: { until: null } });
    desk.call(true);
    clock.advance(20_000);
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'idle', wrapUp: null });
    expect(desk.agent.keepWrapUp()).toBe(false);
  });

  it('is offline while nobody is signed in, whatever was chosen', () => {
    const desk = new Desk();
    desk.choose('break', 'meal');
    desk.signedIn = false;
    desk.agent.update();
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'offline', chosen: 'break' });
  });

  it('is not over while the call lacks something: neither by its clock nor by hand, and no break is a way around it', () => {
    const desk = new Desk();
    desk.owed = ['note'];
    desk.call(true);
    expect(desk.seen.at(-1)?.wrapUp?.until).not.toBeNull();
    desk.context.clock.advance(20_000);
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'wrap-up', wrapUp: { until: null } });
    expect(() => desk.agent.finishWrapUp()).toThrow('call.incomplete');
    desk.choose('break', 'meal');
    expect(desk.seen.at(-1)?.effective).toBe('break');
    desk.choose('idle');
    expect(desk.seen.at(-1)?.effective).toBe('wrap-up');
    desk.owed = [];
    desk.agent.update();
    expect(desk.seen.at(-1)?.effective).toBe('wrap-up');
    desk.agent.finishWrapUp();
    expect(desk.seen.at(-1)?.effective).toBe('idle');
  });

  it('begins without a conversation too, where something is said of the call and something else is missing', () => {
    const desk = new Desk();
    desk.call(false);
    expect(desk.states).toEqual(['idle', 'busy', 'idle']);
    desk.owed = ['follow-up'];
    desk.agent.update();
    expect(desk.seen.at(-1)).toMatchObject({ effective: 'wrap-up', wrapUp: { until: null } });
  });
});
