import { expect, it } from 'vitest';
import { orderAgain } from './dial-order.ts';

const call = { number: '+8615400000137', leadId: 'l1', customerName: '锦程示例', line: null };
const dial = { number: '+8615400000137', leadId: 'l1', name: '锦程示例' };

it('whoever called is called back the way they came', () => {
  expect(orderAgain({ ...call, direction: 'inbound', channel: 'sip' })).toEqual({ ...dial, channel: 'sip' });
  expect(orderAgain({ ...call, direction: 'inbound', channel: 'desk-phone' })).toEqual({
    ...dial,
    channel: 'desk-phone',
  });
});

it('… also by the line that they know, where there are several; our own choice goes by the settings', () => {
  const line = { id: 'n2', name: '上海线' };
  expect(orderAgain({ ...call, direction: 'inbound', channel: 'sip', line })).toEqual({
    ...dial,
    channel: 'sip',
    lineId: 'n2',
  });
  expect(orderAgain({ ...call, direction: 'outbound', channel: 'sip', line })).toEqual({ ...dial, channel: null });
});

it('whom we dialled is dialled again by the settings', () => {
  expect(orderAgain({ ...call, direction: 'outbound', channel: 'sip' })).toEqual({ ...dial, channel: null });
});
