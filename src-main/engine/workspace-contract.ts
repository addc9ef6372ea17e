import type { PhoneState } from '#shared/desk-contract/areas/phone.ts';
import type { SyncState } from '#shared/desk-contract/areas/session.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { switchHandlers, switchSources, type WorkspaceSwitch } from './features/session/index.ts';
import type { Workspace } from './workspace.ts';

type Always = `session.${string}` | `settings.${string}` | `shell.${string}`;
type WorkspaceHandlers = Omit<Handlers<DeskContract>, Extract<keyof Handlers<DeskContract>, Always>>;
type WorkspaceSources = Omit<Sources<DeskContract>, Extract<keyof Sources<DeskContract>, Always>>;

const commands: { readonly [K in keyof WorkspaceHandlers]: true } = {
  'sync.now': true,
  'agent.choose': true,
  'agent.finishWrapUp': true,
  'phone.listPorts': true,
  'phone.listPhones': true,
  'phone.reconnect': true,
  'phone.selectSlot': true,
  'phone.allowRoaming': true,
  'selfTest.start': true,
  'selfTest.cancel': true,
  'selfTest.answer': true,
  'phone.enterPin': true,
  'phone.ussd': true,
  'phone.cancelUssd': true,
  'phone.exportTrace': true,
  'phone.setCard': true,
  'phone.learnKey': true,
  'leads.list': true,
  'leads.get': true,
  'calls.dial': true,
  'calls.hangUp': true,
  'calls.forceEnd': true,
  'calls.answer': true,
  'calls.reject': true,
  'calls.hold': true,
  'calls.resume': true,
  'calls.swap': true,
  'calls.transfer': true,
  'calls.consult': true,
  'calls.completeTransfer': true,
  'calls.endConsultation': true,
  'calls.join': true,
  'calls.split': true,
  'calls.acceptTransfer': true,
  'calls.declineTransfer': true,
  'calls.cutIn': true,
  'calls.sendDtmf': true,
  'calls.setMuted': true,
  'calls.speak': true,
  'soundCard.report': true,
  'soundCard.heard': true,
  'sip.setAccount': true,
  'sip.draftAccount': true,
  'sip.testStep': true,
  'sip.reconnect': true,
  'sip.tellState': true,
  'sip.line': true,
  'sip.settled': true,
  'sip.incoming': true,
  'sip.transferAsked': true,
  'sip.transferOver': true,
  'sip.event': true,
  'sip.sound': true,
  'sip.quality': true,
  'sip.played': true,
  'calls.setOutcome': true,
  'calls.setNote': true,
  'calls.dismiss': true,
  'calls.seeMissed': true,
  'calls.list': true,
  'calls.get': true,
  'calls.employees': true,
  'openers.beginUpload': true,
  'openers.uploadChunk': true,
  'openers.finishUpload': true,
  'openers.cancelUpload': true,
  'openers.change': true,
  'openers.remove': true,
  'openers.listen': true,
  'recordings.open': true,
};

const streams: { readonly [K in keyof WorkspaceSources]: true } = {
  'sync.state': true,
  'agent.state': true,
  'phone.state': true,
  'phone.keys': true,
  'selfTest.state': true,
  'phone.log': true,
  'leads.changed': true,
  'calls.current': true,
  'calls.changed': true,
  'calls.missed': true,
  'calls.today': true,
  'calls.sound': true,
  'calls.headset': true,
  'calls.soundQuality': true,
  'soundCard.state': true,
  'soundCard.uplink': true,
  'sip.state': true,
  'sip.orders': true,
  'openers.all': true,
};

const noPhone: PhoneState = {
  connection: 'none',
  problem: null,
  model: null,
  port: null,
  shape: null,
  activeSlot: null,
  liveSlots: [],
  slots: [],
  switchingTo: null,
  switchesLeft: null,
  sound: null,
  device: null,
};
const noSync: SyncState = {
  state: 'signed-out',
  pendingRows: 0,
  pendingRecordings: 0,
  lastSyncAt: null,
  problem: null,
};

/** The commands that need somebody to be signed in; they refuse with `auth.required` while nobody is. */
export const workspaceHandlers = (workspaces: WorkspaceSwitch<Workspace>): WorkspaceHandlers =>
  switchHandlers<Workspace, WorkspaceHandlers>(workspaces, commands, (open) => ({
    ...open.sync.handlers,
    ...open.agent.handlers,
    ...open.phone.handlers,
    ...open.phoneKeys.handlers,
    ...open.soundCard.handlers,
    ...open.sip.handlers,
    ...open.selfTest.handlers,
    ...open.sims.handlers,
    ...open.leads.handlers,
    ...open.calls.handlers,
    ...open.openers.handlers,
    ...open.recordings.handlers,
  }));

/** The streams that follow whoever is signed in. */
export const workspaceSources = (workspaces: WorkspaceSwitch<Workspace>): WorkspaceSources =>
  switchSources<Workspace, WorkspaceSources>(
    workspaces,
    streams,
    (open) => ({
      ...open.sync.sources,
      ...open.agent.sources,
      ...open.phone.sources,
      ...open.phoneKeys.sources,
      ...open.soundCard.sources,
      ...open.sip.sources,
      ...open.selfTest.sources,
      ...open.leads.sources,
      ...open.calls.sources,
      ...open.openers.sources,
    }),
    { 'phone.state': noPhone, 'sync.state': noSync, 'openers.all': [] },
  );
