import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';

/** A dial, as people and buttons ask for one. */
export interface DialOrder {
  readonly number: string;
  readonly leadId?: string | null;
  readonly slot?: number | null;
  /** Null = the one of the settings. */
  readonly channel?: Channel | null;
  /** SIP account of this call alone. Null, or one that is no more = the default one. */
  readonly lineId?: string | null;
  /** The callee is not shown our number, in this call alone. */
  readonly hideNumber?: boolean;
  /** 主叫号码 of this call alone, over SIP. Null = the account's first. */
  readonly callerId?: string | null;
  /** Whom the number belongs to, for the words of a refusal. */
  readonly name?: string | null;
}

type CallBefore = Pick<CallView, 'direction' | 'channel' | 'number' | 'leadId' | 'customerName' | 'line'>;

/**
 * Once more to whom a call was with. 回拨 goes the way and the SIP line that the call came by, since that is the number they
 * know; which card of the phone that is, the policy says (老客户同卡 counts calls that came in, too). 重拨 goes by the settings.
 */
export function orderAgain({ direction, channel, line, number, leadId, customerName }: CallBefore): DialOrder {
  const theirs = direction === 'inbound';
  return {
    number,
    leadId,
    name: customerName,
    channel: theirs ? channel : null,
    ...(theirs && line ? { lineId: line.id } : {}),
  };
}
