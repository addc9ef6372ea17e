import type { CloudCall } from '#shared/cloud-contract/contract.ts';

/** A call of which these tests look at name and revision only. */
export function testCall(id: string, rev: number): CloudCall {
  return {
    id, rev, employeeId: 'employee', direction: 'outbound', channel: 'desk-phone', number: '+8615400000137',
    numberTyped: '15400000137', leadId: null, customerName: null, contactName: null, slot: 1, operator: null,
    startedAt: 0, alertingAt: null, answeredAt: null, endedAt: null, waitMs: null, talkMs: null, timeSource: null,
    endCause: null, openerId: null, openerName: null, openerStartedAt: null, openerHeardMs: null, cutInMs: null,
    outcome: null, note: '', recording: null, quality: null, transferred: null, line: null, callerId: null, outcomeId: null, missing: null,
  }; // prettier-ignore
}
