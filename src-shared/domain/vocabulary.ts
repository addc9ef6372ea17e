/** The closed lists that every layer shares. `docs/glossary.md` ties each word to its Chinese term. */

export const roles = ['agent', 'manager', 'admin'] as const;
export type Role = (typeof roles)[number];

/** 锦呼话机, 锦云通讯, 融合通信 (product.md P1.1). */
export const channels = ['desk-phone', 'sip', 'cloud-callback'] as const;
export type Channel = (typeof channels)[number];

export const directions = ['outbound', 'inbound'] as const;
export type Direction = (typeof directions)[number];

/** What a call can be in; how it gets from one to the other stands in call-machine.ts. */
export const callStates = [
  'placing',
  'dialing',
  'alerting',
  'in-progress',
  'incoming',
  'waiting',
  'active',
  'held',
  'ending',
  'ended',
] as const;
export type CallState = (typeof callStates)[number];

/** Why a call ended. `answered` in the record tells whether it was ever live; the cause tells who or what ended it. */
export const endCauses = [
  'local-hang-up', // we hung up
  'remote-hang-up', // the customer hung up after the answer
  'busy',
  'no-answer',
  'rejected', // the customer declined, or the network released before an answer
  'unreachable', // 空号, 停机, 关机, not in service: the network says the callee cannot be had
  'taken-elsewhere', // a call that came in, and somebody else of the company took (RFC 3326)
  'agent-away', // a call that came in on a break, and was refused unasked
  'network-failure', // congestion, no service, call failed
  'device-lost', // cable out, port gone
  'device-reset', // the phone restarted in mid-call
  'refused-by-device', // the phone would not dial (ERROR to ATD)
  'engine-crash', // closed by the next start: the real end is unknown, the last proof of life is used
] as const;
export type EndCause = (typeof endCauses)[number];

/** A call whose other side was sent on / whose other side was put through to it. */
export const transferRoles = ['sent', 'received'] as const;

/** How sure a time stamp is: seen in an event of the device, seen by polling, said by the device, or assumed. */
export const timeSources = ['urc', 'clcc', 'device', 'assumed'] as const;
export type TimeSource = (typeof timeSources)[number];

/** 话音通路: which microphone the agent speaks into, the phone's handset or a headset at the PC. */
export const voiceRoutes = ['handset', 'headset'] as const;
export type VoiceRoute = (typeof voiceRoutes)[number];

/** 结果: the agent's verdict after the call. */
export const outcomes = ['interested', 'call-again', 'no-need', 'invalid-number', 'do-not-call'] as const;
export type Outcome = (typeof outcomes)[number];

/** What the record list filters by. Derived from `answeredAt` and the cause, never stored beside them. */
export const callResults = [
  'connected',
  'no-answer',
  'busy',
  'unreachable',
  'failed',
  'cancelled',
  'missed', // somebody called and nobody took it
  'declined', // somebody called and we refused
  'taken-elsewhere', // somebody called, and another phone took it
] as const;
export type CallResult = (typeof callResults)[number];

/** What the first desks know: what travels in a field of its own since then is told to them in these words (number-check.ts). */
export const oldestNumberChecks = [
  'unchecked',
  'valid',
  'empty',
  'suspended',
  'switched-off',
  'silent',
  'risky',
] as const;
/**
 * 号码检测: what a check has found. `unknown`: the provider was asked, and does not know (库无, 不支持); `malformed`: it cannot be
 * a number. Only ever added to at the end.
 */
export const numberChecks = [...oldestNumberChecks, 'unknown', 'malformed'] as const;
export type NumberCheck = (typeof numberChecks)[number];

/** 跟进阶段 of a lead, in their order; the last two end it. */
export const leadStages = ['new', 'contacted', 'interested', 'quoted', 'negotiating', 'won', 'lost'] as const;
export type LeadStage = (typeof leadStages)[number];

/** What happens to a lead that its timeline tells of. */
export const leadEventKinds = ['claimed', 'released', 'assigned', 'stage', 'called'] as const;
export type LeadEventKind = (typeof leadEventKinds)[number];

/** 线索库, 公海: where a lead is that nobody follows. */
export const leadPools = ['library', 'public'] as const;

/** 线索库 (unclaimed), 我跟进的客户, 公海客户, what colleagues follow; or all that a desk has. */
export const leadPlaces = ['all', 'library', 'followed', 'public', 'team'] as const;
export type LeadPlace = (typeof leadPlaces)[number];

export const breakReasons = ['meal', 'meeting', 'training', 'other'] as const;
export type BreakReason = (typeof breakReasons)[number];

/** 空闲 忙碌 话后处理 小休中 离线 (product.md P1.2). */
export const agentStates = ['idle', 'busy', 'wrap-up', 'break', 'offline'] as const;
export type AgentState = (typeof agentStates)[number];

export const simConditions = [
  'unknown',
  'absent',
  'pin-required',
  'puk-required',
  'failed',
  'searching',
  'denied',
  'emergency-only',
  'ready',
  'roaming',
] as const;
export type SimCondition = (typeof simConditions)[number];
