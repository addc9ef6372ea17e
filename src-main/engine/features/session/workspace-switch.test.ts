import { describe, expect, it } from 'vitest';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { leadQuery, type leadsArea } from '#shared/desk-contract/areas/leads.ts';
import { createWorkspaceSwitch, switchHandlers, switchSources } from './workspace-switch.ts';

type LeadHandlers = Pick<Handlers<typeof leadsArea>, 'leads.list'>;
type LeadSources = Pick<Sources<typeof leadsArea>, 'leads.changed'>;
interface Workspace {
  readonly handlers: LeadHandlers;
  readonly sources: LeadSources;
  readonly revs: Emitter<number>;
  open: number;
}

function workspace(total: number): Workspace {
  const made: Workspace = {
    revs: new Emitter<number>(),
    open: 0,
    handlers: {
      'leads.list': () => ({ rows: [], total }),
    },
    sources: {
      'leads.changed': (_args, sink) => {
        made.open += 1;
        sink.item({ rev: total });
        const subscription = made.revs.on((rev) => sink.item({ rev }));
        return () => {
          made.open -= 1;
          subscription.dispose();
        };
      },
    },
  };
  return made;
}

const peer = { kind: 'in-process', id: 'test' } as const;
const signal = { aborted: false, addEventListener: () => undefined };
const window = { query: leadQuery.parse({}), offset: 0, limit: 1 };

describe('the workspace switch', () => {
  it('passes commands to whoever is signed in and refuses them while nobody is', async () => {
    const workspaces = createWorkspaceSwitch<Workspace>();
    const names = { 'leads.list': true } as const;
    const handlers = switchHandlers<Workspace, LeadHandlers>(workspaces, names, (open) => open.handlers);
    const list = (): unknown => handlers['leads.list'](window, { peer, signal });
    expect(list).toThrow('auth.required');
    workspaces.set(workspace(3));
    expect(await list()).toEqual({ rows: [], total: 3 });
    workspaces.set(workspace(4));
    expect(await list()).toEqual({ rows: [], total: 4 });
    workspaces.set(null);
    expect(list).toThrow('auth.required');
  });

  it('keeps streams alive through sign-out and sign-in', () => {
    const workspaces = createWorkspaceSwitch<Workspace>();
    const sources = switchSources<Workspace, LeadSources>(
      workspaces,
      { 'leads.changed': true },
      (open) => open.sources,
    );
    const revs: number[] = [];
    const sink = { item: ({ rev }: { rev: number }) => revs.push(rev), fail: () => undefined };
    const stop = sources['leads.changed'](null, sink, { peer, after: undefined });
    const [first, second] = [workspace(1), workspace(2)];
    workspaces.set(first);
    first.revs.emit(11);
    workspaces.set(null);
    first.revs.emit(12);
    workspaces.set(second);
    second.revs.emit(21);
    expect(revs).toEqual([1, 11, 2, 21]);
    expect([first.open, second.open]).toEqual([0, 1]);
    stop();
    workspaces.set(first);
    expect([first.open, second.open]).toEqual([0, 0]);
  });

  it('can say something while nobody is signed in, and fails the stream that cannot be opened', () => {
    const workspaces = createWorkspaceSwitch<Workspace>();
    const names = { 'leads.changed': true } as const;
    const pick = (open: Workspace): LeadSources => open.sources;
    const sources = switchSources<Workspace, LeadSources>(workspaces, names, pick, { 'leads.changed': { rev: -1 } });
    const revs: number[] = [];
    const failures: unknown[] = [];
    sources['leads.changed'](null, { item: ({ rev }) => revs.push(rev), fail: (error) => failures.push(error) }, { peer, after: undefined }); // prettier-ignore
    expect(revs).toEqual([-1]);
    const broken = workspace(1);
    workspaces.set({
      ...broken,
      sources: {
        'leads.changed': () => {
          throw new AppError('database.damaged');
        },
      },
    });
    expect(failures).toEqual([new AppError('database.damaged')]);
    workspaces.set(null);
    expect(revs).toEqual([-1, -1]);
  });
});
