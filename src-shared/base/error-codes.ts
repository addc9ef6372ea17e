/**
 * The registry of every error the product can show. Family: `user` = the person can mend it; `operational` = the world
 * (port gone, network down), retried or shown calmly; `bug` = ours, reported. Text: i18n `errors.<code>` in the renderer.
 */
export type ErrorFamily = 'user' | 'operational' | 'bug';
export interface ErrorSpec {
  readonly family: ErrorFamily;
  readonly level: 'info' | 'warn' | 'error';
  /** Whether doing the same again can help without anybody changing anything. */
  readonly retry: boolean;
}

const user: ErrorSpec = { family: 'user', level: 'info', retry: false };
const world: ErrorSpec = { family: 'operational', level: 'warn', retry: true };
const lasting: ErrorSpec = { family: 'operational', level: 'warn', retry: false };
const bug: ErrorSpec = { family: 'bug', level: 'error', retry: false };

export const errorCodes = {
  // every border
  'input.invalid': user,
  'access.denied': user,
  'not-found': user,
  'capability.missing': bug,
  'host.unavailable': world,
  'host.version-mismatch': lasting,
  cancelled: user,
  'deadline.exceeded': world,
  internal: bug,

  // environment, sign-in, cloud
  'environment.not-chosen': user,
  'environment.in-use': user,
  'demo.start-failed': lasting,
  'auth.bad-credentials': user,
  'auth.locked': user,
  'auth.disabled': user,
  'auth.expired': user,
  'auth.offline-expired': user,
  'auth.revoked': user,
  'auth.password-changed': user,
  'auth.required': user,
  'password.too-short': user,
  'password.too-long': user,
  'password.personal': user,
  'password.common': user,
  'password.unchanged': user,
  'password.wrong-old': user,
  'cloud.unreachable': world,
  'cloud.address-invalid': user,
  'cloud.not-a-cloud': user,
  'cloud.refused': lasting,
  'cloud.version-mismatch': lasting,
  'rate.limited': world,
  'sync.conflict': user,

  // numbers and the dial gate
  'number.empty': user,
  'number.has-letters': user,
  'number.too-short': user,
  'number.too-long': user,
  'number.invalid': user,
  'gate.hours': user,
  'gate.too-frequent': user,
  'gate.too-many-today': user,
  'gate.sample-data': user,

  // calls
  'call.busy': user,
  'call.dtmf-refused': user,
  'call.ending': lasting,
  'call.gone': user,
  'call.hold-refused': user,
  'call.no-restart': lasting,
  'call.not-connected': user,
  'call.opener-not-playing': user,
  'call.transfer-busy': user,
  'call.transfer-failed': user,
  'call.transfer-no-answer': user,
  'call.transfer-other-pbx': user,
  'call.transfer-refused': user,
  'call.transfer-running': user,
  'call.transfer-unknown': user,
  'channel.not-available': user,

  // 上岗自检
  'self-test.no-hook': user,
  'self-test.no-key': user,
  'self-test.key-taken': user,

  // the desk phone
  'phone.none': user,
  'phone.not-ready': world,
  'phone.port-busy': world,
  'phone.port-missing': world,
  'phone.port-denied': lasting,
  'phone.not-answering': world,
  'phone.not-a-phone': user,
  'phone.one-stack': user,
  'phone.lost': world,
  'phone.restarting': world,
  'phone.no-sound': world,
  'sound-card.away': world,
  'phone.refused': lasting,
  'phone.sound-silent': lasting,
  'sim.weak-signal': world,
  'ussd.busy': user,
  'ussd.invalid': user,
  'ussd.not-supported': lasting,
  'ussd.no-reply': world,
  'ussd.ended': world,
  'sim.absent': user,
  'sim.not-selected': user,
  'sim.pin-required': user,
  'sim.pin-wrong': user,
  'sim.puk-required': user,
  'sim.failed': lasting,
  'sim.not-registered': world,
  'sim.registration-denied': lasting,
  'sim.emergency-only': world,
  'sim.no-voice': lasting,
  'sim.roaming': user,
  'sim.switch-budget': user,
  'sim.switch-in-call': user,
  'sim.switch-failed': lasting,
  'sim.changed': user,

  // what the governor refuses (domain/sim-governor.ts)
  'sim.cap-hour': user,
  'sim.cap-day': user,
  'sim.cap-talk': user,
  'sim.gap': user,
  'sim.cooling': user,
  'sim.all-spent': user,

  // keys of the phone or headset
  'keys.busy': world,
  'keys.denied': lasting,
  'keys.missing': world,
  'keys.unreadable': lasting,
  'keys.unavailable': lasting,
  'keys.not-pressed': user,

  // SIP
  'sip.no-account': user,
  'sip.line-off': user,
  'sip.no-window': user,
  'sip.not-serving': lasting,
  'sip.not-registered': world,
  'sip.refused': user,
  'sip.server-invalid': user,
  'sip.domain-invalid': user,
  'sip.user-invalid': user,
  'sip.no-password': user,
  'sip.caller-id-invalid': user,
  'sip.caller-id-unknown': user,
  'sip.stun-invalid': user,
  'sip.turn-invalid': user,
  'sip.turn-no-user': user,
  'sip.turn-no-password': user,
  'sip.name-taken': user,
  'sip.account-exists': user,
  'sip.too-many-accounts': user,
  'sip.account-in-call': user,
  'sip.window-lost': world,
  // … and what its PBX is told of the agent by feature codes
  'sip.state-code-invalid': user,
  'sip.state-codes-missing': user,
  'sip.state-codes-same': user,
  'sip.state-code-unknown': user,
  'sip.state-refused': world,
  'sip.state-unanswered': world,
  'sip.state-line-lost': world,
  // … and its connection test, in the order of its steps
  'sip.test-name-unknown': user,
  'sip.test-no-name-server': world,
  'sip.test-port-closed': lasting,
  'sip.test-unreachable': world,
  'sip.test-silent': world,
  'sip.test-not-tls': user,
  'sip.test-handshake': lasting,
  'sip.test-certificate-expired': lasting,
  'sip.test-certificate-early': lasting,
  'sip.test-certificate-self-signed': lasting,
  'sip.test-certificate-name': lasting,
  'sip.test-certificate-untrusted': lasting,
  'sip.test-not-websocket': user,
  'sip.test-not-sip': user,
  'sip.test-http-status': user,
  'sip.test-window-refused': lasting,
  'sip.test-password': user,
  'sip.test-forbidden': user,
  'sip.test-user-unknown': user,
  'sip.test-status': lasting,
  'sip.test-no-answer': world,
  'sip.test-socket-lost': world,
  'sip.test-stun-silent': world,
  'sip.test-turn-silent': world,
  'sip.test-turn-password': user,
  'sip.test-ice-refused': lasting,
  'sip.test-no-address': lasting,
  'sip.test-no-microphone': user,
  'microphone.unavailable': user,

  // openers
  'opener.not-audio': user,
  'opener.too-long': user,
  'opener.too-short': user,
  'opener.too-large': user,
  'opener.too-many': user,
  'opener.silent': user,
  'opener.in-use': user,
  'opener.not-in-phone': world,
  'opener.phone-full': lasting,
  'upload.gone': user,

  // recordings
  'recording.none': user,
  'recording.no-sound': lasting,
  'recording.not-here-yet': world,
  'recording.damaged': lasting,
  'disk.full': lasting,

  // the desk's own store
  'database.from-the-future': lasting,
  'database.locked': lasting,
  'database.damaged': lasting,
  'database.sealed': lasting,
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCodes;
