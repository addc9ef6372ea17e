import type { callsArea } from '#shared/desk-contract/areas/calls.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import type { CallsService } from './calls.ts';
import type { TransferRequests } from './transfer-requests.ts';
import type { Transfers } from './transfers.ts';

const done = (): null => null;

/** Commands that concern two calls at once. */
export type TransferCommand =
  | ('calls.transfer' | 'calls.consult' | 'calls.completeTransfer' | 'calls.endConsultation')
  | ('calls.join' | 'calls.split' | 'calls.acceptTransfer' | 'calls.declineTransfer');

export const transferHandlers = (
  service: CallsService,
  transfers: Transfers,
  requests: TransferRequests,
): Pick<Handlers<typeof callsArea>, TransferCommand> => ({
  'calls.transfer': ({ callId, number }) => transfers.transfer(callId, number).then(done),
  'calls.consult': ({ callId, number }) => transfers.consult(callId, number, service.me()),
  'calls.completeTransfer': () => transfers.complete().then(done),
  'calls.endConsultation': () => {
    transfers.endConsultation();
    return null;
  },
  'calls.join': () => transfers.join().then(done),
  'calls.split': () => transfers.split().then(done),
  'calls.acceptTransfer': ({ requestId }) => requests.accept(requestId, service.me()),
  'calls.declineTransfer': ({ requestId }) => requests.decline(requestId).then(done),
});
