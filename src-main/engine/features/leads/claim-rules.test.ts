import { describe, expect, it } from 'vitest';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { from, idOf, leadsDesk, me } from './testing/leads-desk.ts';

const colleague = { id: sampleLead(901).id, name: '林可' };
const day = 86_400_000;
/** Noon in Beijing. */
const noon = Date.UTC(2026, 4, 20, 4);

function setUp(rules: Partial<PoolRules>, leads: readonly (readonly [number, Partial<CloudLead>])[]) {
  const database = testDatabase();
  const { write: db } = database;
  const desk = leadsDesk(database, () => 'agent');
  const { context, service } = desk;
  context.clock.jumpWall(noon - context.clock.now());
  const company = sampleLead(700).id;
  db.transaction(() => {
    const row = { id: company, departmentId: null, version: 1, ...defaultPoolRules, ...rules };
    service.poolRules.apply(db, [{ id: company, row }]);
    service.applyFromCloud(db, leads.map(([n, change]) => ({ id: idOf(n), row: sampleLead(n, change) }))); // prettier-ignore
  });
  service.poolRules.applied?.();
  return {
    ...desk,
    happened(n: number, kind: string, by: typeof me, at: number): void {
      const note = { id: sampleLead(800 + n).id, leadId: idOf(n), employeeId: by.id, employeeName: by.name, text: '', lost: null, event: { kind }, createdAt: at }; // prettier-ignore
      db.transaction(() => service.applyNotesFromCloud(db, [{ id: note.id, row: note }]));
    },
  };
}
const given = { pool: 'public', formerOwnerId: me.id, releasedAt: noon - 2 * day, releaseReason: '暂无需求' } as const;

describe('前负责人领取限制', () => {
  it('is said of what the person gave up, until it is over, and of nobody else’s', () => {
    const desk = setUp({ formerOwnerDays: 7 }, [[0, given], [1, { ...given, formerOwnerId: colleague.id }], [2, {}]]); // prettier-ignore
    expect([0, 1, 2].map((n) => desk.service.get(idOf(n)).locked)).toEqual([{ until: noon + 5 * day, why: 'former-owner' }, null, null]); // prettier-ignore
    desk.context.clock.jumpWall(5 * day);
    expect(desk.service.get(idOf(0)).locked).toBeNull();
  });

  it('leaves such leads out where many are claimed; whoever names one may ask the cloud', async () => {
    const desk = setUp({ formerOwnerDays: 7 }, [[0, given], [1, {}], [2, {}]]); // prettier-ignore
    expect(await desk.handlers['leads.claim']({ ids: [idOf(0), idOf(1)] }, from)).toEqual({ claimed: 1 });
    expect(await desk.handlers['leads.claimAll']({ query: leadQuery.parse({}), most: 100 }, from)).toEqual({ claimed: 1 }); // prettier-ignore
    await desk.handlers['leads.completeAndClaim']({ id: idOf(0), fields: {} }, from);
    expect(desk.service.get(idOf(0)).following).toBe('wished');
  });
});

describe('新线索领取限制', () => {
  const fresh = { createdAt: noon - day } as const;
  it('is said of what came in within its days, and of what somebody has already never', () => {
    const desk = setUp({ newLeadClaimDays: 3 }, [
      [0, fresh],
      [1, { createdAt: noon - 3 * day }],
      [2, { ...fresh, ownerId: me.id, claimedAt: noon }],
    ]);
    const locks = (): unknown => [0, 1, 2].map((n) => desk.service.get(idOf(n)).locked);
    expect(locks()).toEqual([{ until: noon + 2 * day, why: 'new-lead' }, null, null]);
    desk.context.clock.jumpWall(2 * day);
    expect(locks()).toEqual([null, null, null]);
  });

  it('leaves such leads out where many are claimed, and is told with what is left of claiming', async () => {
    const desk = setUp({ newLeadClaimDays: 3 }, [[0, fresh], [1, { createdAt: noon - 9 * day }]]); // prettier-ignore
    expect(await desk.handlers['leads.claimAll']({ query: leadQuery.parse({}), most: 100 }, from)).toEqual({ claimed: 1 }); // prettier-ignore
    expect(desk.service.get(idOf(0)).following).toBe('nobody');
    expect(await desk.handlers['leads.limits'](null, from)).toMatchObject({ newLeadClaimDays: 3 });
  });
});

describe('what is left of claiming', () => {
  it('counts what was claimed today, given up again too, what waits, and not what was assigned', async () => {
    const at = noon - 60_000;
    const desk = setUp({ claimsPerDay: 9, holdLimit: 8 }, [
      [0, { ownerId: me.id, claimedAt: at }],
      [1, { ownerId: me.id, claimedAt: at }],
      [2, { ...given, releasedAt: at }],
      [3, { ownerId: me.id, claimedAt: noon - day }],
      [4, {}],
    ]);
    desk.happened(0, 'claimed', me, at);
    desk.happened(1, 'assigned', colleague, at);
    desk.happened(2, 'claimed', me, at - 1);
    desk.happened(3, 'claimed', me, noon - day);
    const left = (): unknown => desk.handlers['leads.limits'](null, from);
    expect(await left()).toEqual({
      claimsPerDay: 9,
      holdLimit: 8,
      formerOwnerDays: 0,
      newLeadClaimDays: 0,
      followed: 3,
      claimedToday: 2,
    });
    await desk.handlers['leads.claim']({ ids: [idOf(4)] }, from);
    expect(await left()).toMatchObject({ followed: 4, claimedToday: 3 });
  });
});

describe('what the rule means for a lead that one follows', () => {
  it('says when it goes, how long it is protected, and for what it is spared', () => {
    const rules = { idleDays: 15, newLeadDays: 30, keepWon: true } as const;
    const mine = { ownerId: me.id, claimedAt: noon - day } as const;
    const desk = setUp(rules, [
      [0, { ...mine, createdAt: noon - 2 * day }],
      [1, { ...mine, createdAt: noon - 90 * day }],
      [2, { ...mine, stage: 'won' }],
      [3, {}],
    ]);
    const of = (n: number) => desk.service.get(idOf(n)).standing;
    expect(of(0)).toMatchObject({ protectedUntil: noon + 28 * day, keptAs: null });
    expect(of(0)?.recycleAt).toBeGreaterThan(noon + 28 * day);
    expect(of(1)).toMatchObject({ protectedUntil: null, keptAs: null });
    expect(of(1)?.recycleAt).toBeLessThan(noon + 15 * day);
    expect(of(2)).toEqual({ recycleAt: null, protectedUntil: null, keptAs: 'won' });
    expect(of(3)).toBeNull();
  });
});
