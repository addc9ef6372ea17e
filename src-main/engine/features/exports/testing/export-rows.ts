import type { CloudCall, CloudLead } from '#shared/cloud-contract/contract.ts';
import type { WritableDb } from '../../../database/handles.ts';
import { sampleLead } from '../../../testing/sample-leads.ts';
import { upsertFromCloud } from '../../calls/cloud-calls.ts';
import { putLead } from '../../leads/repository.ts';
import { putListing } from '../../number-lists/repository.ts';
import { me } from './export-desk.ts';

const idOf = (kind: number, n: number): string => `019a0000-0000-7000-80${kind}0-${String(n).padStart(12, '0')}`;

export const addLead = (db: WritableDb, n: number, change: Partial<CloudLead> = {}): CloudLead => {
  const lead = sampleLead(n, { ownerId: me.id, ...change });
  putLead(db, lead);
  return lead;
};

export function addCall(db: WritableDb, n: number, change: Partial<CloudCall> = {}): void {
  upsertFromCloud(db, {
    id: idOf(1, n), rev: 1, employeeId: me.id, direction: 'outbound', channel: 'desk-phone', number: '+8615400000001',
    numberTyped: '15400000001', leadId: null, customerName: '示例市恒辉有限公司', contactName: null, slot: 2, operator: '移动',
    startedAt: Date.UTC(2026, 0, 5, 6, 5, 9), alertingAt: null, answeredAt: 1, endedAt: 2, waitMs: 4200, talkMs: 61_000,
    timeSource: 'clcc', endCause: 'remote-hang-up', openerId: null, openerName: null, openerStartedAt: null,
    openerHeardMs: null, cutInMs: null, outcome: 'interested', note: '', recording: null, quality: null, transferred: null,
    line: null, callerId: null, outcomeId: null, missing: null, ...change,
  }); // prettier-ignore
}

/** On the blacklist. */
export const addListing = (db: WritableDb, number: string, change: object = {}): void =>
  putListing(db, {
    id: idOf(2, Number(number.slice(-8))), list: 'blacklist', number, reason: '投诉', state: 'approved', expiresAt: null,
    requestedAt: 1, own: false, decisionNote: '', ...change,
  }); // prettier-ignore
