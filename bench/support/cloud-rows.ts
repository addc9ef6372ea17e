import { randomBytes } from 'node:crypto';
import type { CloudCallRecording, CloudLead } from '#shared/cloud-contract/contract.ts';
import type { CallColumns } from '#cloud/database/schema.ts';
import type { Outcome } from '#shared/domain/vocabulary.ts';

interface Of {
  readonly id: string;
  readonly employeeId: string;
  readonly lead: Pick<CloudLead, 'id' | 'phone' | 'companyName' | 'contactName'> | undefined;
  readonly outcome: Outcome | null;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** 60 s at 100 ms. */
const peaks = 600;

/** The n-th call, long ended. Two of three were answered and recorded, as their desk describes it. */
export function makeCallRow(
  n: number,
  { id, employeeId, lead, outcome }: Of,
): CallColumns & { recording: CloudCallRecording | null } {
  const startedAt = Date.now() - dayMs - n * 7 * minuteMs;
  const answered = n % 3 !== 0;
  const number = lead?.phone ?? '+8615400000137';
  return {
    id, rev: 3, employeeId, direction: 'outbound', channel: 'desk-phone', number, numberTyped: number,
    leadId: lead?.id ?? null, customerName: lead?.companyName ?? null, contactName: lead?.contactName ?? null,
    slot: (n % 5) + 1, operator: '示例移动', startedAt, alertingAt: startedAt + 2000,
    answeredAt: answered ? startedAt + 8000 : null, endedAt: startedAt + 68_000, waitMs: 8000,
    talkMs: answered ? 60_000 : null, timeSource: 'clcc', endCause: answered ? 'remote-hang-up' : 'no-answer',
    openerId: null, openerName: null, openerStartedAt: null, openerHeardMs: null, cutInMs: null,
    outcome: answered ? outcome : null, note: answered ? '下周再约' : '', callerId: null, outcomeId: null,
    recording: answered ? recordingOf(id) : null,
  }; // prettier-ignore
}

function recordingOf(callId: string): CloudCallRecording {
  const wave = (): string => randomBytes(peaks).toString('base64');
  return {
    id: callId.replace(/^./, 'f'), durationMs: 60_000, bytes: 1_920_044, sha256: randomBytes(32).toString('hex'),
    peakMs: 100, customerPeaks: wave(), agentPeaks: wave(), cutInMs: null, openerStartMs: null, openerEndMs: null,
  }; // prettier-ignore
}
